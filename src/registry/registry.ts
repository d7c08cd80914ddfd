import { FaultlineError } from '../contract/errors.ts'
import type { FactSink } from '../contract/events.ts'
import type { FaultSpec, Owner, ProxySpec } from '../contract/model.ts'
import type { Plane } from '../contract/ports.ts'
import { proxyView } from '../contract/wire.ts'
import type { FaultInput, FaultPatch, FaultView, ProxyInput, ProxyPatch, ProxyView } from '../contract/wire.ts'
import { allowList } from './allow-list.ts'
import { applyConfig } from './apply-config.ts'
import type { ConfigDiff } from './apply-config.ts'
import { EntryStore } from './entry-store.ts'
import { differ, explainBusy, isPlain, mergeSpec, sameSettings, toInput, withRuns } from './entries.ts'
import type { ProxyEntry } from './entries.ts'
import { FaultChanges } from './fault-changes.ts'
import type { FaultChange } from './fault-changes.ts'
import { Locks } from './locks.ts'
import { fromDocument, resolveNamed, resolveProxy } from './resolve-proxy.ts'
import type { Leniency, ResolveRules } from './resolve-proxy.ts'

export type { ConfigDiff } from './apply-config.ts'
export type { ProxyEntry } from './entries.ts'
export type { FaultChange } from './fault-changes.ts'
export type { Leniency } from './resolve-proxy.ts'

export interface RegistryOptions {
  readonly plane: Plane
  readonly sink: FactSink
  /** The scope's seed. */
  readonly seed: string
  /** `host:port` patterns an upstream must match, `*` standing for anything; undefined = all allowed. */
  readonly allowedUpstreams?: readonly string[] | undefined
  readonly limits: { readonly proxies: number; readonly faultsPerProxy: number }
  /** Where the control API listens; no proxy can. */
  readonly control?: () => string | undefined
}

export interface Change {
  readonly view: ProxyView
  /** Open connections the change concerns. */
  readonly touched: number
  readonly created: boolean
}

/**
 * Desired state, as immutable snapshots with a revision and an owner per entry. Whatever changes traffic
 * goes through here and nothing else. Every change is whole or not at all: it throws FaultlineError and
 * leaves things as they were. No method waits for a connection.
 */
export class Registry {
  readonly seed: string
  readonly #plane: Plane
  readonly #maxProxies: number
  readonly #rules: ResolveRules
  readonly #store: EntryStore
  readonly #faults: FaultChanges
  readonly #locks = new Locks()
  readonly #control: (() => string | undefined) | undefined
  #opening = 0

  constructor(options: RegistryOptions) {
    this.seed = options.seed
    this.#plane = options.plane
    this.#maxProxies = options.limits.proxies
    this.#control = options.control
    this.#rules = { allowed: allowList(options.allowedUpstreams), faultsPerProxy: options.limits.faultsPerProxy }
    this.#store = new EntryStore(options.sink)
    this.#faults = new FaultChanges(this.#store, this.#rules)
  }

  /** Rises with every change. */
  get revision(): number {
    return this.#store.revision
  }

  /** Called with the owner and proxy when faults of a run go without its doing. */
  set onOrphaned(told: ((owner: Owner, proxy: string) => void) | undefined) {
    this.#store.onOrphaned = told
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
      return this.#open(this.#resolve(name, input, owner, options), owner)
    })
  }

  /** Create or replace, faults included. Left-out fields take their defaults. Same name, kind and stream = same fault. */
  put(name: string, input: ProxyInput, owner: Owner, options: Leniency = {}): Promise<Change> {
    return this.#locks.hold([name], async () => {
      const entry = this.find(name)
      const spec = this.#resolve(name, input, owner, options)
      return entry === undefined ? this.#open(spec, owner) : this.#replace(entry, spec, owner)
    })
  }

  /** Left-out fields stay. `faults`, when given, replaces all faults not owned by runs. */
  patch(name: string, input: ProxyPatch, owner: Owner, options: Leniency = {}): Promise<Change> {
    return this.#locks.hold([name], async () => {
      const entry = this.get(name)
      const { faults, ...rest } = input
      const { faults: _before, ...settings } = toInput(entry.spec)
      const whole = { ...settings, ...rest, ...(faults === undefined ? {} : { faults }) } as ProxyInput
      const spec = this.#resolve(name, whole, entry.spec.owner, options)
      return this.#replace(entry, spec, owner, faults === undefined)
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

  #resolve(name: string, input: ProxyInput, owner: Owner, options: Leniency): ProxySpec {
    return resolveProxy(name, input, owner, this.#rules, options)
  }

  async #open(spec: ProxySpec, owner: Owner): Promise<Change> {
    if (this.#store.size + this.#opening >= this.#maxProxies) {
      throw new FaultlineError(
        'limit_reached',
        `cannot create proxy ${JSON.stringify(spec.name)}: limits.proxies is ${this.#maxProxies}`,
      )
    }
    this.#opening++
    try {
      const plane = await this.#plane
        .open(spec, this.seed)
        .catch((error: unknown) => explainBusy(error, spec, this.list(), this.#control))
      const entry = this.#store.commit({ ...spec, listen: spec.enabled ? plane.status().listen : spec.listen }, plane)
      this.#store.told('proxy.create', owner, spec.name)
      return { view: this.view(entry), touched: 0, created: true }
    } finally {
      this.#opening--
    }
  }

  async #replace(entry: ProxyEntry, wanted: ProxySpec, owner: Owner, keepFaults = false): Promise<Change> {
    this.#store.mustTouch(owner, entry.spec, `proxy ${JSON.stringify(entry.spec.name)}`)
    const spec = mergeSpec(entry, wanted)
    const open = entry.plane.status().connectionsOpen
    const moved = await this.#reconfigure(entry, spec)
    const now = this.find(spec.name) ?? entry
    // Faults may have come or gone while the listener was opened.
    const mine = spec.faults.filter((one) => isPlain(one.owner) || one.owner === owner)
    const faults = keepFaults ? now.spec.faults : withRuns(mine, now)
    const touched = entry.plane.setFaults(faults)
    if (!moved && faults === now.spec.faults && sameSettings(spec, now.spec))
      return { view: this.view(now), touched: 0, created: false }
    const next = this.#store.commit(
      { ...spec, faults, listen: spec.enabled ? entry.plane.status().listen : spec.listen },
      entry.plane,
    )
    this.#store.told('proxy.update', owner, spec.name)
    return { view: this.view(next), touched: moved ? open : touched, created: false }
  }

  /** Tells the plane about listen, upstream and enabled. @returns whether connections had to go */
  async #reconfigure(entry: ProxyEntry, spec: ProxySpec): Promise<boolean> {
    const before = entry.spec
    const moved = differ(before, spec, ['listen', 'upstream', 'enabled', 'protocol'])
    if (!moved && !differ(before, spec, ['evidenceHeader'])) return false
    await entry.plane.reconfigure(spec).catch((error: unknown) => explainBusy(error, spec, this.list(), this.#control))
    return moved && before.enabled
  }

  // ---- faults

  addFault(proxy: string, input: FaultInput | FaultSpec, owner: Owner, options: Leniency = {}): FaultChange {
    return this.#faults.add(proxy, input, owner, options)
  }

  /** Attributes merge. @throws owned_by_run when `owner` may not touch it */
  patchFault(proxy: string, fault: string, patch: FaultPatch, owner: Owner, options: Leniency = {}): FaultChange {
    return this.#faults.patch(proxy, fault, patch, owner, options)
  }

  removeFault(proxy: string, fault: string, owner: Owner): { touched: number } {
    return this.#faults.remove(proxy, fault, owner)
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
          if (there !== undefined) this.#store.mustTouch(owner, there.spec, `proxy ${JSON.stringify(name)}`)
          return resolveNamed(name, input, owner, this.#rules)
        }),
        present: this.list().filter((entry) => isPlain(entry.spec.owner)),
        dryRun: options.dryRun,
        merge: mergeSpec,
        open: (spec) => this.#inDocument(spec, () => this.#open(spec, owner)),
        replace: (entry, spec) => this.#inDocument(spec, () => this.#replace(entry, spec, owner)),
        stop: (entry) => entry.plane.reconfigure({ ...entry.spec, enabled: false }),
        restore: (entry) => entry.plane.reconfigure(entry.spec),
        remove: (name) => this.#store.remove(name, owner),
        find: (name) => this.find(name),
      }),
    )
  }

  async #inDocument({ name }: ProxySpec, work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      throw fromDocument(name, error)
    }
  }

  /** Desired state in config's shape. */
  config(): Readonly<Record<string, ProxyInput>> {
    return Object.fromEntries(
      this.list()
        .filter(({ spec }) => isPlain(spec.owner))
        .map(({ spec }) => [spec.name, toInput(spec)]),
    )
  }

  /** Enables every proxy and removes every fault; runs are told. Counters start anew. Continues over failures, then throws the first. */
  async reset(owner: Owner = 'api'): Promise<void> {
    this.#store.told('reset', owner)
    const results = await Promise.allSettled(
      this.list().map((entry) =>
        this.#locks.hold([entry.spec.name], async () => {
          const now = this.find(entry.spec.name)
          if (now === undefined) return
          now.plane.setFaults([])
          now.plane.resetCounters()
          this.#store.orphan(now)
          const spec = { ...now.spec, faults: [], enabled: true }
          this.#store.commit({ ...spec, enabled: now.spec.enabled }, now.plane)
          if (!now.spec.enabled) await this.#reconfigure(now, spec)
          this.#store.commit({ ...spec, listen: now.plane.status().listen }, now.plane)
        }),
      ),
    )
    const failed = results.find((result) => result.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }

  async close(): Promise<void> {
    await Promise.all(this.#store.clear().map((entry) => entry.plane.close()))
  }
}
