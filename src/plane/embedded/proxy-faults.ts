import { FaultlineError } from '../../contract/errors.ts'
import type { Foreseen } from '../../contract/explain.ts'
import type { FactSink } from '../../contract/events.ts'
import type { AnyConnectionKind, Stream } from '../../contract/kind.ts'
import type { FaultSpec } from '../../contract/model.ts'
import type { FaultStatus, KindSource } from '../../contract/ports.ts'
import type { Clock } from '../../kernel/clock.ts'
import { AttachedFault } from './attached-fault.ts'
import type { Unit } from './decision.ts'
import { closesListener } from './connection-faults.ts'
import type { Mode } from './listener-switch.ts'
import { shareOut } from './share-out.ts'
import type { Sightings } from './sightings.ts'

interface Parts {
  readonly clock: Clock
  readonly manual?: Clock | undefined
  readonly sink: FactSink
  readonly kinds: KindSource
  /** Of the scope whose faults these are. */
  readonly sightings: Sightings
}

/** The faults of one proxy, in order and by layer. */
export class ProxyFaults {
  byStream: { readonly [stream in Stream]: readonly AttachedFault[] } = { upstream: [], downstream: [] }
  onConnections: readonly AttachedFault[] = []
  onExchanges: readonly AttachedFault[] = []
  /** Those on connections that count bytes in both directions. */
  counting: readonly AttachedFault[] = []
  /** Those on exchanges whose match looks at bodies. */
  onBodies: readonly AttachedFault[] = []
  /** Rises with every change; a link compares it to see one. */
  revision = 0
  readonly #proxy: string
  readonly #seed: string
  readonly #parts: Parts
  /** Told when the faults changed, or one of them began or ceased to act. */
  readonly #turned: () => void
  #all: readonly AttachedFault[] = []

  constructor(proxy: string, seed: string, parts: Parts, turned: () => void) {
    this.#proxy = proxy
    this.#seed = seed
    this.#parts = parts
    this.#turned = turned
  }

  /** What is the same by name, kind and stream stays, with its draws and counts. @returns whether anything changed */
  set(specs: readonly FaultSpec[]): boolean {
    const before = this.#all
    if (specs.length === before.length && specs.every((spec, i) => before[i]?.spec === spec)) return false
    const next = specs.map((spec) => {
      const same = before.find(
        ({ spec: old }) => old.name === spec.name && old.kind === spec.kind && old.stream === spec.stream,
      )
      if (same === undefined) return this.#attach(spec)
      if (same.spec !== spec && same.respec(spec)) this.#start(same)
      return same
    })
    for (const fault of before) if (!next.includes(fault)) fault.stop()
    this.#all = next
    this.#changed()
    return true
  }

  #attach(spec: FaultSpec): AttachedFault {
    const fault = this.#made(spec)
    this.#start(fault)
    return fault
  }

  #start(fault: AttachedFault): void {
    const { clock, manual = clock, sightings } = this.#parts
    fault.start(manual, sightings, () => this.#changed())
  }

  #made(spec: FaultSpec): AttachedFault {
    const { kinds, sink, clock, manual } = this.#parts
    const kind = kinds.get(spec.kind)
    if (kind === undefined) throw new FaultlineError('kind_not_found', `no kind is called ${JSON.stringify(spec.kind)}`)
    return new AttachedFault(spec, kind, this.#proxy, this.#seed, sink, clock.now(), manual)
  }

  #changed(): void {
    const by = (stream: Stream): readonly AttachedFault[] =>
      this.#all.filter((fault) => fault.kind.layer === 'stream' && fault.spec.stream === stream)
    this.byStream = { upstream: by('upstream'), downstream: by('downstream') }
    this.onConnections = this.#all.filter((fault) => fault.kind.layer === 'connection')
    this.onExchanges = this.#all.filter((fault) => fault.kind.layer === 'exchange')
    this.counting = this.onConnections.filter((fault) => fault.countsBytes)
    this.onBodies = this.onExchanges.filter((fault) => fault.looksAtBody)
    shareOut(this.#all)
    this.revision++
    this.#turned()
  }

  /** What the listener should be, by the first active fault that has a say. */
  mode(enabled: boolean): Mode {
    if (!enabled) return 'disabled'
    const fault = this.onConnections.find(
      (one) => one.active && one.spec.toxicity >= 1 && !one.spec.dryRun && !one.starved && closesListener(one),
    )
    if (fault === undefined) return 'listening'
    if (fault.applied === 0) fault.engage()
    const mode = (fault.kind as AnyConnectionKind).listener?.(fault.spec.attributes)
    return mode === 'stalled' ? 'stalled' : 'refused'
  }

  /** What each would do with a unit, in the order in which they are asked. */
  foresee(unit: Unit): readonly Foreseen[] {
    return this.#all.map((fault) => fault.foresee(unit))
  }

  find(name: string): AttachedFault | undefined {
    return this.#all.find((fault) => fault.spec.name === name)
  }

  /** Lets the oldest that wait at a fault go on, each or each to meet a fault of its own. @returns how many */
  release(name: string, count: number, instead: FaultSpec | undefined): number {
    const made = (): AttachedFault | undefined => (instead === undefined ? undefined : this.#made(instead))
    return this.find(name)?.held?.release(count, made) ?? 0
  }

  status(name: string): FaultStatus | undefined {
    return this.find(name)?.status()
  }

  resetCounters(): void {
    for (const fault of this.#all) fault.resetCounters()
  }

  stop(): void {
    for (const fault of this.#all) fault.stop()
  }
}
