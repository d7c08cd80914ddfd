/** A strict reader of Prometheus' text format 0.0.4: anything not said there is an error. */
export interface ReadFamily {
  readonly name: string
  readonly type: string
  readonly help: string
  /** By the line's name and labels, as written. */
  readonly samples: Map<string, number>
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"'
// prom-client writes "Nan", which Prometheus, reading as Go does, takes.
const SAMPLE = new RegExp(
  `^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)\\})? (N[aA][nN]|[+-]Inf|-?[0-9.]+(?:e[+-]?[0-9]+)?)$`,
)

export function readPrometheusText(text: string): Map<string, ReadFamily> {
  const families = new Map<string, ReadFamily>()
  if (!text.endsWith('\n')) throw new Error('the last line does not end')
  let help: { name: string; text: string } | undefined
  let family: ReadFamily | undefined
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = new RegExp(`^# (HELP|TYPE) (${NAME}) (.*)$`).exec(line)
    if (comment?.[1] === 'HELP') {
      help = { name: comment[2] ?? '', text: comment[3] ?? '' }
      family = undefined
    } else if (comment !== null) {
      const [, , name = '', type = ''] = comment
      if (help?.name !== name) throw new Error(`TYPE without its HELP: ${line}`)
      if (families.has(name)) throw new Error(`${name} comes twice`)
      if (!['counter', 'gauge', 'histogram', 'summary'].includes(type)) throw new Error(`unknown type: ${line}`)
      families.set(name, (family = { name, type, help: help.text, samples: new Map() }))
    } else if (line !== '') {
      readSample(line, family)
    }
  }
  for (const found of families.values()) if (found.type === 'histogram') checkHistograms(found)
  return families
}

function readSample(line: string, family: ReadFamily | undefined): void {
  const found = SAMPLE.exec(line)
  if (found === null || family === undefined) throw new Error(`not a sample of a family: ${line}`)
  const [, name = '', labels = '', value = ''] = found
  const suffixes = family.type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']
  if (!suffixes.some((suffix) => name === family.name + suffix)) throw new Error(`${name} stands under ${family.name}`)
  const names = [...labels.matchAll(new RegExp(LABEL, 'g'))].map(([pair]) => pair.slice(0, pair.indexOf('=')))
  if (new Set(names).size !== names.length) throw new Error(`a label comes twice: ${line}`)
  const key = labels === '' ? name : `${name}{${labels}}`
  if (family.samples.has(key)) throw new Error(`a series comes twice: ${line}`)
  const number = Number(value.replace('Inf', 'Infinity'))
  if (family.type === 'counter' && !(number >= 0)) throw new Error(`a counter is not positive: ${line}`)
  family.samples.set(key, number)
}

/** Buckets rise up to +Inf, which says the same as _count. */
function checkHistograms({ name, samples }: ReadFamily): void {
  const series = new Map<string, { bound: number; value: number }[]>()
  for (const [key, value] of samples) {
    const found = /^(.*)_bucket\{(?:(.*),)?le="([^"]+)"\}$/.exec(key)
    if (found === null) continue
    const labels = found[2] === undefined ? '' : `{${found[2]}}`
    const bound = Number((found[3] ?? '').replace('Inf', 'Infinity'))
    series.set(labels, [...(series.get(labels) ?? []), { bound, value }])
  }
  for (const [labels, buckets] of series) {
    for (const [i, { bound, value }] of buckets.entries()) {
      const before = buckets[i - 1]
      if (before !== undefined && !(bound > before.bound && value >= before.value))
        throw new Error(`${name}${labels} does not rise`)
    }
    const last = buckets.at(-1)
    if (last?.bound !== Infinity) throw new Error(`${name}${labels} has no +Inf`)
    if (last.value !== samples.get(`${name}_count${labels}`)) throw new Error(`${name}${labels}: +Inf is not its count`)
    if (!samples.has(`${name}_sum${labels}`)) throw new Error(`${name}${labels} has no sum`)
  }
}

/** One sample of a scrape by its line, such as `up{job="x"}`; undefined when it is not there. */
export function sample(families: Map<string, ReadFamily>, line: string): number | undefined {
  for (const family of families.values()) {
    const value = family.samples.get(line)
    if (value !== undefined) return value
  }
  return undefined
}
