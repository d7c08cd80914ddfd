import { FaultlineError } from '../contract/errors.ts'
import type { FaultSpec, Owner } from '../contract/model.ts'
import { faultView } from '../contract/wire.ts'
import type { ReleaseInput, Released } from '../contract/hold.ts'
import type { FaultInput, FaultPatch, FaultView } from '../contract/wire.ts'
import { patchFault } from '../faults/resolve.ts'
import type { EntryStore } from './entry-store.ts'
import { settle } from './entries.ts'
import type { ProxyEntry } from './entries.ts'
import { releasedWith } from './released-with.ts'
import { requireCarried } from './require-carried.ts'
import { checkFaults, resolveAny } from './resolve-proxy.ts'
import type { Leniency, ResolveRules } from './resolve-proxy.ts'

export interface FaultChange {
  readonly fault: FaultSpec
  readonly view: FaultView
  /** Open connections the change concerns; null where its plane does not tell. */
  readonly touched: number | null
}

/** Changes to single faults. They take effect in the turn of the call: nothing is waited for. */
export class FaultChanges {
  readonly #store: EntryStore
  readonly #rules: ResolveRules

  constructor(store: EntryStore, rules: ResolveRules) {
    this.#store = store
    this.#rules = rules
  }

  view(entry: ProxyEntry, fault: FaultSpec): FaultView {
    const status = entry.plane.fault(fault.name)
    if (status === undefined) throw new Error(`the plane does not know fault ${fault.name} of ${entry.spec.name}`)
    return faultView(fault, status)
  }

  add(proxy: string, input: FaultInput | FaultSpec, owner: Owner, { lenient = false }: Leniency): FaultChange {
    const entry = this.#store.get(proxy)
    this.#rules.gate.mustNotBeHalted('attach a fault')
    const fault = resolveAny(input, owner, lenient, '')
    if (entry.spec.faults.some((one) => one.name === fault.name)) {
      const detail = `proxy ${JSON.stringify(proxy)} has a fault called ${JSON.stringify(fault.name)}`
      throw new FaultlineError('fault_exists', detail, { pointer: '/name' })
    }
    const faults = [...entry.spec.faults, fault]
    checkFaults(entry.spec, faults, this.#rules)
    requireCarried(entry, [fault])
    return this.#set(entry, faults, fault, 'fault.add', owner)
  }

  patch(proxy: string, fault: string, patch: FaultPatch, owner: Owner, { lenient = false }: Leniency): FaultChange {
    const before = this.#store.getFault(proxy, fault)
    this.#store.mustTouch(owner, before, `fault ${JSON.stringify(fault)}`)
    const after = patchFault(before, patch, { owner: before.owner, lenient })
    const entry = this.#store.get(proxy)
    if (after === before) return { fault: before, view: this.view(entry, before), touched: 0 }
    requireCarried(entry, [after])
    const faults = entry.spec.faults.map((one) => (one === before ? after : one))
    return this.#set(entry, faults, after, 'fault.update', owner)
  }

  remove(proxy: string, fault: string, owner: Owner): { touched: number | null } {
    const before = this.#store.getFault(proxy, fault)
    this.#store.mustTouch(owner, before, `fault ${JSON.stringify(fault)}`)
    const { spec, plane } = this.#store.get(proxy)
    const faults = spec.faults.filter((one) => one !== before)
    const touched = plane.setFaults(faults)
    this.#store.commit({ ...spec, faults }, plane)
    this.#store.told('fault.remove', owner, proxy, fault)
    return { touched }
  }

  /**
   * Lets the oldest that wait at a fault go on, or meet another fault where they were held.
   * @throws fault_not_found, nothing_held, invalid_fault when `with` is of another layer
   */
  release(proxy: string, fault: string, { count, with: input }: ReleaseInput, owner: Owner): Released {
    const spec = this.#store.getFault(proxy, fault)
    this.#store.mustTouch(owner, spec, `fault ${JSON.stringify(fault)}`)
    const { plane } = this.#store.get(proxy)
    const instead = input === undefined ? undefined : releasedWith(spec, input, owner)
    const waiting = plane.held(fault).length
    if (waiting === 0) {
      const detail = `cannot release: nothing waits at fault ${JSON.stringify(fault)} of proxy ${JSON.stringify(proxy)}`
      throw new FaultlineError('nothing_held', detail)
    }
    const released = plane.release(fault, count ?? waiting, instead)
    this.#store.told('fault.release', owner, proxy, fault)
    return { released, held: plane.held(fault).length }
  }

  /** Replaces all that `owner` owns, on every proxy: checked on all before it is done on any. */
  setOwned(
    owner: Owner,
    wanted: readonly { readonly proxy: string; readonly fault: FaultSpec }[],
  ): { touched: number } {
    const plans: { entry: ProxyEntry; faults: readonly FaultSpec[] }[] = []
    if (wanted.length > 0) this.#rules.gate.mustNotBeHalted(`attach faults for ${owner}`)
    const byProxy = new Map<string, FaultSpec[]>()
    for (const { proxy, fault } of wanted) {
      const list = byProxy.get(proxy)
      if (list === undefined) byProxy.set(this.#store.get(proxy).spec.name, [{ ...fault, owner }])
      else list.push({ ...fault, owner })
    }
    for (const entry of this.#store.list()) {
      const { spec } = entry
      const settled = settle(
        byProxy.get(spec.name) ?? [],
        spec.faults.filter((one) => one.owner === owner),
      )
      const faults = [...spec.faults.filter((one) => one.owner !== owner), ...settled]
      if (faults.length === spec.faults.length && faults.every((one, i) => one === spec.faults[i])) continue
      checkFaults(spec, faults, this.#rules)
      requireCarried(entry, settled)
      plans.push({ entry, faults })
    }
    let touched = 0
    for (const { entry, faults } of plans) {
      touched += entry.plane.setFaults(faults) ?? 0
      this.#store.commit({ ...entry.spec, faults }, entry.plane)
      this.#store.told('fault.set', owner, entry.spec.name)
    }
    return { touched }
  }

  #set(entry: ProxyEntry, faults: readonly FaultSpec[], fault: FaultSpec, action: string, owner: Owner): FaultChange {
    const touched = entry.plane.setFaults(faults)
    const next = this.#store.commit({ ...entry.spec, faults }, entry.plane)
    this.#store.told(action, owner, entry.spec.name, fault.name)
    return { fault, view: this.view(next, fault), touched }
  }
}
