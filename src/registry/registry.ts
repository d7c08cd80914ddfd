import { parseAddress, sameListen } from '../contract/address.ts'
import { FaultlineError } from '../contract/errors.ts'
import type { FactSink } from '../contract/events.ts'
import type { FaultSpec, Owner, ProxySpec } from '../contract/model.ts'
import type { Plane } from '../contract/ports.ts'
import { faultView, proxyView } from '../contract/wire.ts'
import type { FaultInput, FaultPatch, FaultView, ProxyInput, ProxyPatch, ProxyView } from '../contract/wire.ts'
import { nearest } from '../kernel/nearest.ts'
import { patchFault, resolveFault } from '../faults/resolve.ts'
import { applyConfig } from './apply-config.ts'
import type { ConfigDiff } from './apply-config.ts'
import { isPlain, mayTouch, settle, toInput } from './entries.ts'
import type { ProxyEntry } from './entries.ts'
import { Locks } from './locks.ts'
import { allowList } from './allow-list.ts'

export type { ConfigDiff } from './apply-config.ts'
export type { ProxyEntry } from './entries.ts'

export interface RegistryOptions {
  readonly plane: Plane
  readonly sink: FactSink
  /** The scope's seed. */
  readonly seed: string
  /** `host:port` patterns an upstream must match, `*` standing for anything; undefined = all allowed. */
  readonly allowedUpstreams?: readonly string[] | undefined
  readonly limits: { readonly proxies: number; readonly faultsPerProxy: number }
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

export interface Leniency {
  /** Toxiproxy's rules: the upstream may be anything, integers only, odd names. */
  readonly lenient?: boolean
}

/**
 * Desired state, as immutable snapshots with a revision and an owner per entry. Whatever changes traffic
 * goes through here and nothing else. Every change is whole or not at all: it throws FaultlineError and
 * leaves things as they were. No method waits for a connection.
 */
export class Registry {
  readonly seed: string
  /** Called with the owner and proxy when faults of a run go without its doing. */
  onOrphaned: ((owner: Owner, proxy: string) => void) | undefined
  readonly #plane: Plane
  readonly #sink: FactSink
  readonly #limits: RegistryOptions['limits']
  readonly #allowed: (upstream: string) => boolean
  readonly #entries = new Map<string, ProxyEntry>()
  readonly #locks = new Locks()
  #revision = 0
  #pending = 0

  constructor(options: RegistryOptions) {
    this.#plane = options.plane
    this.#sink = options.sink
    this.seed = options.seed
    this.#limits = options.limits
    this.#allowed = allowList(options.allowedUpstreams)
  }

  /** Rises with every change. */
  get revision(): number {
    return this.#revision
  }

  /** In order of creation. */
  list(): readonly ProxyEntry[] {
    return [...this.#entries.values()]
  }

  find(name: string): ProxyEntry | undefined {
    return this.#entries.get(name)
  }

  /** @throws proxy_not_found, naming the nearest */
  get(name: string): ProxyEntry {
    const entry = this.#entries.get(name)
    if (entry !== undefined) return entry
    const near = nearest(name, this.#entries.keys())
    throw new FaultlineError(
      'proxy_not_found',
      `no proxy is called ${JSON.stringify(name)}${near === undefined ? '' : `; did you mean ${JSON.stringify(near)}?`}`,
    )
  }

  /** @throws proxy_not_found, fault_not_found */
  getFault(proxy: string, fault: string): FaultSpec {
    const { faults } = this.get(proxy).spec
    const found = faults.find((one) => one.name === fault)
    if (found !== undefined) return found
    const near = nearest(
      fault,
      faults.map((one) => one.name),
    )
    const hint = near === undefined ? '' : `; did you mean ${JSON.stringify(near)}?`
    throw new FaultlineError(
      'fault_not_found',
      `proxy ${JSON.stringify(proxy)} has no fault called ${JSON.stringify(fault)}${hint}`,
    )
  }

  view(entry: ProxyEntry): ProxyView {
    const faults = entry.spec.faults.map((fault) => this.faultView(entry, fault))
    return proxyView(entry.spec, entry.plane.status(), entry.revision, faults)
  }

  faultView(entry: ProxyEntry, fault: FaultSpec): FaultView {
    const status = entry.plane.fault(fault.name)
    if (status === undefined) throw new Error(`the plane does not know fault ${fault.name} of ${entry.spec.name}`)
    return faultView(fault, status)
  }

  // ---- proxies

  /** @throws proxy_exists, address_in_use, ... */
  create(name: string, input: ProxyInput, owner: Owner, options: Leniency = {}): Promise<Change> {
    return this.#locks.hold([name], async () => {
      if (this.#entries.has(name))
        throw new FaultlineError('proxy_exists', `cannot create proxy ${JSON.stringify(name)}: it exists`)
      return this.#open(this.resolve(name, input, owner, options), owner)
    })
  }

  /** Create or replace, faults included. Left-out fields take their defaults. Same name, kind and stream = same fault. */
  put(name: string, input: ProxyInput, owner: Owner, options: Leniency = {}): Promise<Change> {
    return this.#locks.hold([name], async () => {
      const entry = this.#entries.get(name)
      const spec = this.resolve(name, input, owner, options)
      return entry === undefined ? this.#open(spec, owner) : this.#replace(entry, spec, owner)
    })
  }

  /** Left-out fields stay. `faults`, when given, replaces all faults not owned by runs. */
  patch(name: string, input: ProxyPatch, owner: Owner, options: Leniency = {}): Promise<Change> {
    return this.#locks.hold([name], async () => {
      const entry = this.get(name)
      const { faults, ...rest } = input
      const whole = {
        ...toInput(entry.spec),
        ...rest,
        faults: faults ?? entry.spec.faults.filter((one) => isPlain(one.owner)),
      }
      return this.#replace(entry, this.resolve(name, whole as ProxyInput, entry.spec.owner, options), owner)
    })
  }

  /** Runs that own faults there are told through `onOrphaned`. */
  remove(name: string, owner: Owner): Promise<void> {
    return this.#locks.hold([name], async () => {
      const entry = this.get(name)
      this.#mustTouch(owner, entry.spec, `proxy ${JSON.stringify(name)}`)
      this.#entries.delete(name)
      this.#told('proxy.remove', owner, name)
      const closed = entry.plane.close()
      this.#orphan(entry)
      await closed
    })
  }

  /** Input to a whole spec, everything checked. @throws invalid_fault, invalid_request, upstream_not_allowed, limit_reached */
  resolve(name: string, input: ProxyInput, owner: Owner, { lenient = false }: Leniency): ProxySpec {
    const { upstream, listen = '127.0.0.1:0', enabled = true } = input
    if (!lenient) parseAddress(upstream, 'upstream')
    if (enabled || !lenient) parseAddress(listen, 'listen')
    if (!this.#allowed(upstream)) {
      throw new FaultlineError(
        'upstream_not_allowed',
        `proxy ${JSON.stringify(name)} may not forward to ${JSON.stringify(upstream)}`,
        { pointer: '/upstream' },
      )
    }
    const faults = (input.faults ?? []).map((fault, i) => this.#resolveFault(fault, owner, lenient, `/faults/${i}`))
    this.#checkFaults(name, faults)
    const { protocol = 'tcp', from, to } = input
    return { name, listen, upstream, protocol, from, to, enabled, faults, owner }
  }

  async #open(spec: ProxySpec, owner: Owner): Promise<Change> {
    if (this.#entries.size + this.#pending >= this.#limits.proxies) {
      throw new FaultlineError(
        'limit_reached',
        `cannot create proxy ${JSON.stringify(spec.name)}: limits.proxies is ${this.#limits.proxies}`,
      )
    }
    this.#pending++
    try {
      const plane = await this.#plane.open(spec, this.seed).catch((error: unknown) => this.#explain(error, spec))
      const entry = this.#commit({ ...spec, listen: spec.enabled ? plane.status().listen : spec.listen }, plane)
      this.#told('proxy.create', owner, spec.name)
      return { view: this.view(entry), touched: 0, created: true }
    } finally {
      this.#pending--
    }
  }

  async #replace(entry: ProxyEntry, wanted: ProxySpec, owner: Owner): Promise<Change> {
    this.#mustTouch(owner, entry.spec, `proxy ${JSON.stringify(entry.spec.name)}`)
    const spec = this.#merge(entry, wanted)
    const open = entry.plane.status().connectionsOpen
    const moved = await this.reconfigure(entry, spec)
    const now = this.#entries.get(spec.name) ?? entry
    // Faults of runs may have come or gone while the listener was opened.
    const faults = this.#withRuns(
      spec.faults.filter((one) => isPlain(one.owner) || one.owner === owner),
      now,
    )
    const touched = entry.plane.setFaults(faults)
    if (!moved && faults === now.spec.faults && sameSettings(spec, now.spec))
      return { view: this.view(now), touched: 0, created: false }
    const next = this.#commit(
      { ...spec, faults, listen: spec.enabled ? entry.plane.status().listen : spec.listen },
      entry.plane,
    )
    this.#told('proxy.update', owner, spec.name)
    return { view: this.view(next), touched: moved ? open : touched, created: false }
  }

  /** What does not change keeps its identity; listen keeps the port it has. */
  #merge(entry: ProxyEntry, wanted: ProxySpec): ProxySpec {
    const { spec } = entry
    const listen = sameListen(wanted.listen, spec.listen) ? spec.listen : wanted.listen
    return { ...wanted, listen, owner: spec.owner, faults: this.#withRuns(settle(wanted.faults, spec.faults), entry) }
  }

  #withRuns(faults: readonly FaultSpec[], { spec }: ProxyEntry): readonly FaultSpec[] {
    const all = [
      ...faults,
      ...spec.faults.filter((one) => !isPlain(one.owner) && !faults.some((mine) => mine.name === one.name)),
    ]
    return all.length === spec.faults.length && all.every((one, i) => one === spec.faults[i]) ? spec.faults : all
  }

  /** Tells the plane about listen, upstream and enabled. @returns whether connections had to go */
  async reconfigure(entry: ProxyEntry, spec: ProxySpec): Promise<boolean> {
    const before = entry.spec
    if (before.listen === spec.listen && before.upstream === spec.upstream && before.enabled === spec.enabled)
      return false
    await entry.plane.reconfigure(spec).catch((error: unknown) => this.#explain(error, spec))
    return before.enabled
  }

  /** A busy port that is ours gets its owner's name. */
  #explain(error: unknown, spec: ProxySpec): never {
    if (error instanceof FaultlineError && error.code === 'address_in_use') {
      const holder = this.list().find(
        (other) => other.spec.name !== spec.name && sameListen(spec.listen, other.plane.status().listen),
      )
      if (holder !== undefined) {
        const detail = `${error.message}; proxy ${JSON.stringify(holder.spec.name)} (owner ${holder.spec.owner}) listens there`
        throw new FaultlineError('address_in_use', detail, { pointer: '/listen' })
      }
    }
    throw error
  }

  // ---- faults

  addFault(
    proxy: string,
    input: FaultInput | FaultSpec,
    owner: Owner,
    { lenient = false }: Leniency = {},
  ): FaultChange {
    const entry = this.get(proxy)
    const fault = this.#resolveFault(input, owner, lenient, '')
    if (entry.spec.faults.some((one) => one.name === fault.name)) {
      throw new FaultlineError(
        'fault_exists',
        `proxy ${JSON.stringify(proxy)} has a fault called ${JSON.stringify(fault.name)}`,
        { pointer: '/name' },
      )
    }
    const faults = [...entry.spec.faults, fault]
    this.#checkFaults(proxy, faults)
    return this.#setFaults(entry, faults, fault, 'fault.add', owner)
  }

  /** Attributes merge. @throws owned_by_run when `owner` may not touch it */
  patchFault(
    proxy: string,
    fault: string,
    patch: FaultPatch,
    owner: Owner,
    { lenient = false }: Leniency = {},
  ): FaultChange {
    const before = this.getFault(proxy, fault)
    this.#mustTouch(owner, before, `fault ${JSON.stringify(fault)}`)
    const after = patchFault(before, patch, { owner: before.owner, lenient })
    const entry = this.get(proxy)
    if (after === before) return { fault: before, view: this.faultView(entry, before), touched: 0 }
    const faults = entry.spec.faults.map((one) => (one === before ? after : one))
    return this.#setFaults(entry, faults, after, 'fault.update', owner)
  }

  removeFault(proxy: string, fault: string, owner: Owner): { touched: number } {
    const before = this.getFault(proxy, fault)
    this.#mustTouch(owner, before, `fault ${JSON.stringify(fault)}`)
    const entry = this.get(proxy)
    const faults = entry.spec.faults.filter((one) => one !== before)
    const touched = entry.plane.setFaults(faults)
    this.#commit({ ...entry.spec, faults }, entry.plane)
    this.#told('fault.remove', owner, proxy, fault)
    return { touched }
  }

  /** Replaces all that `owner` owns, on every proxy, in one step. For runs: each stage sets its faults. */
  setOwned(
    owner: Owner,
    wanted: readonly { readonly proxy: string; readonly fault: FaultSpec }[],
  ): { touched: number } {
    const plans: { entry: ProxyEntry; faults: readonly FaultSpec[] }[] = []
    for (const { proxy } of wanted) this.get(proxy)
    for (const entry of this.#entries.values()) {
      const { spec } = entry
      const mine = wanted.filter((one) => one.proxy === spec.name).map((one) => ({ ...one.fault, owner }))
      const settled = settle(
        mine,
        spec.faults.filter((one) => one.owner === owner),
      )
      const faults = [...spec.faults.filter((one) => one.owner !== owner), ...settled]
      if (faults.length === spec.faults.length && faults.every((one, i) => one === spec.faults[i])) continue
      this.#checkFaults(spec.name, faults)
      plans.push({ entry, faults })
    }
    let touched = 0
    for (const { entry, faults } of plans) {
      touched += entry.plane.setFaults(faults)
      this.#commit({ ...entry.spec, faults }, entry.plane)
      this.#told('fault.set', owner, entry.spec.name)
    }
    return { touched }
  }

  #setFaults(
    entry: ProxyEntry,
    faults: readonly FaultSpec[],
    fault: FaultSpec,
    action: string,
    owner: Owner,
  ): FaultChange {
    const touched = entry.plane.setFaults(faults)
    const next = this.#commit({ ...entry.spec, faults }, entry.plane)
    this.#told(action, owner, entry.spec.name, fault.name)
    return { fault, view: this.faultView(next, fault), touched }
  }

  #resolveFault(input: FaultInput | FaultSpec, owner: Owner, lenient: boolean, pointer: string): FaultSpec {
    return 'owner' in input ? input : resolveFault(input, { owner, lenient, pointer })
  }

  #checkFaults(proxy: string, faults: readonly FaultSpec[]): void {
    const twice = faults.find((fault, i) => faults.findIndex((one) => one.name === fault.name) !== i)
    if (twice !== undefined) {
      throw new FaultlineError(
        'fault_exists',
        `proxy ${JSON.stringify(proxy)} would have two faults called ${JSON.stringify(twice.name)}`,
        { pointer: '/faults' },
      )
    }
    if (faults.length > this.#limits.faultsPerProxy) {
      const detail = `proxy ${JSON.stringify(proxy)} would have ${faults.length} faults; limits.faults_per_proxy is ${this.#limits.faultsPerProxy}`
      throw new FaultlineError('limit_reached', detail, { pointer: '/faults' })
    }
  }

  // ---- the whole

  /** Replaces what `config` and `api` own (proxies and their faults); touches nothing of runs. */
  putConfig(
    proxies: Readonly<Record<string, ProxyInput>>,
    options: { dryRun: boolean; owner?: Owner },
  ): Promise<ConfigDiff> {
    const names = new Set([...Object.keys(proxies), ...this.#entries.keys()])
    const owner = options.owner ?? 'config'
    return this.#locks.hold([...names], () =>
      applyConfig({
        wanted: Object.entries(proxies).map(([name, input]) => this.#resolveNamed(name, input, owner)),
        present: this.list().filter((entry) => isPlain(entry.spec.owner)),
        dryRun: options.dryRun,
        merge: (entry, spec) => this.#merge(entry, spec),
        open: async (spec) => void (await this.#open(spec, owner)),
        replace: async (entry, spec) => void (await this.#replace(entry, spec, owner)),
        stop: (entry) => entry.plane.reconfigure({ ...entry.spec, enabled: false }),
        restore: (entry) => entry.plane.reconfigure(entry.spec),
        remove: async (name) => {
          const entry = this.get(name)
          this.#entries.delete(name)
          this.#told('proxy.remove', owner, name)
          this.#orphan(entry)
          await entry.plane.close()
        },
        find: (name) => this.#entries.get(name),
      }),
    )
  }

  #resolveNamed(name: string, input: ProxyInput, owner: Owner): ProxySpec {
    try {
      return this.resolve(name, input, owner, {})
    } catch (error) {
      if (!(error instanceof FaultlineError)) throw error
      const base = `/proxies/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
      const problems = error.problems.map((one) => ({ ...one, pointer: base + one.pointer }))
      throw new FaultlineError(error.code, `proxy ${JSON.stringify(name)}: ${error.message}`, {
        pointer: base + (error.pointer ?? ''),
        problems,
        remedy: error.remedy,
      })
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
    this.#told('reset', owner)
    const results = await Promise.allSettled(
      this.list().map((entry) =>
        this.#locks.hold([entry.spec.name], async () => {
          const now = this.#entries.get(entry.spec.name)
          if (now === undefined) return
          now.plane.setFaults([])
          now.plane.resetCounters()
          this.#orphan(now)
          const spec = { ...now.spec, faults: [], enabled: true }
          this.#commit({ ...spec, enabled: now.spec.enabled }, now.plane)
          if (!now.spec.enabled) await this.reconfigure(now, spec)
          this.#commit({ ...spec, listen: now.plane.status().listen }, now.plane)
        }),
      ),
    )
    const failed = results.find((result) => result.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }

  async close(): Promise<void> {
    const entries = this.list()
    this.#entries.clear()
    await Promise.all(entries.map((entry) => entry.plane.close()))
  }

  #commit(spec: ProxySpec, plane: ProxyEntry['plane']): ProxyEntry {
    const entry = Object.freeze({ spec: Object.freeze(spec), revision: ++this.#revision, plane })
    this.#entries.set(spec.name, entry)
    return entry
  }

  #orphan({ spec }: ProxyEntry): void {
    const owners = new Set(spec.faults.map((one) => one.owner).filter((owner) => !isPlain(owner)))
    for (const owner of owners) this.onOrphaned?.(owner, spec.name)
  }

  #mustTouch(owner: Owner, entry: { readonly owner: Owner }, what: string): void {
    if (!mayTouch(owner, entry)) {
      throw new FaultlineError('owned_by_run', `${owner} may not change ${what}: it belongs to ${entry.owner}`)
    }
  }

  #told(action: string, owner: Owner, proxy?: string, fault?: string): void {
    this.#sink.emit({
      type: 'command',
      action,
      owner,
      ...(proxy === undefined ? {} : { proxy }),
      ...(fault === undefined ? {} : { fault }),
    })
  }
}

function sameSettings(a: ProxySpec, b: ProxySpec): boolean {
  return a.from === b.from && a.to === b.to && a.protocol === b.protocol && a.owner === b.owner
}
