import { FaultlineError } from '../contract/errors.ts'
import type { ExchangeFact, ExchangeHeads, Fact, FactSink } from '../contract/events.ts'
import type { HeaderList } from '../contract/exchange.ts'
import type { ExchangeFilter, RecentExchanges } from '../contract/ports.ts'
import type { ExchangeView } from '../contract/wire.ts'
import type { Clock } from '../kernel/clock.ts'
import { isoTime } from '../kernel/iso-time.ts'
import { glob } from '../kernel/pattern.ts'

export interface ExchangeLogOptions {
  readonly clock: Clock
  /** Where all facts go on to. */
  readonly sink: FactSink
  /** Most exchanges kept; 0 keeps none. */
  readonly exchanges: number
  /** Names of header fields whose values are hidden, besides those that always are. */
  readonly redact?: readonly string[] | undefined
}

export const ALWAYS_HIDDEN = ['authorization', 'cookie', 'proxy-authorization', 'set-cookie'] as const
export const HIDDEN = '(hidden)'

interface Kept {
  readonly fact: ExchangeFact
  readonly heads: ExchangeHeads
  readonly size: number
  readonly startedAt: number
}

/** Heads may be large, and a thousand of them are kept. */
const MOST_BYTES = 16 * 1024 ** 2

/** Passes facts on, and keeps the latest exchanges with their heads, which the journal does not get. */
export class ExchangeLog implements FactSink, RecentExchanges {
  readonly #clock: Clock
  readonly #sink: FactSink
  readonly #capacity: number
  readonly #hidden: ReadonlySet<string>
  /** By number, the oldest first. */
  readonly #kept = new Map<number, Kept>()
  #first = 1
  #last = 0
  #bytes = 0

  constructor({ clock, sink, exchanges, redact = [] }: ExchangeLogOptions) {
    this.#clock = clock
    this.#sink = sink
    this.#capacity = exchanges
    this.#hidden = new Set([...ALWAYS_HIDDEN, ...redact].map((name) => name.toLowerCase()))
  }

  emit(fact: Fact, heads?: ExchangeHeads): void {
    if (fact.type === 'exchange' && heads !== undefined && this.#capacity > 0) this.#keep(fact, heads)
    this.#sink.emit(fact)
  }

  #keep(fact: ExchangeFact, heads: ExchangeHeads): void {
    const size = heads.size + fact.target.length
    this.#kept.set(++this.#last, { fact, heads, size, startedAt: this.#clock.wall() - fact.total_ms })
    this.#bytes += size
    while (this.#kept.size > this.#capacity || (this.#bytes > MOST_BYTES && this.#kept.size > 1)) {
      this.#bytes -= this.#kept.get(this.#first)?.size ?? 0
      this.#kept.delete(this.#first++)
    }
  }

  recent(filter: ExchangeFilter, limit: number): { exchanges: ExchangeView[]; total: number } {
    const fits = compile(filter)
    const exchanges: ExchangeView[] = []
    let total = 0
    for (let number = this.#last; number >= this.#first; number--) {
      const kept = this.#kept.get(number)
      if (kept === undefined || !fits(kept.fact)) continue
      if (total++ < limit) exchanges.push(this.#view(kept))
    }
    return { exchanges, total }
  }

  #view({ fact, heads, startedAt }: Kept): ExchangeView {
    const { type: _type, ...rest } = fact
    return {
      at: isoTime(startedAt),
      ...rest,
      request_headers: this.#without(heads.request),
      ...(heads.response === undefined ? {} : { response_headers: this.#without(heads.response) }),
    }
  }

  #without(headers: HeaderList): HeaderList {
    return headers.map(([name, value]) => [name, this.#hidden.has(name.toLowerCase()) ? HIDDEN : value])
  }
}

function compile(filter: ExchangeFilter): (fact: ExchangeFact) => boolean {
  const { proxy, connection, method, path, status, origin, fault } = filter
  const paths = path === undefined ? undefined : glob(path)
  const statuses = status === undefined ? undefined : compileStatus(status)
  return (fact) =>
    (proxy === undefined || fact.proxy === proxy) &&
    (connection === undefined || fact.connection === connection) &&
    (method === undefined || fact.method === method) &&
    (origin === undefined || fact.origin === origin) &&
    (fault === undefined || fact.faults.includes(fault)) &&
    (statuses === undefined || statuses(fact.status)) &&
    (paths === undefined || paths.test(fact.target.split('?', 1)[0] ?? ''))
}

function compileStatus(text: string): (status: number | undefined) => boolean {
  if (text === 'none') return (status) => status === undefined
  const found = /^([1-9])(?:(\d\d)|xx)$/.exec(text)
  if (found === null) {
    throw new FaultlineError(
      'invalid_request',
      `cannot look for exchanges of status ${JSON.stringify(text.slice(0, 20))}; allowed are a status such as 503, a class such as 5xx, and none`,
      { pointer: '?status' },
    )
  }
  if (found[2] !== undefined) return (status) => status === Number(text)
  return (status) => status !== undefined && Math.floor(status / 100) === Number(found[1])
}
