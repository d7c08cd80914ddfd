import { FaultlineError } from '../contract/errors.ts'
import { emitExchange, exchangeFact } from '../contract/ended-exchange.ts'
import type { EndedExchange, ShowTarget } from '../contract/ended-exchange.ts'
import type { ExchangeFact, Fact, FactSink } from '../contract/events.ts'
import { headerList } from '../contract/raw-head.ts'
import type { ExchangeFilter, RecentExchanges } from '../contract/ports.ts'
import type { ExchangeView } from '../contract/wire.ts'
import type { Clock } from '../kernel/clock.ts'
import { isoTime } from '../kernel/iso-time.ts'
import { glob } from '../kernel/pattern.ts'
import { KeptExchange } from './kept-exchange.ts'
import { Redaction } from './redaction.ts'
import type { Redacted } from './redaction.ts'

export interface ExchangeLogOptions {
  readonly clock: Clock
  /** Where all facts go on to. */
  readonly sink: FactSink
  /** Most exchanges kept; 0 keeps none. */
  readonly exchanges: number
  /** What is hidden besides what always is. */
  readonly redact?: Redacted
}

/** Heads may be large, and a thousand of them are kept. */
const MOST_BYTES = 16 * 1024 ** 2

/** Passes facts on without secrets, and keeps the latest exchanges with their heads, which the journal does not get. */
export class ExchangeLog implements FactSink, RecentExchanges {
  readonly #clock: Clock
  readonly #sink: FactSink
  readonly #capacity: number
  readonly #redaction: Redaction
  /** By number modulo the capacity. */
  readonly #kept: KeptExchange[] = []
  readonly #show: ShowTarget = (target) => this.#redaction.target(target)
  #first = 1
  #last = 0
  #bytes = 0

  constructor({ clock, sink, exchanges, redact }: ExchangeLogOptions) {
    this.#clock = clock
    this.#sink = sink
    this.#capacity = exchanges
    this.#redaction = new Redaction(redact)
  }

  emit(fact: Fact): void {
    this.#sink.emit(fact.type === 'decision' ? this.#redaction.decision(fact) : fact)
  }

  exchange(ended: EndedExchange): boolean {
    const recorded = this.#sink.exchange?.(ended, this.#show) ?? emitExchange(this.#sink, ended, this.#show)
    // What the journal only counts is kept here if anything happened to it.
    if (this.#capacity > 0 && (recorded || !isPlain(ended))) this.#keep(ended)
    return recorded
  }

  #keep(ended: EndedExchange): void {
    if (this.#last - this.#first + 1 === this.#capacity) this.#first++
    const place = ++this.#last % this.#capacity
    const kept = (this.#kept[place] ??= new KeptExchange())
    this.#bytes -= kept.size
    kept.fill(ended)
    this.#bytes += kept.size
    while (this.#bytes > MOST_BYTES && this.#first < this.#last) this.#dropOldest()
  }

  #dropOldest(): void {
    const kept = this.#at(this.#first++)
    this.#bytes -= kept.size
    kept.clear()
  }

  #at(number: number): KeptExchange {
    return this.#kept[number % this.#capacity] as KeptExchange
  }

  recent(filter: ExchangeFilter, limit: number): { exchanges: ExchangeView[]; total: number } {
    const fits = compile(filter)
    const exchanges: ExchangeView[] = []
    let total = 0
    for (let number = this.#last; number >= this.#first; number--) {
      const kept = this.#at(number)
      const fact = exchangeFact(kept)
      if (!fits(fact)) continue
      if (total++ < limit) exchanges.push(this.#view(kept, fact))
    }
    return { exchanges, total }
  }

  #view({ startedAt, request, response }: KeptExchange, { type: _type, ...fact }: ExchangeFact): ExchangeView {
    return {
      // What the wall clock would say of a moment on the other one.
      at: isoTime(this.#clock.wall() - (this.#clock.now() - startedAt)),
      ...fact,
      target: this.#redaction.target(fact.target),
      request_headers: this.#redaction.headers(headerList(request)),
      ...(response === undefined ? {} : { response_headers: this.#redaction.headers(headerList(response)) }),
    }
  }
}

/** It passed from end to end, and no fault touched it. */
function isPlain({ complete, origin, faults }: EndedExchange): boolean {
  return complete && origin === 'upstream' && faults.length === 0
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
