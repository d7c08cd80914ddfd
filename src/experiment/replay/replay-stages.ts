import type { DecisionFact, Fact } from '../../contract/events.ts'
import type { FaultSpec } from '../../contract/model.ts'
import type { Redecider } from '../../contract/redecider.ts'
import type { Plan, PlannedFault, PlannedStage } from '../plan.ts'
import { placedFaults } from './describe-difference.ts'

/** The faults of a run as its journal goes on: which are attached, and how those that move stand. */
export class ReplayStages {
  readonly #plan: Plan
  readonly #redecider: Redecider
  readonly #present = new Set<PlannedStage>()
  /** Where faults of an earlier set may still be. */
  readonly #touched = new Set<string>()
  #attached = new Map<string, PlannedFault[]>()
  /** By fault: the toxicity that its ramp had reached. */
  readonly #moved = new Map<PlannedFault, number>()
  #dirty = false

  constructor(plan: Plan, redecider: Redecider) {
    this.#plan = plan
    this.#redecider = redecider
  }

  begin({ index }: Extract<Fact, { type: 'stage_started' }>): void {
    const stage = this.#plan.stages[index]
    if (stage === undefined) return
    this.#present.add(stage)
    for (const planned of placedFaults(stage)) this.#moved.delete(planned)
    this.#dirty = true
  }

  end(index: number): void {
    const stage = this.#plan.stages[index]
    if (stage !== undefined) this.#present.delete(stage)
    this.#dirty = true
  }

  /** Stages that change places do it at once: what is in both stays attached. */
  settle(): void {
    if (!this.#dirty) return
    this.#dirty = false
    this.#attached = new Map()
    for (const stage of this.#inOrder()) {
      for (const planned of placedFaults(stage)) {
        const list = this.#attached.get(planned.proxy) ?? []
        this.#attached.set(planned.proxy, list)
        list.push(planned)
        this.#touched.add(planned.proxy)
      }
    }
    for (const proxy of this.#touched) this.#set(proxy)
  }

  /**
   * The moment at which a ramp was asked is the journal's to tell, so the value is taken from it.
   * @returns why the ramp cannot have had it
   */
  move({ proxy, fault, acts }: DecisionFact): string | undefined {
    const planned = this.#attached.get(proxy)?.find((one) => one.fault.name === fault)
    const ramp = planned?.ramps?.find(({ of }) => of === 'toxicity')
    if (planned === undefined || ramp === undefined || acts === undefined) return undefined
    const [, toxicity] = acts
    const [low, high] = ramp.from < ramp.to ? [ramp.from, ramp.to] : [ramp.to, ramp.from]
    if (toxicity < low || toxicity > high)
      return `its toxicity was ${toxicity}, and its ramp goes from ${ramp.from} to ${ramp.to}`
    if (this.#moved.get(planned) === toxicity) return undefined
    this.#moved.set(planned, toxicity)
    this.#set(proxy)
    return undefined
  }

  /** In words, behind what is said of a decision. */
  get where(): string {
    const names = this.#inOrder().map(({ name }) => name)
    return names.length === 0 ? '' : ` in stage ${names.join(' and ')}`
  }

  #set(proxy: string): void {
    const specs = (this.#attached.get(proxy) ?? []).map((planned): FaultSpec => {
      const toxicity = this.#moved.get(planned)
      return toxicity === undefined ? planned.fault : { ...planned.fault, toxicity }
    })
    this.#redecider.setFaults(proxy, specs)
  }

  #inOrder(): readonly PlannedStage[] {
    return [...this.#present].toSorted((a, b) => a.index - b.index)
  }
}
