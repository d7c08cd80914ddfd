import type { ExperimentFact } from './experiment-events.ts'
import type { Stream } from './kind.ts'
import type { SkipReason } from './model.ts'
import type { EndedExchange, ShowTarget } from './ended-exchange.ts'
import type { RefusedWish } from './wishes.ts'

/** Whose doing it was: a fault, the upstream (or the client) itself, or a limit or command of faultline. */
export type Origin = 'injected' | 'upstream' | 'client' | 'faultline'

/** `left`: the client went. `removed`: the fault did. */
export const HOLD_STATES = ['held', 'half_closed', 'released', 'left', 'removed'] as const
export type HoldState = (typeof HOLD_STATES)[number]

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
      /** `dial_<code>`: the upstream could not be reached again. */
      reason?: string
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
      /** `c<n>`, or `x<n>` where an exchange was decided on. */
      connection: string
      ordinal: number
      /** Its address, without the port. */
      client: string
      /** Of an exchange: the connection it came on. */
      carrier?: string
      stream?: Stream
      /** What the draw follows instead of the ordinal: which time it came. Without the value where that is secret or long. */
      key?: { header?: string; value?: string; nth: number }
      draw?: number
      /** It acts where the draw is from the first to below the second. */
      acts?: readonly [from: number, to: number]
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
      /** Those that were to act on it and could not. */
      unable_faults?: readonly UnableFault[]
      /** What the request asked for and was not given. */
      refused_faults?: readonly RefusedWish[]
    }
  | {
      /** Observations above the journal's rate: counted, not kept. */
      type: 'observations_left_out'
      count: number
      within_ms: number
    }
  | ({
      /** A fault that a request asked for by a field, and that was not carried out. */
      type: 'request_fault_refused'
      proxy: string
      exchange: string
      connection: string
    } & RefusedWish)
  /** A fault was to act on an exchange, as its decision says, and could not after all. */
  | ({ type: 'fault_unable'; proxy: string; kind: string; exchange: string; connection: string } & UnableFault)
  | {
      /** A unit began to wait at a fault, its client ended its side, or it waits no more. */
      type: 'barrier'
      proxy: string
      fault: string
      kind: string
      state: HoldState
      /** Id of the connection or exchange. */
      unit: string
      connection: string
      ordinal: number
      held_ms?: number
      /** The kind that acted on it where it was held, if it did not just go on. */
      instead?: string
    }
  /** What the trigger of a fault waited to see came by: from here on the fault may act. `by` is its id on that proxy. */
  | { type: 'trigger_reached'; proxy: string; fault: string; kind: string; seen_on: string; by: string }
  | { type: 'plane_state'; plane: string; state: 'up' | 'down'; detail?: string }
  | {
      /** A toxic of ours that nobody wants was taken off: one that an earlier daemon left, or that came late. */
      type: 'plane_swept'
      plane: string
      proxy: string
      toxic: string
    }
  | { type: 'connection_opaque'; proxy: string; connection: string; ordinal: number; reason: string }
  | { type: 'bug'; message: string; stack?: string; proxy?: string; connection?: string }
  | ExperimentFact

export interface UnableFault {
  readonly fault: string
  /** As it is counted among the skipped. */
  readonly reason: SkipReason
  readonly detail: string
}

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
  request_fault_refused: true,
  fault_unable: true,
  trigger_reached: true,
  barrier: true,
  plane_state: true,
  plane_swept: true,
  connection_opaque: true,
  bug: true,
  host_fault_began: true,
  host_fault_ended: true,
  host_fault_recovered: true,
  run_started: true,
  stage_started: true,
  stage_ended: true,
  check: true,
  check_recovered: true,
  run_healed: true,
  run_ended: true,
  partition_cut: true,
  partition_healed: true,
  halted: true,
  halt_lifted: true,
  scope_created: true,
  scope_ended: true,
  time_advanced: true,
}

export const factTypes = Object.keys(FACT_TYPES) as readonly Fact['type'][]

export type ProxyState = 'listening' | 'disabled' | 'refused' | 'stalled' | 'listen_failed'

/** `id` is `<boot>-<seq>`; `at` is wall time (ISO 8601), `mono` the monotonic moment in ms. */
export type JournalEvent = Fact & { id: string; at: string; mono: number }

export type ExchangeFact = Extract<Fact, { type: 'exchange' }>
export type DecisionFact = Extract<Fact, { type: 'decision' }>

/** The wire lane looks, the exchange lane acts. */
export type ExchangeLane = 'wire' | 'exchange'

export interface FactSink {
  emit(fact: Fact): void
  /**
   * Where it is there, exchanges come this way instead, with their heads: see `emitExchange`. Good for the time of the call: the
   * next exchange may be told by the same object.
   * @returns false when it is only counted, because too many come
   */
  exchange?(ended: EndedExchange, show?: ShowTarget): boolean
}
