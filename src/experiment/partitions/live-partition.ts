import type { Owner } from '../../contract/model.ts'
import type { PartitionHealed, PartitionView } from '../../contract/partition.ts'
import type { Timer } from '../../kernel/clock.ts'
import { isoTime } from '../../kernel/iso-time.ts'
import { Draws } from '../../kernel/random.ts'
import { untilHealed } from '../heal.ts'
import type { PlannedFault } from '../plan.ts'
import type { RunParts } from '../run-parts.ts'
import { coverLinks } from './cover-links.ts'
import type { Cover } from './cover-links.ts'
import { cutLinks } from './cut-links.ts'
import type { Cutting } from './cut-links.ts'
import { phaseOf } from './flapping.ts'
import type { Flapping } from './flapping.ts'
import { partitionFaults } from './partition-faults.ts'
import type { Partition } from './partition.ts'
import { invalidPartition, nothingCut } from './read-partition.ts'

export type PartitionParts = Pick<RunParts, 'registry' | 'kinds' | 'sink' | 'clock' | 'log'>

interface Options {
  readonly id: string
  readonly partition: Partition
  readonly flapping: Flapping | undefined
  readonly forMs: number | undefined
  readonly seed: string
  readonly parts: PartitionParts
  /** Told when it begins to heal for good. */
  readonly over: (partition: LivePartition) => void
}

/** How long listeners may take to come back before healing counts as not verified. */
const PATIENCE_MS = 2000

/** One partition over its life: cut, following the proxies that come and go, flapping, and healed. */
export class LivePartition {
  readonly id: string
  readonly #owner: Owner
  readonly #options: Options
  readonly #draws: Draws
  readonly #createdWall: number
  #cuts = 1
  #cutting: Cutting
  #cover: Cover
  #faults: readonly PlannedFault[]
  /** Every proxy that it ever cut, to be looked at when it is healed. */
  readonly #reached = new Set<string>()
  #isCut = true
  #phase = 1
  #phaseEnd = Infinity
  #healsAt = Infinity
  #timer: Timer | undefined
  #healing: Promise<PartitionHealed> | undefined

  /** Works out what it would cut, and cuts nothing yet. @throws FaultlineError invalid_partition when that is nothing at all */
  constructor(options: Options) {
    this.#options = options
    this.id = options.id
    this.#owner = `partition:${this.id}`
    this.#draws = Draws.root(options.seed).fork('partition')
    this.#createdWall = options.parts.clock.wall()
    this.#cutting = cutLinks(options.partition, this.#draws, this.#cuts)
    this.#cover = this.#look()
    this.#faults = this.#compile()
    if (this.#cover.proxies.length === 0) {
      throw invalidPartition([{ pointer: '', message: nothingCut(this.#cutting.links) }])
    }
  }

  get isCut(): boolean {
    return this.#isCut
  }

  /** @returns how many open connections it cut. When it throws, nothing was cut */
  start(): number {
    const { parts, flapping, forMs = Infinity } = this.#options
    const touched = this.#apply(this.#faults)
    const now = parts.clock.now()
    this.#healsAt = now + forMs
    if (flapping !== undefined) this.#phaseEnd = now + phaseOf(flapping, 1, this.#draws)
    this.#told()
    this.#arm()
    return touched
  }

  /** Proxies came or went, or were labelled anew. */
  follow(): void {
    if (this.#healing !== undefined) return
    const before = JSON.stringify(this.#cover)
    this.#cover = this.#look()
    if (JSON.stringify(this.#cover) === before) return
    this.#faults = this.#compile()
    if (this.#isCut) this.#tryApply(this.#faults)
  }

  /** Heals for good, and looks whether all is well again. */
  heal(why: string, patienceMs = PATIENCE_MS): Promise<PartitionHealed> {
    this.#healing ??= this.#heal(why, patienceMs)
    return this.#healing
  }

  async #heal(why: string, patienceMs: number): Promise<PartitionHealed> {
    const { parts, over } = this.#options
    this.#timer?.cancel()
    over(this)
    this.#isCut = false
    parts.registry.setOwned(this.#owner, [])
    const broken = { owner: this.#owner, proxies: [...this.#reached], faults: this.#faults }
    const left = await untilHealed(parts, broken, patienceMs)
    const verified = left.length === 0
    parts.sink.emit({ type: 'partition_healed', partition: this.id, why, verified })
    parts.log[verified ? 'info' : 'error']({ partition: this.id, why, left }, 'partition healed')
    return { healed: this.id, verified, left }
  }

  view(): PartitionView {
    const { partition, seed, forMs } = this.#options
    const { mode, direction, split } = partition
    return {
      id: this.id,
      owner: this.#owner,
      state: this.#isCut ? 'cut' : 'healed',
      mode,
      direction,
      ...(split === undefined ? {} : { split }),
      sides: this.#cutting.sides,
      seed,
      cuts: this.#cuts,
      created_at: isoTime(this.#createdWall),
      ...(forMs === undefined ? {} : { heals_at: isoTime(this.#createdWall + forMs) }),
      links: this.#cover.proxies,
      not_covered: this.#cover.notCovered,
    }
  }

  #look(): Cover {
    const { registry } = this.#options.parts
    return coverLinks(
      this.#cutting.links,
      registry.list().map(({ spec }) => spec),
    )
  }

  #compile(): PlannedFault[] {
    const { partition, seed } = this.#options
    const whose = { owner: this.#owner, seed, prefix: this.id }
    return this.#cover.proxies.flatMap((cut) =>
      partitionFaults(cut, partition.mode, whose).map((fault) => ({ proxy: cut.proxy, fault })),
    )
  }

  #apply(faults: readonly PlannedFault[]): number {
    const { touched } = this.#options.parts.registry.setOwned(this.#owner, faults)
    for (const { proxy } of faults) this.#reached.add(proxy)
    return touched
  }

  /** Where nobody waits who could be told: what could not be cut stays as it was, and the log says so. */
  #tryApply(faults: readonly PlannedFault[]): void {
    try {
      this.#apply(faults)
    } catch (error) {
      const message = (error as Error).message
      this.#options.parts.log.error({ partition: this.id, error: message }, 'a partition could not be carried out')
      void this.heal(`it could not be carried out: ${message}`)
    }
  }

  #told(): void {
    const { parts, partition } = this.#options
    const { mode, direction } = partition
    const { sides } = this.#cutting
    const counts = { links: this.#cover.proxies.length, not_covered: this.#cover.notCovered.length }
    parts.sink.emit({ type: 'partition_cut', partition: this.id, cut: this.#cuts, mode, direction, sides, ...counts })
  }

  #arm(): void {
    const due = Math.min(this.#phaseEnd, this.#healsAt)
    if (due === Infinity || this.#healing !== undefined) return
    this.#timer = this.#options.parts.clock.at(due, () => this.#turn(due))
  }

  #turn(at: number): void {
    if (at >= this.#healsAt) return void this.heal('its time is over')
    const { flapping, parts, partition } = this.#options
    if (flapping === undefined) return
    this.#phase++
    // From the moment planned, so that lateness does not add up.
    this.#phaseEnd = at + phaseOf(flapping, this.#phase, this.#draws)
    this.#isCut = this.#phase % 2 === 1
    if (this.#isCut) {
      this.#cuts++
      this.#cutting = cutLinks(partition, this.#draws, this.#cuts)
      this.#cover = this.#look()
      this.#faults = this.#compile()
      this.#tryApply(this.#faults)
      this.#told()
    } else {
      this.#tryApply([])
      parts.sink.emit({ type: 'partition_healed', partition: this.id, why: 'flapping' })
    }
    this.#arm()
  }
}
