import type { FactSink } from '../contract/events.ts'
import type { FaultSpec, Owner, ProxySpec } from '../contract/model.ts'
import type { Plane, PlaneProxy } from '../contract/ports.ts'
import type { FaultInput, FaultPatch, FaultView, ProxyInput, ProxyPatch, ProxyView } from '../contract/wire.ts'

export interface RegistryOptions {
  readonly plane: Plane
  readonly sink: FactSink
  /** The scope's seed. */
  readonly seed: string
  /** `host:port` patterns an upstream must match, `*` standing for anything; undefined = all allowed. */
  readonly allowedUpstreams?: readonly string[] | undefined
  readonly limits: { readonly proxies: number; readonly faultsPerProxy: number }
}

/** One proxy as it is wanted (an immutable snapshot) with the plane's part that carries it out. */
export interface ProxyEntry {
  readonly spec: ProxySpec
  readonly revision: number
  readonly plane: PlaneProxy
}

export interface Change {
  readonly view: ProxyView
  /** Open connections the change concerns. */
  readonly touched: number
  readonly created: boolean
}

export interface FaultChange {
  readonly fault: FaultSpec
  readonly view: FaultView
  readonly touched: number
}

/** What `PUT /v1/config` did, or would do. */
export interface ConfigDiff {
  readonly created: readonly string[]
  readonly updated: readonly { readonly name: string; readonly changes: readonly string[] }[]
  readonly removed: readonly string[]
  readonly unchanged: readonly string[]
}

/**
 * Desired state, as immutable snapshots with a revision and an owner per entry. Whatever changes traffic
 * goes through here and nothing else. Every change is whole or not at all: it throws FaultlineError and
 * leaves things as they were. No method waits for a connection.
 */
export declare class Registry {
  constructor(options: RegistryOptions)
  readonly seed: string
  /** Rises with every change. */
  readonly revision: number

  /** In order of creation. */
  list(): readonly ProxyEntry[]
  find(name: string): ProxyEntry | undefined
  /** @throws proxy_not_found, naming the nearest */
  get(name: string): ProxyEntry
  /** @throws proxy_not_found, fault_not_found */
  getFault(proxy: string, fault: string): FaultSpec
  view(entry: ProxyEntry): ProxyView
  faultView(entry: ProxyEntry, fault: FaultSpec): FaultView

  /** @throws proxy_exists, address_in_use, ...; `input.faults` may be FaultSpec made by resolveFault, or input */
  create(name: string, input: ProxyInput, owner: Owner): Promise<Change>
  /** Create or replace, faults included. Left-out fields take their defaults. Same name, kind and stream = same fault. */
  put(name: string, input: ProxyInput, owner: Owner): Promise<Change>
  /** Left-out fields stay. `faults`, when given, replaces all faults not owned by runs. */
  patch(name: string, input: ProxyPatch, owner: Owner): Promise<Change>
  /** Runs and others that own faults there are told through `onOrphaned`. */
  remove(name: string, owner: Owner): Promise<void>

  addFault(proxy: string, input: FaultInput | FaultSpec, owner: Owner): FaultChange
  /** Attributes merge. @throws owned_by_run when `owner` may not touch it */
  patchFault(proxy: string, fault: string, patch: FaultPatch, owner: Owner): FaultChange
  removeFault(proxy: string, fault: string, owner: Owner): { touched: number }

  /** Replaces all that `owner` owns, on every proxy, in one step. For runs: each stage sets its faults. */
  setOwned(owner: Owner, faults: readonly { readonly proxy: string; readonly fault: FaultSpec }[]): { touched: number }
  /** Called with the owner and proxy when a proxy with faults of a run is removed. */
  onOrphaned: ((owner: Owner, proxy: string) => void) | undefined

  /** Replaces what `config` and `api` own (proxies and their faults); touches nothing of runs. */
  putConfig(proxies: Readonly<Record<string, ProxyInput>>, options: { dryRun: boolean }): Promise<ConfigDiff>
  /** Desired state in config's shape. */
  config(): Readonly<Record<string, ProxyInput>>
  /** Enables every proxy and removes every fault of `config` and `api`; counters and ordinals start anew. Continues over failures, then throws the first. */
  reset(): Promise<void>
  close(): Promise<void>
}
