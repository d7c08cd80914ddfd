import type { ErrorCode, Problem } from './errors.ts'
import type { HowClosed, JournalEvent } from './events.ts'
import type { AnyHostKind, HostFaultView } from './host.ts'
import type { Fidelity, Kind } from './kind.ts'
import type { JsonSchema } from './attributes.ts'
import type { ConnectionInfo, Gap, PlaneTotals } from './ports.ts'
import type { ExchangeView, FaultView, ProxyInput, ProxyView } from './wire.ts'
import type { ProfileView } from './profile-wire.ts'
import type { RunView, SweepView } from './run-wire.ts'
import type { FaultProof, ScopeView } from './scope-wire.ts'

/** What the native API answers, route by route. Control sends these; client and CLI read them. */

/** `GET /v1/proxies`, in order of creation. */
export interface ProxyList {
  readonly proxies: readonly ProxyView[]
  readonly revision: number
}

/** `PUT|PATCH /v1/proxies/{proxy}`: 201 when PUT created it, else 200. */
export interface ProxyChanged extends ProxyView {
  /** Open connections the change concerned. */
  readonly touched: number
}

/** `GET /v1/proxies/{proxy}/faults` */
export interface FaultList {
  readonly faults: readonly FaultView[]
}

/** `POST …/faults` (201), `PATCH …/faults/{fault}` (200). */
export interface FaultChanged extends FaultView {
  /** Null where the plane of the proxy does not tell. */
  readonly touched: number | null
}

/** `DELETE` of a proxy or a fault, 200. */
export interface Removed {
  readonly removed: string
  readonly touched: number | null
}

/** `GET /v1/config`, and the body of `PUT /v1/config` (there without `revision`). */
export interface ConfigView {
  readonly proxies: Readonly<Record<string, ProxyInput>>
  readonly revision: number
}

/** `PUT /v1/config`: what it did, or with `?dry_run=true` would do. */
export interface ConfigChanged {
  readonly dry_run: boolean
  readonly created: readonly string[]
  readonly updated: readonly { readonly name: string; readonly changes: readonly string[] }[]
  readonly removed: readonly string[]
  readonly unchanged: readonly string[]
  readonly revision: number
}

/** `GET /v1/kinds/{kind}` */
export interface KindView {
  readonly kind: string
  readonly layer: Kind['layer'] | 'host'
  readonly summary: string
  readonly notes?: string
  /** Takes `stream: upstream | downstream`. */
  readonly has_stream: boolean
  /** What it does to bytes; stream kinds only. */
  readonly bytes?: 'kept' | 'changed' | 'lost'
  /** What removing it does to connections on which it lost bytes. */
  readonly on_detach?: 'release' | 'close'
  /** What may be short because of it, and how it is given back; host kinds only. */
  readonly reach?: AnyHostKind['reaches']
  readonly undo?: string
  /** On the platform the daemon runs on. */
  readonly fidelity: Fidelity
  /** JSON Schema; `x-unit` names the base unit where "250ms" or "64KiB" may be written too. */
  readonly attributes: JsonSchema
  readonly examples: Kind['examples']
}

/** `GET /v1/kinds` */
export interface KindList {
  readonly kinds: readonly KindView[]
}

/** `GET /v1/connections?proxy=&client=&fault=&id=&limit=` */
export interface ConnectionList {
  readonly connections: readonly ConnectionInfo[]
  /** How many there are; above `limit` (default 1000) the list is cut. */
  readonly total: number
}

/** `DELETE /v1/connections?proxy=&client=&fault=&id=|all=true&how=fin|rst` */
export interface ConnectionsKilled {
  readonly closed: number
  readonly how: HowClosed
}

/** `GET /v1/exchanges?proxy=&connection=&method=&path=&status=&origin=&fault=&limit=`, latest first. With `format=har` HAR 1.2. */
export interface ExchangeList {
  readonly exchanges: readonly ExchangeView[]
  /** How many of those kept fit the filter; above `limit` the list is cut. */
  readonly total: number
}

/**
 * `GET /v1/events?since=&limit=` as JSON. With `accept: text/event-stream` (or `follow=true`) the same events come as SSE:
 * `id:` is the event's id, `data:` the event; a gap is `event: gap` with `data: {"gap":{"from":1,"to":9}}`.
 * SSE begins after `Last-Event-ID` or `since`, else with the next event. `type`, `proxy` and `run` narrow both.
 */
export interface EventPage {
  readonly events: readonly JournalEvent[]
  readonly gap?: Gap
  /** The `since` to go on from. */
  readonly next: string
}

/** `GET /v1/profiles`; one alone is a ProfileView. */
export interface ProfileList {
  readonly profiles: readonly ProfileView[]
}

/** `GET /v1/runs`, latest first. `POST /v1/runs` takes RunStartInput and answers 201 RunView; `POST|DELETE /v1/runs/{run}/stop` RunView. */
export interface RunList {
  readonly runs: readonly RunView[]
}

/** `GET /v1/host_faults`, latest first. `POST` takes HostFaultStart and answers 201 HostFaultView, `DELETE …/{host_fault}` HostFaultView. */
export interface HostFaultList {
  readonly host_faults: readonly HostFaultView[]
}

/** `GET /v1/sweeps`, latest first. `POST` takes RunStartInput and answers 201 SweepView. */
export interface SweepList {
  readonly sweeps: readonly SweepView[]
}

/** `GET /v1/proof`: what each fault did, those that are gone included. `GET /v1/unfired`: those that never acted. */
export interface ProofList {
  readonly faults: readonly FaultProof[]
}

/** `GET /v1/scopes`, in order of creation. */
export interface ScopeList {
  readonly scopes: readonly ScopeView[]
}

/** `POST /v1/reset` */
export interface ResetDone {
  readonly proxies: number
  readonly faults_removed: number
  readonly runs_aborted: number
  readonly revision: number
}

/** `GET /v1/info` */
export interface InfoView {
  readonly version: string
  /** The Toxiproxy version whose API this is compatible with. */
  readonly toxiproxy_version: string
  readonly boot_id: string
  readonly started_at: string
  readonly uptime_ms: number
  readonly node: string
  readonly platform: string
  readonly seed: string
  readonly revision: number
  readonly proxies: number
  readonly runs_live: number
  readonly connections: {
    readonly open: PlaneTotals['connectionsOpen']
    readonly limit: PlaneTotals['connectionsLimit']
  }
  readonly held_bytes: { readonly now: PlaneTotals['heldBytes']; readonly limit: PlaneTotals['heldBytesLimit'] }
}

/** `GET /healthz` (200), `GET /readyz` (200, or 503 with what it waits for). */
export interface HealthView {
  readonly status: 'ok' | 'not_ready'
  readonly waiting_for?: readonly string[]
}

/** application/problem+json, RFC 9457. */
export interface ProblemView {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ErrorCode
  readonly detail: string
  /** JSON pointer into the body, or the query parameter as `?name`. */
  readonly pointer?: string
  readonly remedy: string
  readonly problems?: readonly Problem[]
  readonly request_id: string
}
