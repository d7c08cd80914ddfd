import { FaultlineError } from '../../contract/errors.ts'
import type { FactSink } from '../../contract/events.ts'
import type { Problem } from '../../contract/errors.ts'
import type { CutLink, PartitionCut } from '../../contract/partition.ts'
import type { Owner } from '../../contract/model.ts'
import type { PlacedStage } from '../profile.ts'
import { drawsOf } from '../timeline/pulse.ts'
import type { EffectMaker, PlannedEffect } from '../timeline/stage-effect.ts'
import { coverLinks } from './cover-links.ts'
import { cutLinks } from './cut-links.ts'
import type { Cutting } from './cut-links.ts'
import { partitionFaults } from './partition-faults.ts'
import type { Partition } from './partition.ts'
import { invalidPartition, nothingCut, readPartition } from './read-partition.ts'
import type { Route } from './read-partition.ts'

export const PARTITION_EFFECT = 'partition'

/** What the effect of a stage tells when it begins. */
interface PartitionDetail {
  readonly mode: string
  readonly direction: string
  readonly sides: Cutting['sides']
  readonly links: number
  readonly not_covered: readonly CutLink[]
}

interface Context {
  readonly profile: { readonly name: string }
  readonly owner: Owner
  readonly seed: string
  /** Every proxy there is or will be made. */
  readonly routes: readonly Route[]
  /** Told of what is wrong with a partition, which then cuts nothing. Without it that is refused. */
  readonly onMiss?: ((problem: Problem) => void) | undefined
  readonly dryRun: boolean
}

/** Over all stages; a few words could ask for more than memory holds. */
const MOST_CUT = 10_000

/** Makes the partitions of stages into effects. */
export class StagePartitions {
  readonly #context: Context
  readonly #made = new Map<PartitionCut, PlannedEffect>()
  #cut = 0

  constructor(context: Context) {
    this.#context = context
  }

  /**
   * @param repetition of the stage; what is drawn is drawn anew for each
   * @throws FaultlineError invalid_partition, limit_reached
   */
  effects({ stage, pointer, block, lane }: PlacedStage, repetition: number): readonly PlannedEffect[] {
    const { partition: cut } = stage
    if (cut === undefined) return []
    const isDrawn = cut.split === 'random_halves' || (cut.split === 'isolate_one' && cut.node === undefined)
    const known = isDrawn ? undefined : this.#made.get(cut)
    if (known !== undefined) return [known]
    const { profile, seed, routes, onMiss } = this.#context
    try {
      const partition = readPartition(cut, routes, `${pointer}/partition`)
      const cutting = cutLinks(partition, drawsOf(seed, profile.name, stage.name, repetition), repetition)
      // Lanes that can meet keep their names apart; stages that follow each other share them, so that what goes on stays.
      const at = block?.lanes.findIndex((one) => one.name === lane) ?? 0
      const effect = this.#compile(
        partition,
        cutting,
        at === 0 ? 'partition' : `partition_${at + 1}`,
        `${pointer}/partition`,
      )
      if (!isDrawn) this.#made.set(cut, effect)
      return [effect]
    } catch (error) {
      if (onMiss === undefined || !(error instanceof FaultlineError) || error.code !== 'invalid_partition') throw error
      for (const problem of error.problems) onMiss(problem)
      return []
    }
  }

  #compile(partition: Partition, cutting: Cutting, name: string, pointer: string): PlannedEffect {
    const { profile, owner, seed, routes, dryRun } = this.#context
    const { mode, direction } = partition
    const { proxies, notCovered } = coverLinks(cutting.links, routes)
    if (proxies.length === 0) throw invalidPartition([{ pointer, message: nothingCut(cutting.links) }])
    this.#cut += proxies.length
    if (this.#cut > MOST_CUT) {
      const detail = `cannot carry out ${profile.name}: its partitions cut more than ${MOST_CUT} proxies, over all stages`
      throw new FaultlineError('limit_reached', detail, { remedy: 'Repeat less, or split fewer nodes.' })
    }
    const whose = { owner, seed, prefix: `${profile.name}.${name}` }
    const detail: PartitionDetail = {
      mode,
      direction,
      sides: cutting.sides,
      links: proxies.length,
      not_covered: notCovered,
    }
    return {
      type: PARTITION_EFFECT,
      describe: describe(partition, cutting, proxies.length),
      faults: proxies.flatMap((cut) =>
        partitionFaults(cut, mode, whose).map((fault) => ({ proxy: cut.proxy, fault: { ...fault, dryRun } })),
      ),
      detail,
    }
  }
}

function describe({ split, mode, direction }: Partition, { sides }: Cutting, links: number): string {
  const who = sides.length === 0 ? (split ?? '') : sides.map((side) => side.join(', ')).join(' | ')
  const way = direction === 'both' ? '' : ', one way'
  return `partition ${who} (${mode}${way}), ${links} ${links === 1 ? 'proxy' : 'proxies'}`
}

/** The connections that the partition of a stage should cut and that no proxy carries. */
export const notCoveredBy = ({ type, detail }: PlannedEffect): readonly CutLink[] =>
  type === PARTITION_EFFECT ? (detail as PartitionDetail).not_covered : []

/** The faults come and go with the stage; what is left to do is to tell of it. */
export const partitionEffectMaker = (sink: FactSink): EffectMaker => {
  return ({ detail }, run) => {
    const { not_covered: missing, ...what } = detail as PartitionDetail
    const partition = `run:${run.id}`
    let cut = 0
    return {
      begin: () => sink.emit({ type: 'partition_cut', partition, cut: ++cut, ...what, not_covered: missing.length }),
      end: () => sink.emit({ type: 'partition_healed', partition, why: 'its stage rests or is over' }),
    }
  }
}
