import { FaultlineError } from '../contract/errors.ts'
import type { ProxySpec } from '../contract/model.ts'
import type { ForeignShelf } from '../contract/planes.ts'
import type { PlaneProxy } from '../contract/ports.ts'
import type { EntryStore } from './entry-store.ts'
import { sameSettings } from './entries.ts'

/** Proxies of other planes: they come and go as their planes find them, and only their faults are ours. */
export class ForeignProxies implements ForeignShelf {
  readonly #store: EntryStore
  readonly #maxProxies: number

  constructor(store: EntryStore, maxProxies: number) {
    this.#store = store
    this.#maxProxies = maxProxies
  }

  adopt(spec: ProxySpec, plane: PlaneProxy): void {
    const there = this.#store.find(spec.name)
    if (there !== undefined && there.plane === plane && sameSettings(there.spec, spec)) return
    if (there !== undefined && there.spec.plane !== spec.plane) {
      const detail = `cannot take in proxy ${JSON.stringify(spec.name)}: there is another of that name (owner ${there.spec.owner})`
      throw new FaultlineError('proxy_exists', detail)
    }
    if (there === undefined && this.#store.size >= this.#maxProxies) {
      const detail = `cannot take in proxy ${JSON.stringify(spec.name)}: limits.proxies is ${this.#maxProxies}`
      throw new FaultlineError('limit_reached', detail)
    }
    this.#store.commit({ ...spec, faults: there?.spec.faults ?? [] }, plane)
    this.#store.told(there === undefined ? 'proxy.adopt' : 'proxy.update', spec.owner, spec.name)
    if (there === undefined) this.#store.onRoutes?.()
  }

  lose(proxy: string): void {
    const entry = this.#store.find(proxy)
    // Closing it waits for nothing: there is no socket of ours.
    if (entry !== undefined) void this.#store.remove(proxy, entry.spec.owner)
  }

  loseFault(proxy: string, fault: string, why: string): void {
    const entry = this.#store.find(proxy)
    const lost = entry?.spec.faults.find(({ name }) => name === fault)
    if (entry === undefined || lost === undefined) return
    const faults = entry.spec.faults.filter((one) => one !== lost)
    entry.plane.setFaults(faults)
    this.#store.commit({ ...entry.spec, faults }, entry.plane)
    this.#store.told('fault.lost', entry.spec.owner, proxy, fault)
    this.#store.orphanOwners([lost], proxy, `fault ${fault} on proxy ${proxy} was lost: ${why}`)
  }

  giveUp(proxy: string, why: string): void {
    const entry = this.#store.find(proxy)
    if (entry !== undefined) this.#store.orphanOwners(entry.spec.faults, proxy, why)
  }
}
