import { FaultHandle } from '../client/fault-handle.ts'
import type { Often } from '../client/fault-handle.ts'
import { ProxyHandle } from '../client/proxy-handle.ts'
import type { Duration } from '../client/fault.ts'
import type { ExchangeFilter } from '../contract/ports.ts'
import { parseDuration } from '../kernel/units.ts'

/** What a matcher of vitest and jest answers. */
export interface Verdict {
  readonly pass: boolean
  readonly message: () => string
}

/** Exchanges that a percentile is taken of. */
const MOST_EXCHANGES = 100_000

/** For `expect.extend`. Each looks at the daemon, so each is awaited. */
export const matchers = {
  /** The fault acted: at least once, or as often as said. */
  async toHaveFired(received: unknown, often: Often = {}): Promise<Verdict> {
    const { holds, detail } = await fault(received).verify(often)
    return verdict(holds, detail, `${detail}; it was not to be so`)
  },

  /** An exchange of this kind went through the proxy: `{ method: 'POST', path: '/pay/**', status: '5xx' }`. */
  async toHaveSeen(received: unknown, request: Omit<ExchangeFilter, 'proxy'> = {}): Promise<Verdict> {
    const target = proxy(received)
    const { total } = await target.exchanges(request, 1)
    const seen = (await target.exchanges({}, 10)).exchanges.map((one) => `${one.method} ${one.target}`)
    const wanted = JSON.stringify(request)
    return verdict(
      total > 0,
      `proxy ${target.name} saw no exchange like ${wanted}; lately: ${seen.join(', ') || 'none at all'}`,
      `proxy ${target.name} saw ${total} exchanges like ${wanted}, and was to see none`,
    )
  },

  /** The p-th percentile (nearest rank) of the total time of its exchanges is at most so much: `(99, '200ms')`. */
  async toHaveLatency(received: unknown, percentile: number, bound: Duration): Promise<Verdict> {
    const target = proxy(received)
    const limit = parseDuration(bound)
    if (limit === undefined || !(percentile > 0 && percentile <= 100)) {
      throw new TypeError(
        `toHaveLatency takes a percentile above 0 to 100 and a time such as '200ms'; got ${percentile}, ${String(bound)}`,
      )
    }
    const { exchanges } = await target.exchanges({}, MOST_EXCHANGES)
    if (exchanges.length === 0)
      return verdict(false, `proxy ${target.name} saw no exchange whose time could be taken`, '')
    const times = exchanges.map(({ total_ms: total }) => total).sort((a, b) => a - b)
    const found = times[Math.ceil((percentile / 100) * times.length) - 1] ?? 0
    const told = `p${percentile} of ${times.length} exchanges on proxy ${target.name} is ${found.toFixed(1)} ms`
    return verdict(found <= limit, `${told}, above ${limit} ms`, `${told}, and was to be above ${limit} ms`)
  },

  async toHaveNoOpenConnections(received: unknown): Promise<Verdict> {
    const target = proxy(received)
    const { connections, total } = await target.connections()
    const some = connections.slice(0, 5).map(({ id, client, state }) => `${id} from ${client} (${state})`)
    return verdict(
      total === 0,
      `proxy ${target.name} has ${total} open connections: ${some.join(', ')}`,
      `proxy ${target.name} has no open connection, and was to have some`,
    )
  },
} as const

/** @param against said where `not` turned it round */
const verdict = (pass: boolean, message: string, against: string): Verdict => ({
  pass,
  message: () => (pass ? against : message),
})

function fault(received: unknown): FaultHandle {
  if (received instanceof FaultHandle) return received
  throw new TypeError('expect() was to be given a fault: what proxy.add() or during() gives')
}

function proxy(received: unknown): ProxyHandle {
  if (received instanceof ProxyHandle) return received
  throw new TypeError('expect() was to be given a proxy: what scope.proxy() gives')
}
