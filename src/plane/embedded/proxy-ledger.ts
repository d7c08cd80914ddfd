import { emitExchange } from '../../contract/ended-exchange.ts'
import type { EndedExchange } from '../../contract/ended-exchange.ts'
import type { Fact, FactSink, Origin, ProxyState } from '../../contract/events.ts'
import type { ProxyStatus } from '../../contract/ports.ts'
import type { RefusedWish } from '../../contract/wishes.ts'
import { DelayHistogram } from '../../kernel/histogram.ts'
import type { Connection } from './connection.ts'
import type { DialOutcome } from './dialer.ts'
import { ExchangeTally } from './http/exchange-tally.ts'
import type { Watched } from './http/watched-exchange.ts'

/** What a proxy counted, in plain numbers, and the facts it tells about its connections. */
export class ProxyLedger {
  readonly bytes = { upstream: { received: 0, sent: 0 }, downstream: { received: 0, sent: 0 } }
  readonly dials = {
    ok: 0,
    failed: 0,
    timeout: 0,
    cancelled: 0,
    again: { failed: 0, timeout: 0 },
    time: new DelayHistogram(),
  }
  readonly ended = { injected: 0, upstream: 0, client: 0, faultline: 0 } satisfies Record<Origin, number>
  total = 0
  readonly exchanges = new ExchangeTally()
  limited = 0
  /** By a fault, before they reached the upstream. */
  refused = 0
  readonly #proxy: string
  readonly #sink: FactSink

  constructor(proxy: string, sink: FactSink) {
    this.#proxy = proxy
    this.#sink = sink
  }

  get counts(): Pick<
    ProxyStatus,
    'bytes' | 'dials' | 'closed' | 'connectionsTotal' | 'connectionsLimited' | 'connectionsRefused'
  > {
    const { bytes, dials, ended, total, limited, refused } = this
    return {
      bytes,
      dials,
      closed: ended,
      connectionsTotal: total,
      connectionsLimited: limited,
      connectionsRefused: refused,
    }
  }

  state(state: ProxyState, listen: string, error: string | undefined): void {
    this.#sink.emit({
      type: 'proxy_state',
      proxy: this.#proxy,
      state,
      listen,
      ...(error === undefined ? {} : { error }),
    })
  }

  /** A limit refused the client before it became a connection. */
  turnedAway(ordinal: number, client: string, limit: string): void {
    this.limited++
    this.ended.faultline++
    this.#sink.emit({
      type: 'connection_refused',
      proxy: this.#proxy,
      connection: '',
      ordinal,
      client,
      reason: limit,
      origin: 'faultline',
    })
  }

  dialEnded(connection: Connection | undefined, outcome: DialOutcome, upstream: string, ms: number): void {
    this.dials[outcome]++
    if (outcome === 'ok') this.dials.time.observe(ms)
    else if (connection === undefined && outcome !== 'cancelled') this.dials.again[outcome]++
    if (outcome !== 'ok' || connection === undefined) return
    // Written out: a spread costs 400 bytes more, and the journal keeps one of these for each connection.
    this.#sink.emit({
      type: 'connection_opened',
      proxy: this.#proxy,
      connection: connection.unit.id,
      ordinal: connection.unit.ordinal,
      client: connection.clientAddress,
      upstream,
      dial_ms: ms,
    })
  }

  injected(connection: Connection, fault: string, kind: string, effect: 'reset' | 'close'): void {
    this.#sink.emit({ type: 'effect', proxy: this.#proxy, fault, kind, connection: connection.unit.id, effect })
  }

  bug(connection: Connection, error: unknown): void {
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error))
    this.#sink.emit({ type: 'bug', message, stack, proxy: this.#proxy, connection: connection.unit.id })
  }

  closed(connection: Connection, now: number): void {
    const { how, origin, fault, refusal, reason } = connection.ending as NonNullable<Connection['ending']>
    this.ended[origin]++
    if (refusal !== undefined) {
      const who = this.#who(connection)
      const by = fault === undefined ? {} : { fault }
      if (origin === 'injected') this.refused++
      this.#sink.emit({
        type: 'connection_refused',
        ...who,
        client: connection.clientAddress,
        reason: refusal,
        origin,
        ...by,
      })
      return
    }
    const fact: Fact = {
      type: 'connection_closed',
      proxy: this.#proxy,
      connection: connection.unit.id,
      ordinal: connection.unit.ordinal,
      how,
      origin,
      age_ms: Math.round(now - connection.openedAt),
      bytes_upstream: connection.up?.bytesOut ?? 0,
      bytes_downstream: connection.down?.bytesOut ?? 0,
      faults: connection.faults,
    }
    if (fault === undefined && reason === undefined) return this.#sink.emit(fact)
    this.#sink.emit({ ...fact, ...(fault === undefined ? {} : { fault }), ...(reason === undefined ? {} : { reason }) })
  }

  exchange(
    connection: Connection,
    watched: Watched,
    now: number,
    refused: readonly RefusedWish[] | undefined,
  ): EndedExchange {
    const origin = watched.origin ?? (watched.complete ? 'upstream' : (connection.ending?.origin ?? 'client'))
    this.exchanges.count(watched, origin)
    const ended = watched.end(now, origin, refused)
    if (this.#sink.exchange?.(ended) === undefined) emitExchange(this.#sink, ended)
    return ended
  }

  opaque(connection: Connection, reason: string): void {
    this.exchanges.opaque++
    this.#sink.emit({ type: 'connection_opaque', ...this.#who(connection), reason })
  }

  #who(connection: Connection): { proxy: string; connection: string; ordinal: number } {
    return { proxy: this.#proxy, connection: connection.unit.id, ordinal: connection.unit.ordinal }
  }
}
