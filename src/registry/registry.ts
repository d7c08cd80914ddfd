import { FaultlineError } from '../contract/errors.ts'
import type { FaultSpec, Owner, ProxySpec, Sharing } from '../contract/model.ts'
import { proxyView } from '../contract/wire.ts'
import type { ReleaseInput, Released } from '../contract/hold.ts'
import type { FaultInput, FaultPatch, FaultView, ProxyInput, ProxyPatch, ProxyView } from '../contract/wire.ts'
import { allowList } from '../contract/allow-list.ts'
import { applyConfig } from './apply-config.ts'
import type { ConfigDiff } from './apply-config.ts'
import { EntryStore } from './entry-store.ts'
import { isWritten, mergeSpec, toConfig, toInput } from './entries.ts'
import type { ProxyEntry } from './entries.ts'
import { FaultChanges } from './fault-changes.ts'
import type { FaultChange } from './fault-changes.ts'
import { FaultGate } from './fault-gate.ts'
import { ForeignProxies } from './foreign-proxies.ts'
import { Locks } from './locks.ts'
import { ProxyChanges } from './proxy-changes.ts'
import type { Change } from './proxy-changes.ts'
import type { RegistryOptions } from './registry-options.ts'
import { resetProxies } from './reset-proxies.ts'
import { inDocument, resolveNamed, resolveProxy } from './resolve-proxy.ts'
import type { Leniency, ResolveRules } from './resolve-proxy.ts'
import { mustBeOwn, mustShareAlike, sharedSpec } from './borrowed-listener.ts'

export type { ConfigDiff } from './apply-config.ts'
export type { ProxyEntry } from './entries.ts'
export type { FaultChange } from './fault-changes.ts'
export type { Change } from './proxy-changes.ts'
export type { Leniency } from './resolve-proxy.ts'

/**
 * Desired state, as immutable snapshots with a revision and an owner per entry. Whatever changes traffic
 * goes through here and nothing else. Every change is whole or not at all: it throws FaultlineError and
 * leaves things as they were. No method waits for a connection.
 */
export class Registry {
  readonly seed: string
  readonly gate: FaultGate
  readonly foreign: ForeignProxies
  readonly #rules: ResolveRules
  readonly #store: EntryStore
  readonly #faults: FaultChanges
  readonly #locks = new Locks()
  readonly #proxies: ProxyChanges

  constructor(options: RegistryOptions) {
    this.seed = options.seed
    this.#store = new EntryStore(options.sink)
    this.foreign = new ForeignProxies(this.#store, options.limits.proxies)
    this.gate = new FaultGate(this.#store, options.allowedTargets)
    this.#rules = {
      allowed: allowList(options.allowedUpstreams),
      gate: this.gate,
      faultsPerProxy: options.limits.faultsPerProxy,
    }
    this.#faults = new FaultChanges(this.#store, this.#rules)
    this.#proxies = new ProxyChanges(this.#store, this.gate, options, (entry) => this.view(entry))
  }

  /** Rises with every change. */
  get revision(): number {
    return this.#store.revision
  }

  /** Called with the owner and proxy, and why where it is known, when faults of a run go without its doing. */
  set onOrphaned(told: EntryStore['onOrphaned']) {
    this.#store.onOrphaned = told
  }

  /** Called with the name of a proxy that went, whether faults stood on it or not. */
  set onRemoved(told: ((proxy: string) => void) | undefined) {
    this.#store.onRemoved = told
  }

  /** Called when a proxy came or went, or says otherwise whom it connects. It must not throw. */
  set onRoutes(told: (() => void) | undefined) {
    this.#store.onRoutes = told
  }

  /** In order of creation. */
  list(): readonly ProxyEntry[] {
    return this.#store.list()
  }

  find(name: string): ProxyEntry | undefined {
    return this.#store.find(name)
  }

  /** @throws proxy_not_found, naming the nearest */
  get(name: string): ProxyEntry {
    return this.#store.get(name)
  }

  /** @throws proxy_not_found, fault_not_found */
  getFault(proxy: string, fault: string): FaultSpec {
    return this.#store.getFault(proxy, fault)
  }

  view(entry: ProxyEntry): ProxyView {
    const faults = entry.spec.faults.map((fault) => this.faultView(entry, fault))
    return proxyView(entry.spec, entry.plane.status(), entry.revision, faults)
  }

  faultView(entry: ProxyEntry, fault: FaultSpec): FaultView {
    return this.#faults.view(entry, fault)
  }

  // ---- proxies

  /** @throws proxy_exists, address_in_use, ... */
  create(name: string, input: ProxyInput, owner: Owner, options: Leniency = {}): Promise<Change> {
    return this.#locks.hold([name], async () => {
      if (this.find(name) !== undefined)
        throw new FaultlineError('proxy_exists', `cannot create proxy ${JSON.stringify(name)}: it exists`)
      return this.#proxies.open(this.#resolve(name, input, owner, options), owner)
    })
  }

  /** Create or replace, faults included. Left-out fields take their defaults. Same name, kind and stream = same fault. */
  put(name: string, input: ProxyInput, owner: Owner, options: Leniency = {}): Promise<Change> {
    return this.#locks.hold([name], async () => {
      const entry = this.find(name)
      if (entry !== undefined) mustBeOwn(entry)
      const spec = this.#resolve(name, input, owner, options)
      return entry === undefined ? this.#proxies.open(spec, owner) : this.#proxies.replace(entry, spec, owner)
    })
  }

  /** Left-out fields stay. `faults`, when given, replaces all faults not owned by runs. */
  patch(name: string, input: ProxyPatch, owner: Owner, options: Leniency = {}): Promise<Change> {
    return this.#locks.hold([name], async () => {
      const entry = this.get(name)
      mustBeOwn(entry)
      const { faults, ...rest } = input
      const { faults: _before, ...settings } = toInput(entry.spec)
      const whole = { ...settings, ...rest, ...(faults === undefined ? {} : { faults }) } as ProxyInput
      const spec = this.#resolve(name, whole, entry.spec.owner, options)
      return this.#proxies.replace(entry, spec, owner, faults === undefined)
    })
  }

  /** Runs that own faults there are told through `onOrphaned`. */
  remove(name: string, owner: Owner): Promise<void> {
    return this.#locks.hold([name], async () => {
      const entry = this.get(name)
      this.#store.mustTouch(owner, entry.spec, `proxy ${JSON.stringify(name)}`)
      await this.#store.remove(name, owner)
    })
  }

  /**
   * A proxy that stands for the listener of this name in the default scope: faults on it act on this scope's exchanges.
   * Asked again, it changes nothing. @throws proxy_exists, proxy_not_found, proxy_not_http, invalid_request
   */
  share(name: string, shared: Sharing, owner: Owner): Promise<Change> {
    return this.#locks.hold([name], async () => {
      const there = this.find(name)
      if (there === undefined) return this.#proxies.open(sharedSpec(name, shared, owner), owner)
      mustShareAlike(there, shared)
      return { view: this.view(there), touched: 0, created: false }
    })
  }

  #resolve(name: string, input: ProxyInput, owner: Owner, options: Leniency): ProxySpec {
    return resolveProxy(name, input, owner, this.#rules, options)
  }

  // ---- faults

  addFault(proxy: string, input: FaultInput | FaultSpec, owner: Owner, options: Leniency = {}): FaultChange {
    return this.#faults.add(proxy, input, owner, options)
  }

  /** Attributes merge. @throws owned_by_run when `owner` may not touch it */
  patchFault(proxy: string, fault: string, patch: FaultPatch, owner: Owner, options: Leniency = {}): FaultChange {
    return this.#faults.patch(proxy, fault, patch, owner, options)
  }

  removeFault(proxy: string, fault: string, owner: Owner): { touched: number | null } {
    return this.#faults.remove(proxy, fault, owner)
  }

  release(proxy: string, fault: string, input: ReleaseInput, owner: Owner): Released {
    return this.#faults.release(proxy, fault, input, owner)
  }

  /** Replaces all that `owner` owns, on every proxy, in one step. For runs: each stage sets its faults. */
  setOwned(
    owner: Owner,
    wanted: readonly { readonly proxy: string; readonly fault: FaultSpec }[],
  ): { touched: number } {
    return this.#faults.setOwned(owner, wanted)
  }

  // ---- the whole

  /** Replaces what `config` and `api` own (proxies and their faults); touches nothing of runs. */
  putConfig(
    proxies: Readonly<Record<string, ProxyInput>>,
    options: { dryRun: boolean; owner?: Owner },
  ): Promise<ConfigDiff> {
    const names = new Set([...Object.keys(proxies), ...this.list().map((entry) => entry.spec.name)])
    const owner = options.owner ?? 'config'
    return this.#locks.hold([...names], () =>
      applyConfig({
        wanted: Object.entries(proxies).map(([name, input]) => {
          const there = this.find(name)
          if (there !== undefined) {
            mustBeOwn(there)
            this.#store.mustTouch(owner, there.spec, `proxy ${JSON.stringify(name)}`)
          }
          return resolveNamed(name, input, owner, this.#rules)
        }),
        present: this.list().filter(isWritten),
        dryRun: options.dryRun,
        merge: mergeSpec,
        open: (spec) => inDocument(spec, () => this.#proxies.open(spec, owner)),
        replace: (entry, spec) => inDocument(spec, () => this.#proxies.replace(entry, spec, owner)),
        stop: (entry) => entry.plane.reconfigure({ ...entry.spec, enabled: false }),
        restore: (entry) => entry.plane.reconfigure(entry.spec),
        remove: (name) => this.#store.remove(name, owner),
        find: (name) => this.find(name),
      }),
    )
  }

  /** Desired state in config's shape. */
  config(): Readonly<Record<string, ProxyInput>> {
    return toConfig(this.list())
  }

  /** Enables every proxy and removes every fault; runs are told. Counters start anew. Continues over failures, then throws the first. */
  reset(owner: Owner = 'api'): Promise<void> {
    return resetProxies(this.#store, this.#locks, (entry, spec) => this.#proxies.reconfigure(entry, spec), owner)
  }

  async close(): Promise<void> {
    await Promise.all(this.#store.clear().map((entry) => entry.plane.close()))
  }
}
