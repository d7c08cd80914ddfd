import type { Stream } from './kind.ts'
import type { RequestFaults } from './wishes.ts'

/** Who put an entry into the registry, and who alone may take it away. What a request asks for is in no registry. */
export type Owner =
  'config' | 'api' | 'request' | `run:${string}` | `scope:${string}` | `partition:${string}` | `plane:${string}`

/** Requests (on a proxy with protocol http) or connections (on others) that are to come by on a proxy. */
export interface Sighting {
  readonly proxy: string
  /** Default: all. Conditions on bodies are not among it: their requests would have to wait. */
  readonly match?: Omit<SimpleMatch, 'body'>
  /** How many. Default 1. */
  readonly count?: number
}

/** Counts and windows instead of chance. Units that match are counted 1, 2, ... */
export interface Trigger {
  /** Only the first n. */
  readonly first?: number
  /** Only the n-th. */
  readonly nth?: number
  /** Every n-th. */
  readonly every?: number
  /**
   * Only those after the first n; or, as an object, after so many, after so much time from attach, after so many bytes,
   * and after something was seen on a proxy of the same scope.
   */
  readonly after?:
    number | { readonly count?: number; readonly time?: number; readonly bytes?: number; readonly seen?: Sighting }
  /** At most n applied ones. */
  readonly times?: number
  /** Only within so many ms from attach (or from what `after.seen` waits for), or from the end of `after.time`. */
  readonly for?: number
  /** Acting and resting in turn, from attach or from the end of `after.time`. */
  readonly pulse?: { readonly on: number; readonly off: number }
  /** What the counts are of: the fault (default), each connection, or each value of the fault's key. */
  readonly per?: 'fault' | 'connection' | 'key'
}

/** What a value in a JSON body must be: this very one, a number within bounds, or a glob over its text. */
export type JsonCondition = string | number | boolean | null | { readonly min?: number; readonly max?: number }

/** Conditions on the body of a request, decoded. All that are given must hold; at most 64 KiB of it are looked at. */
export interface BodyMatch {
  /** A text that is in it. */
  readonly contains?: string
  /** A regular expression that finds something in it, run in linear time. */
  readonly regex?: string
  /** Values by their path; where a path leads to several, one of them must fit. */
  readonly json?: Readonly<Record<string, JsonCondition>>
}

/** Conditions that must all hold. Those on requests make a fault look at exchanges only. */
export interface SimpleMatch {
  /** Client addresses, each an IP or a CIDR range. */
  readonly client?: readonly string[]
  readonly method?: readonly string[]
  /** A glob over the path: `*` within a segment, `**` across. */
  readonly path?: string
  /** A regular expression over the path, run in linear time. */
  readonly path_regex?: string
  /** A glob over the Host field, without its port. */
  readonly host?: string
  /** Query parameters by name, each a glob over one of its values. */
  readonly query?: Readonly<Record<string, string>>
  /** Header fields by name, each a glob over one of its values. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: BodyMatch
}

export interface Match extends SimpleMatch {
  readonly all?: readonly SimpleMatch[]
  readonly any?: readonly SimpleMatch[]
  readonly not?: SimpleMatch
  /** Globs over paths that are left alone, such as health checks. */
  readonly exclude?: readonly string[]
}

/** Makes the draw follow a value instead of the order of arrival. */
export interface Key {
  readonly client?: 'address'
  /** The value of a request's header field. */
  readonly header?: string
}

/** Of all faults of the proxy in the same group at most one acts on a unit, by one draw, each with its own share. */
export interface OneOf {
  readonly group: string
  readonly weight: number
}

export interface FaultSpec {
  readonly name: string
  readonly kind: string
  /** Undefined for kinds without a direction. */
  readonly stream: Stream | undefined
  /** The stream as the Toxiproxy client spelt it; echoed there. */
  readonly streamEcho?: string
  readonly toxicity: number
  /** Complete and converted to base units. */
  readonly attributes: Readonly<Record<string, unknown>>
  readonly trigger: Trigger | undefined
  readonly match: Match | undefined
  readonly key: Key | undefined
  readonly appliesTo: 'new' | 'existing' | 'both'
  readonly enabled: boolean
  readonly dryRun: boolean
  /** Undefined for most; and in specs made by hand. */
  readonly oneOf?: OneOf | undefined
  readonly owner: Owner
  /** It is moved bit by bit (a ramp): what it holds keeps its times from one move to the next. */
  readonly moving?: boolean
  /** Chance without a seed will do, where it stands on a plane that has no other. */
  readonly unseeded?: true
  /** Set where the owner brings its own seed (a run). */
  readonly seed: string | undefined
}

/** What a proxy understands of the traffic. */
export const PROTOCOLS = ['tcp', 'http'] as const
export type Protocol = (typeof PROTOCOLS)[number]

export interface ProxySpec {
  /** On another plane: the plane's name, a colon, and its name there. */
  readonly name: string
  /** The plane that carries it, where it is not the embedded one. */
  readonly plane?: string | undefined
  /** As it was asked for, or what port 0 became. `host:port` or `unix:/path`. */
  readonly listen: string
  readonly upstream: string
  readonly protocol: Protocol
  /** Responses carry `x-faultline-fault` with the names of the faults that acted. */
  readonly evidenceHeader?: boolean
  /** What requests may ask for; undefined allows nothing. */
  readonly requestFaults?: RequestFaults | undefined
  readonly from: string | undefined
  readonly to: string | undefined
  readonly enabled: boolean
  readonly faults: readonly FaultSpec[]
  readonly owner: Owner
  /** Set where it stands for the listener of this name in the default scope, which others share. */
  readonly shared?: Sharing | undefined
}

/** What makes a request on a shared listener one of a scope, besides a mark in its head. */
export interface Sharing {
  /** Addresses of clients whose requests are the scope's where they carry no mark. */
  readonly clients: readonly string[]
}

/** Requests on a shared listener by their marks: of an open scope, of none that is open, or of several at once. */
export const MARK_OUTCOMES = ['known', 'unknown', 'disagreeing'] as const
export type MarkOutcome = (typeof MARK_OUTCOMES)[number]

export const SKIP_REASONS = [
  'no_match',
  'trigger',
  'toxicity',
  'dry_run',
  'limit',
  'opaque',
  'superseded',
  'too_late',
  'body_not_available',
] as const
export type SkipReason = (typeof SKIP_REASONS)[number]

export interface FaultCounts {
  readonly seen: number
  readonly applied: number
  readonly skipped: Readonly<Record<SkipReason, number>>
  /** Delays made longer by a held-bytes limit. */
  readonly limited: number
}
