import type { Histogram } from '../contract/ports.ts'
import type { Family } from './family.ts'
import { KEPT_MS, OTHER, SERIES_LIMIT } from './family.ts'

/** One line of a scrape, as prom-client formats it. */
interface Sample {
  readonly metricName: string
  readonly labels: Readonly<Record<string, string>>
  value: number
}

/** A histogram's buckets above its bounds, its sum and its count. */
const LINES_BESIDES_BOUNDS = 3
const LONGEST_BOUNDS = 16

/** One series (a histogram: its buckets, sum and count), added up over all that was ever counted for it. */
export class Series {
  value = 0
  touchedAt = 0
  /** The scrape that a gauge's value belongs to. */
  scrape = 0
  readonly lasting: boolean
  readonly #name: string
  readonly #labels: Readonly<Record<string, string>>
  #count = 0
  #buckets: number[] | undefined
  /** Made once: thousands of them a scrape would be seen in the delays of traffic. */
  #lines: Sample[] | undefined

  constructor(name: string, labels: Readonly<Record<string, string>>, lasting: boolean) {
    this.#name = name
    this.#labels = labels
    this.lasting = lasting
  }

  addHistogram(from: Histogram, before: Histogram | undefined): void {
    this.#lines ??= histogramLines(this.#name, this.#labels, from.bounds)
    this.#buckets ??= from.counts.map(() => 0)
    for (let i = 0; i < from.counts.length; i++) {
      this.#buckets[i] = (this.#buckets[i] ?? 0) + (from.counts[i] ?? 0) - (before?.counts[i] ?? 0)
    }
    this.value += (from.sum - (before?.sum ?? 0)) / 1000
    this.#count += from.count - (before?.count ?? 0)
  }

  lines(value: number): readonly Sample[] {
    this.#lines ??= [{ metricName: this.#name, labels: this.#labels, value }]
    const values = this.#buckets === undefined ? [value] : cumulated(this.#buckets, value, this.#count)
    for (const [i, line] of this.#lines.entries()) line.value = values[i] ?? 0
    return this.#lines
  }
}

function histogramLines(name: string, labels: Readonly<Record<string, string>>, bounds: readonly number[]): Sample[] {
  const les = [...bounds.map((bound) => String(bound / 1000)), '+Inf']
  return [
    ...les.map((le) => ({ metricName: `${name}_bucket`, labels: { ...labels, le }, value: 0 })),
    { metricName: `${name}_sum`, labels, value: 0 },
    { metricName: `${name}_count`, labels, value: 0 },
  ]
}

/** The values of a histogram's lines: each bucket with all below it, the sum, the count. */
function cumulated(buckets: readonly number[], sum: number, count: number): number[] {
  let below = 0
  return [...buckets.map((inside) => (below += inside)), sum, count]
}

/** The series of one family, at most SERIES_LIMIT; those that come later are summed into one named "(other)". */
export class FamilySeries<F extends Family = Family> {
  readonly family: F
  readonly #series = new Map<string, Series>()
  readonly #capacity: number
  #overflowed = 0

  constructor(family: F) {
    this.family = family
    const lines = family.type === 'histogram' ? LONGEST_BOUNDS + LINES_BESIDES_BOUNDS : 1
    // Room is kept for "(other)" with every value of the closed labels.
    const others = family.labels.reduce((product, label) => product * (label.values?.length ?? 1), 1)
    this.#capacity = Math.floor(SERIES_LIMIT / lines) - others
  }

  /** Series that were refused a name of their own, since the boot. */
  get overflowed(): number {
    return this.#overflowed
  }

  /** The series with these label values; the one named "(other)" when the family is full. */
  bind(values: readonly string[]): Series {
    const key = JSON.stringify(values)
    const found = this.#series.get(key)
    if (found !== undefined) return found
    const { labels } = this.family
    const other = values.map((value, i) => (labels[i]?.values === undefined ? OTHER : value))
    const isOther = other.every((value, i) => value === values[i])
    if (!isOther && this.#series.size >= this.#capacity) {
      this.#overflowed++
      return this.bind(other)
    }
    // What was summed up from many must not fall back when they are gone.
    const series = new Series(
      this.family.name,
      Object.fromEntries(labels.map((label, i) => [label.name, values[i] ?? ''])),
      isOther,
    )
    this.#series.set(key, series)
    return series
  }

  forgetUntouched(now: number): void {
    for (const [key, series] of this.#series) {
      if (!series.lasting && now - series.touchedAt > KEPT_MS) this.#series.delete(key)
    }
  }

  samples(scrape: number): Sample[] {
    const isGauge = this.family.type === 'gauge'
    // A gauge that nobody set in this scrape belongs to something that is gone.
    return [...this.#series.values()].flatMap((series) =>
      series.lines(isGauge && series.scrape !== scrape ? 0 : series.value),
    )
  }
}
