import type { ExchangeFact } from './events.ts'
import type { HeaderList } from './exchange.ts'
import type { FaultSpec, Match, OneOf, Owner, Key, Protocol, ProxySpec, SkipReason, Trigger } from './model.ts'
import type { Fidelity, Stream } from './kind.ts'
import type { FaultStatus, ProxyStatus } from './ports.ts'

/** A fault as people write it: in the native API, in config and in profiles (there with a target). */
export interface FaultInput {
  readonly name?: string
  readonly kind: string
  readonly stream?: Stream
  readonly toxicity?: number
  readonly attributes?: Readonly<Record<string, unknown>>
  readonly trigger?: Trigger
  readonly match?: Match
  readonly key?: Key
  readonly applies_to?: 'new' | 'existing' | 'both'
  readonly enabled?: boolean
  readonly dry_run?: boolean
  readonly one_of?: OneOf
}

/** A change to a fault; attributes merge, the rest replaces. Name, kind and stream never change. */
export type FaultPatch = Omit<FaultInput, 'name' | 'kind' | 'stream'>

export interface ProxyInput {
  /** Default 127.0.0.1:0. */
  readonly listen?: string
  readonly upstream: string
  readonly protocol?: Protocol
  /** Names the faults that acted on an exchange in its response, as x-faultline-fault. Default false. */
  readonly evidence_header?: boolean
  readonly from?: string
  readonly to?: string
  readonly enabled?: boolean
  readonly faults?: readonly FaultInput[]
}

export type ProxyPatch = Partial<ProxyInput>

/** A fault as the native API answers it. */
export interface FaultView {
  readonly name: string
  readonly kind: string
  readonly stream?: Stream
  readonly toxicity: number
  readonly attributes: Readonly<Record<string, unknown>>
  readonly trigger?: Trigger
  readonly match?: Match
  readonly key?: Key
  readonly applies_to: 'new' | 'existing' | 'both'
  readonly enabled: boolean
  readonly dry_run: boolean
  readonly one_of?: OneOf
  readonly owner: Owner
  readonly active: boolean
  readonly fidelity: Fidelity
  readonly seen: number
  readonly applied: number
  readonly skipped: Readonly<Record<SkipReason, number>>
  readonly limited: number
}

export interface ProxyView {
  readonly name: string
  /** The address really bound. */
  readonly listen: string
  readonly upstream: string
  readonly protocol: Protocol
  readonly evidence_header: boolean
  readonly from?: string
  readonly to?: string
  readonly enabled: boolean
  readonly state: ProxyStatus['state']
  readonly error?: string
  readonly owner: Owner
  readonly revision: number
  readonly connections: { readonly open: number; readonly total: number; readonly limited: number }
  readonly bytes: { readonly upstream: number; readonly downstream: number }
  readonly held_bytes: number
  readonly faults: readonly FaultView[]
}

/** An exchange as the API shows it: what the journal says of it, and its heads without secrets. */
export interface ExchangeView extends Omit<ExchangeFact, 'type'> {
  /** When its head came, ISO 8601. */
  readonly at: string
  readonly request_headers: HeaderList
  readonly response_headers?: HeaderList
}

/** `POST /v1/explain`: a request to try on the faults of a proxy. */
export interface ExplainInput {
  readonly proxy: string
  /** Address of the client. Default 127.0.0.1. */
  readonly client?: string
  readonly request: {
    /** Default GET. */
    readonly method?: string
    /** Path and query. */
    readonly target: string
    readonly headers?: Readonly<Record<string, string | readonly string[]>>
  }
}

export type RunStatus = 'running' | 'completed' | 'failed' | 'stopped' | 'aborted' | 'inconclusive'

export interface RunView {
  readonly id: string
  readonly profile: string
  readonly seed: string
  readonly status: RunStatus
  readonly started_at: string
  readonly ended_at?: string
  readonly stage?: {
    readonly name: string
    readonly index: number
    readonly of: number
    readonly elapsed_ms: number
    readonly duration_ms: number
  }
  readonly stages: readonly { readonly name: string; readonly duration_ms: number; readonly faults: number }[]
  /** Whether no fault of the run is left and every listener is back. Known once it ended. */
  readonly healed?: boolean
  readonly detail?: string
  /** What each fault of the run did. */
  readonly faults: readonly {
    readonly stage: string
    readonly proxy: string
    readonly fault: string
    readonly kind: string
    readonly seen: number
    readonly applied: number
    readonly asked_ms_mean?: number
    readonly achieved_ms_mean?: number
  }[]
}

/** Which proxies a profile's target stands for: one by name, or all with these labels. */
export interface TargetSelector {
  readonly proxy?: string
  readonly from?: string
  readonly to?: string
}

/** A profile as it is written. A target may also be a whole proxy, made for the run and removed after it. */
export interface ProfileInput {
  readonly name: string
  readonly description?: string
  /** What to look at while it runs. */
  readonly watch?: string
  readonly seed?: string | number
  readonly targets: Readonly<Record<string, TargetSelector | Omit<ProxyInput, 'faults'>>>
  readonly stages: readonly {
    readonly name: string
    readonly duration: string | number
    readonly faults?: readonly (FaultInput & { readonly target: string })[]
  }[]
}

/** `POST /v1/runs`: a profile by its name, or given whole. */
export interface RunStartInput {
  readonly profile: string | ProfileInput
  /** Default: the profile's, else the daemon's. */
  readonly seed?: string | number
  /** Points targets elsewhere: at a proxy by its name, or by labels. */
  readonly targets?: Readonly<Record<string, string | TargetSelector>>
  /** Start although another run holds a target. Default false. */
  readonly share?: boolean
}

/** A profile as the API lists it. A file that is not valid is listed too, with what is wrong. */
export interface ProfileView {
  readonly name: string
  readonly description: string
  /** What to look at while it runs. */
  readonly watch?: string
  readonly source: 'shipped' | 'user'
  readonly seed?: string
  readonly targets: readonly string[]
  readonly duration_ms: number
  readonly stages: readonly { readonly name: string; readonly duration_ms: number; readonly faults: number }[]
  readonly problems?: readonly { readonly pointer: string; readonly message: string }[]
}

/** A fault as it would be written to get it: what input and view have in common. */
export function writtenFault(spec: FaultSpec) {
  return {
    name: spec.name,
    kind: spec.kind,
    ...(spec.stream === undefined ? {} : { stream: spec.stream }),
    toxicity: spec.toxicity,
    attributes: spec.attributes,
    ...(spec.trigger === undefined ? {} : { trigger: spec.trigger }),
    ...(spec.match === undefined ? {} : { match: spec.match }),
    ...(spec.key === undefined ? {} : { key: spec.key }),
    applies_to: spec.appliesTo,
    enabled: spec.enabled,
    dry_run: spec.dryRun,
    ...(spec.oneOf === undefined ? {} : { one_of: spec.oneOf }),
  } satisfies FaultInput
}

export function faultView(spec: FaultSpec, status: FaultStatus): FaultView {
  return {
    ...writtenFault(spec),
    owner: spec.owner,
    active: status.active,
    fidelity: status.fidelity,
    seen: status.seen,
    applied: status.applied,
    skipped: status.skipped,
    limited: status.limited,
  }
}

export function proxyView(
  spec: ProxySpec,
  status: ProxyStatus,
  revision: number,
  faults: readonly FaultView[],
): ProxyView {
  return {
    name: spec.name,
    listen: status.listen,
    upstream: spec.upstream,
    protocol: spec.protocol,
    evidence_header: spec.evidenceHeader === true,
    ...(spec.from === undefined ? {} : { from: spec.from }),
    ...(spec.to === undefined ? {} : { to: spec.to }),
    enabled: spec.enabled,
    state: status.state,
    ...(status.error === undefined ? {} : { error: status.error }),
    owner: spec.owner,
    revision,
    connections: { open: status.connectionsOpen, total: status.connectionsTotal, limited: status.connectionsLimited },
    bytes: { upstream: status.bytes.upstream.sent, downstream: status.bytes.downstream.sent },
    held_bytes: status.heldBytes,
    faults,
  }
}
