import type { FactSink } from '../contract/events.ts'
import type { Plane } from '../contract/ports.ts'

export interface RegistryOptions {
  readonly plane: Plane
  readonly sink: FactSink
  /** The scope's seed. */
  readonly seed: string
  /** `host:port` patterns an upstream must match, `*` standing for anything; undefined = all allowed. */
  readonly allowedUpstreams?: readonly string[] | undefined
  /** Names of proxies that may be given faults, likewise. */
  readonly allowedTargets?: readonly string[] | undefined
  readonly limits: { readonly proxies: number; readonly faultsPerProxy: number }
  /** Where the control API listens; no proxy can. */
  readonly control?: () => string | undefined
}
