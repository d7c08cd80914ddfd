import type { ExchangeFact } from './events.ts'
import type { HeaderList } from './exchange.ts'
import type {
  FaultSpec,
  Key,
  MarkOutcome,
  Match,
  OneOf,
  Owner,
  Protocol,
  ProxySpec,
  Sharing,
  SkipReason,
  Trigger,
} from './model.ts'
import type { Fidelity, Stream } from './kind.ts'
import type { FaultStatus, ProxyStatus, UncountedFault, UncountedProxy } from './ports.ts'
import type { RequestFaults } from './wishes.ts'

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
  /** Faults that requests may ask for by a field of their head. Default: none. */
  readonly request_faults?: RequestFaultsInput
  readonly from?: string
  readonly to?: string
  readonly enabled?: boolean
  readonly faults?: readonly FaultInput[]
}

/** A limit: any, the most of a number or quantity ("2s"), or a list of the values that may be asked for. */
export type RequestFaultsInput = Partial<Omit<RequestFaults, 'kinds'>> & {
  readonly kinds: Readonly<
    Record<string, string | Readonly<Record<string, string | number | readonly (string | number | boolean)[]>>>
  >
}

export type ProxyPatch = Partial<ProxyInput>

/** A fault as the native API answers it. Null is what its plane does not tell. */
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
  readonly active: boolean | null
  readonly fidelity: Fidelity | null
  readonly seen: number | null
  readonly applied: number | null
  readonly skipped: Readonly<Record<SkipReason, number>> | null
  readonly limited: number | null
  /** Ids of the connections and exchanges on which it acted last, oldest first; at most 10. */
  readonly evidence: readonly string[] | null
}

/** Null is what its plane does not tell. */
export interface ProxyView {
  readonly name: string
  /** The plane it lives on, where that is a Toxiproxy server. */
  readonly plane?: string
  /** The address really bound. */
  readonly listen: string
  readonly upstream: string
  readonly protocol: Protocol
  readonly evidence_header: boolean
  /** In base units; left out where nothing is allowed. */
  readonly request_faults?: RequestFaults
  readonly from?: string
  readonly to?: string
  readonly enabled: boolean
  readonly state: ProxyStatus['state'] | UncountedProxy['state']
  readonly error?: string
  readonly owner: Owner
  readonly revision: number
  readonly connections: {
    readonly open: number | null
    readonly total: number | null
    readonly limited: number | null
  }
  readonly bytes: { readonly upstream: number | null; readonly downstream: number | null }
  readonly held_bytes: number | null
  /** Set where it stands for the listener of this name in the default scope. */
  readonly shared?: Sharing
  /** Requests by the scope that their heads name; only where scopes share the listener. */
  readonly scope_marks?: Readonly<Record<MarkOutcome, number>>
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
    /** As text. Left out: none, unless `headers` announce one. */
    readonly body?: string
  }
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

export function faultView(spec: FaultSpec, status: FaultStatus | UncountedFault): FaultView {
  return {
    ...writtenFault(spec),
    owner: spec.owner,
    active: status.active,
    fidelity: status.fidelity,
    seen: status.seen,
    applied: status.applied,
    skipped: status.skipped,
    limited: status.limited,
    evidence: status.evidence,
  }
}

export function proxyView(
  spec: ProxySpec,
  status: ProxyStatus | UncountedProxy,
  revision: number,
  faults: readonly FaultView[],
): ProxyView {
  return {
    name: spec.name,
    ...(spec.plane === undefined ? {} : { plane: spec.plane }),
    listen: status.listen,
    upstream: (status.bytes === null ? undefined : status.upstream) ?? spec.upstream,
    protocol: spec.protocol,
    evidence_header: spec.evidenceHeader === true,
    ...(spec.requestFaults === undefined ? {} : { request_faults: spec.requestFaults }),
    ...(spec.from === undefined ? {} : { from: spec.from }),
    ...(spec.to === undefined ? {} : { to: spec.to }),
    enabled: spec.enabled,
    state: status.state,
    ...(status.error === undefined ? {} : { error: status.error }),
    owner: spec.owner,
    revision,
    connections: { open: status.connectionsOpen, total: status.connectionsTotal, limited: status.connectionsLimited },
    bytes: { upstream: status.bytes?.upstream.sent ?? null, downstream: status.bytes?.downstream.sent ?? null },
    held_bytes: status.heldBytes,
    ...(spec.shared === undefined ? {} : { shared: spec.shared }),
    ...(status.bytes === null || status.marks === undefined ? {} : { scope_marks: { ...status.marks } }),
    faults,
  }
}
