import { FaultlineError } from '../contract/errors.ts'
import type { Owner, ProxySpec } from '../contract/model.ts'
import type { ProxyView } from '../contract/wire.ts'
import { differ, explainBusy, isPlain, mergeSpec, sameSettings, withRuns } from './entries.ts'
import type { ProxyEntry } from './entries.ts'
import type { EntryStore } from './entry-store.ts'
import type { FaultGate } from './fault-gate.ts'
import type { RegistryOptions } from './registry-options.ts'

export interface Change {
  readonly view: ProxyView
  /** Open connections the change concerns. */
  readonly touched: number
  readonly created: boolean
}

/** Opens proxies and makes them others; whoever calls holds the lock of the name. */
export class ProxyChanges {
  readonly #store: EntryStore
  readonly #gate: FaultGate
  readonly #options: RegistryOptions
  readonly #view: (entry: ProxyEntry) => ProxyView
  #opening = 0

  constructor(store: EntryStore, gate: FaultGate, options: RegistryOptions, view: (entry: ProxyEntry) => ProxyView) {
    this.#store = store
    this.#gate = gate
    this.#options = options
    this.#view = view
  }

  async open(spec: ProxySpec, owner: Owner): Promise<Change> {
    if (this.#store.size + this.#opening >= this.#options.limits.proxies) {
      throw new FaultlineError(
        'limit_reached',
        `cannot create proxy ${JSON.stringify(spec.name)}: limits.proxies is ${this.#options.limits.proxies}`,
      )
    }
    this.#opening++
    try {
      const plane = await this.#options.plane
        .open(spec, this.#options.seed)
        .catch((error: unknown) => explainBusy(error, spec, this.#store.list(), this.#options.control))
      // Halted while it was opened.
      const faults = this.#gate.halted ? [] : spec.faults
      if (faults !== spec.faults) plane.setFaults(faults)
      const entry = this.#store.commit(
        { ...spec, faults, listen: spec.enabled ? plane.status().listen : spec.listen },
        plane,
      )
      this.#store.told('proxy.create', owner, spec.name)
      this.#store.onRoutes?.()
      return { view: this.#view(this.#store.find(spec.name) ?? entry), touched: 0, created: true }
    } finally {
      this.#opening--
    }
  }

  async replace(entry: ProxyEntry, wanted: ProxySpec, owner: Owner, keepFaults = false): Promise<Change> {
    this.#store.mustTouch(owner, entry.spec, `proxy ${JSON.stringify(entry.spec.name)}`)
    const spec = mergeSpec(entry, wanted)
    const open = entry.plane.status().connectionsOpen ?? 0
    const moved = await this.reconfigure(entry, spec)
    const now = this.#store.find(spec.name) ?? entry
    // Faults may have come or gone while the listener was opened.
    const mine = this.#gate.halted ? [] : spec.faults.filter((one) => isPlain(one.owner) || one.owner === owner)
    const faults = keepFaults ? now.spec.faults : withRuns(mine, now)
    const touched = entry.plane.setFaults(faults)
    if (!moved && faults === now.spec.faults && sameSettings(spec, now.spec))
      return { view: this.#view(now), touched: 0, created: false }
    const next = this.#store.commit(
      { ...spec, faults, listen: spec.enabled ? entry.plane.status().listen : spec.listen },
      entry.plane,
    )
    this.#store.told('proxy.update', owner, spec.name)
    if (differ(spec, now.spec, ['from', 'to'])) this.#store.onRoutes?.()
    return {
      view: this.#view(this.#store.find(spec.name) ?? next),
      touched: moved ? open : (touched ?? 0),
      created: false,
    }
  }

  /** Tells the plane about listen, upstream and enabled. @returns whether connections had to go */
  async reconfigure(entry: ProxyEntry, spec: ProxySpec): Promise<boolean> {
    const before = entry.spec
    const moved = differ(before, spec, ['listen', 'upstream', 'enabled', 'protocol'])
    if (!moved && !differ(before, spec, ['evidenceHeader', 'requestFaults'])) return false
    await entry.plane
      .reconfigure(spec)
      .catch((error: unknown) => explainBusy(error, spec, this.#store.list(), this.#options.control))
    return moved && before.enabled
  }
}
