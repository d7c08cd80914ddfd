import type { HeaderList } from './exchange.ts'
import type { Stream } from './kind.ts'
import type { SkipReason } from './model.ts'

/** Whose doing it was: a fault, the upstream (or the client) itself, or a limit or command of faultline. */
export type Origin = 'injected' | 'upstream' | 'client' | 'faultline'

export type HowClosed = 'fin' | 'rst'

/** Facts that the plane, the registry and runs report. The journal stamps each with id and time. */
export type Fact =
  | { type: 'command'; action: string; proxy?: string; fault?: string; owner: string; detail?: unknown }
  | { type: 'proxy_state'; proxy: string; state: ProxyState; listen: string; error?: string }
  | {
      type: 'connection_opened'
      proxy: string
      connection: string
      ordinal: number
      client: string
      upstream: string
      dial_ms: number
    }
  | {
      type: 'connection_refused'
      proxy: string
      connection: string
      ordinal: number
      client: string
      reason: string
      origin: Origin
      fault?: string
    }
  | {
      type: 'connection_closed'
      proxy: string
      connection: string
      ordinal: number
      how: HowClosed
      origin: Origin
      fault?: string
      age_ms: number
      bytes_upstream: number
      bytes_downstream: number
      faults: readonly string[]
    }
  | {
      type: 'decision'
      proxy: string
      fault: string
      kind: string
      connection: string
      ordinal: number
      stream?: Stream
      draw?: number
      outcome: 'applied' | SkipReason
    }
  | {
      type: 'effect'
      proxy: string
      fault: string
      kind: string
      connection: string
      effect: 'end' | 'reset' | 'close' | 'refuse' | 'evict'
    }
  | {
      /** An observation: above the journal's rate they are counted, not kept. */
      type: 'exchange'
      proxy: string
      /** `x<n>`: the n-th on this proxy; decisions of faults name it too. */
      exchange: string
      connection: string
      /** Of the connection. */
      ordinal: number
      client: string
      lane: ExchangeLane
      method: string
      target: string
      /** Of the answer that the caller was given; none when no head reached it. */
      status?: number
      /** Who gave the answer, or is the reason that there is none or not all of it. */
      origin: Origin
      /** The caller was given a whole answer. */
      complete: boolean
      /** From the request's head to: its going upstream, the head of the answer there, and the end. */
      sent_ms?: number
      first_ms?: number
      total_ms: number
      /** How long faults made the heads wait. */
      injected_ms: number
      request_bytes: number
      response_bytes: number
      /** Those that acted on it. */
      faults: readonly string[]
    }
  | {
      /** Observations above the journal's rate: counted, not kept. */
      type: 'observations_left_out'
      count: number
      within_ms: number
    }
  | { type: 'connection_opaque'; proxy: string; connection: string; ordinal: number; reason: string }
  | { type: 'bug'; message: string; stack?: string; proxy?: string; connection?: string }
  | { type: 'run_started'; run: string; profile: string; seed: string; stages: number }
  | { type: 'stage_started'; run: string; stage: string; index: number; duration_ms: number; faults: number }
  | { type: 'stage_ended'; run: string; stage: string; index: number }
  | { type: 'run_ended'; run: string; profile: string; status: string; healed: boolean; detail?: string }

/** Every type of fact; the compiler refuses a list that lacks one or has one more. */
const FACT_TYPES: Readonly<Record<Fact['type'], true>> = {
  command: true,
  proxy_state: true,
  connection_opened: true,
  connection_refused: true,
  connection_closed: true,
  decision: true,
  effect: true,
  exchange: true,
  observations_left_out: true,
  connection_opaque: true,
  bug: true,
  run_started: true,
  stage_started: true,
  stage_ended: true,
  run_ended: true,
}

export const factTypes = Object.keys(FACT_TYPES) as readonly Fact['type'][]

export type ProxyState = 'listening' | 'disabled' | 'refused' | 'stalled' | 'listen_failed'

/** `id` is `<boot>-<seq>`; `at` is wall time (ISO 8601), `mono` the monotonic moment in ms. */
export type JournalEvent = Fact & { id: string; at: string; mono: number }

export type ExchangeFact = Extract<Fact, { type: 'exchange' }>

/** The wire lane looks, the exchange lane acts. */
export type ExchangeLane = 'wire' | 'exchange'

/** An exchange's heads, taken apart when somebody reads them. They may hold secrets: the journal never keeps them. */
export interface ExchangeHeads {
  readonly request: HeaderList
  /** None when no answer came. */
  readonly response: HeaderList | undefined
  /** About how much memory both hold. */
  readonly size: number
}

export interface FactSink {
  /** `heads` come with exchanges only. */
  emit(fact: Fact, heads?: ExchangeHeads): void
}
