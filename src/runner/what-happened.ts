import type { Scope } from '../client/scope.ts'

/** A failure's message is read by people: the last so many lines of each. */
const MOST_EXCHANGES = 10
const MOST_EVENTS = 20
const LONGEST_LINE = 200

const NOISE = new Set(['proxy_state', 'exchange', 'scope_created', 'scope_ended'])

/** The faults, the last exchanges and the last events of a scope, a line each. */
export async function whatHappened(scope: Scope): Promise<string> {
  const [{ proxies }, { exchanges, total }, { events }] = await Promise.all([
    scope.client.proxies(),
    scope.exchanges({}, MOST_EXCHANGES),
    scope.journal({ limit: 10_000 }),
  ])
  const faults = proxies.flatMap(({ name, faults: list }) =>
    list.map(({ name: fault, kind, seen, applied }) => `${name} ${fault} (${kind}): acted ${applied} of ${seen} times`),
  )
  const asked = [...exchanges].reverse().map((one) => {
    const by = one.faults.length === 0 ? '' : ` by ${one.faults.join(', ')}`
    const answer = `${one.status ?? 'no answer'}, ${one.origin}${by}`
    return `${one.proxy} ${one.method} ${one.target} -> ${answer}, ${Math.round(one.total_ms)} ms`
  })
  const kept = events.filter(({ type }) => !NOISE.has(type))
  const told = kept.slice(-MOST_EVENTS).map(({ id: _id, at, mono: _mono, type, ...fields }) => {
    return `${at.slice(11, 23)} ${type} ${JSON.stringify(fields)}`
  })
  return [
    ...section('faults', faults, faults.length),
    ...section('exchanges', asked, total),
    ...section('events', told, kept.length),
  ].join('\n')
}

function section(title: string, lines: readonly string[], total: number): string[] {
  if (lines.length === 0) return []
  const left = total > lines.length ? ` (the last ${lines.length} of ${total})` : ''
  return [`${title}${left}:`, ...lines.map((line) => `  ${line.slice(0, LONGEST_LINE)}`)]
}
