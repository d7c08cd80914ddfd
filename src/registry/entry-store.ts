import { FaultlineError } from '../contract/errors.ts'
import type { FactSink } from '../contract/events.ts'
import type { FaultSpec, Owner, ProxySpec } from '../contract/model.ts'
import type { PlaneProxy } from '../contract/ports.ts'
import { nearest } from '../kernel/nearest.ts'
import { isPlain, mayTouch } from './entries.ts'
import type { ProxyEntry } from './entries.ts'

/** The entries and their revision. Every change of them is a commit here, told to the journal. */
export class EntryStore {
  /** Called with the owner and proxy, and why where it is known, when faults of a run go without its doing. */
  onOrphaned: ((owner: Owner, proxy: string, why?: string) => void) | undefined
  onRemoved: ((proxy: string) => void) | undefined
  /** Called when a proxy came or went, or was labelled anew. */
  onRoutes: (() => void) | undefined
  readonly #entries = new Map<string, ProxyEntry>()
  readonly #sink: FactSink
  #revision = 0

  constructor(sink: FactSink) {
    this.#sink = sink
  }

  get revision(): number {
    return this.#revision
  }

  get size(): number {
    return this.#entries.size
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
    throw new FaultlineError(
      'proxy_not_found',
      `no proxy is called ${JSON.stringify(name)}${meant(name, this.#entries.keys())}`,
    )
  }

  /** @throws proxy_not_found, fault_not_found */
  getFault(proxy: string, fault: string): FaultSpec {
    const { faults } = this.get(proxy).spec
    const found = faults.find((one) => one.name === fault)
    if (found !== undefined) return found
    const hint = meant(
      fault,
      faults.map((one) => one.name),
    )
    throw new FaultlineError(
      'fault_not_found',
      `proxy ${JSON.stringify(proxy)} has no fault called ${JSON.stringify(fault)}${hint}`,
    )
  }

  commit(spec: ProxySpec, plane: PlaneProxy): ProxyEntry {
    const entry = Object.freeze({ spec: Object.freeze(spec), revision: ++this.#revision, plane })
    this.#entries.set(spec.name, entry)
    return entry
  }

  /** Takes the entry out, closes its proxy, and tells runs whose faults stood there. */
  async remove(name: string, owner: Owner): Promise<void> {
    const entry = this.get(name)
    this.#entries.delete(name)
    this.#revision++
    this.told('proxy.remove', owner, name)
    const closed = entry.plane.close()
    this.orphan(entry)
    this.onRemoved?.(name)
    this.onRoutes?.()
    await closed
  }

  clear(): readonly ProxyEntry[] {
    const entries = this.list()
    this.#entries.clear()
    return entries
  }

  orphan({ spec }: ProxyEntry): void {
    this.orphanOwners(spec.faults, spec.name)
  }

  orphanOwners(faults: readonly FaultSpec[], proxy: string, why?: string): void {
    const owners = new Set(faults.map((one) => one.owner).filter((owner) => !isPlain(owner)))
    for (const owner of owners) this.onOrphaned?.(owner, proxy, why)
  }

  /** @throws owned_by_run */
  mustTouch(owner: Owner, entry: { readonly owner: Owner }, what: string): void {
    if (mayTouch(owner, entry)) return
    if (entry.owner.startsWith('plane:')) {
      const remedy = 'Change it on its own server; here it can only be given faults.'
      throw new FaultlineError('not_on_plane', `${owner} may not change ${what}: it lives on ${entry.owner}`, {
        remedy,
      })
    }
    throw new FaultlineError('owned_by_run', `${owner} may not change ${what}: it belongs to ${entry.owner}`)
  }

  told(action: string, owner: Owner, proxy?: string, fault?: string): void {
    const where = { ...(proxy === undefined ? {} : { proxy }), ...(fault === undefined ? {} : { fault }) }
    this.#sink.emit({ type: 'command', action, owner, ...where })
  }
}

function meant(word: string, names: Iterable<string>): string {
  const near = nearest(word, names)
  return near === undefined ? '' : `; did you mean ${JSON.stringify(near)}?`
}
