import { FaultlineError } from '../../contract/errors.ts'
import type {
  PartitionHealed,
  PartitionInput,
  PartitionMade,
  PartitionView,
  Partitions as Port,
} from '../../contract/partition.ts'
import { validator } from '../../contract/validate.ts'
import { convert } from '../../faults/complete-attributes.ts'
import { nearest } from '../../kernel/nearest.ts'
import { randomId } from '../../kernel/random-id.ts'
import type { Registry } from '../../registry/registry.ts'
import type { Flapping } from './flapping.ts'
import { LivePartition } from './live-partition.ts'
import type { PartitionParts } from './live-partition.ts'
import { PARTITION } from './partition-schema.ts'
import { invalidPartition, readPartition } from './read-partition.ts'

export interface PartitionsOptions extends PartitionParts {
  readonly registry: PartitionParts['registry'] & Pick<Registry, 'seed' | 'onRoutes' | 'gate'>
  /** Where ids come from; they decide nothing. */
  readonly randomBytes: (size: number) => Uint8Array
}

/** Each looks at every proxy when one comes or goes. */
const MOST_PARTITIONS = 100

/** How long the daemon's stop waits for listeners to come back. */
const CLOSE_PATIENCE_MS = 300

/** The partitions there are, but for those of runs, which come and go with their stages. */
export class Partitions implements Port {
  readonly #options: PartitionsOptions
  /** In order of their making. */
  readonly #all = new Map<string, LivePartition>()
  #closed = false

  constructor(options: PartitionsOptions) {
    this.#options = options
    options.registry.onRoutes = () => {
      for (const partition of this.#all.values()) partition.follow()
    }
  }

  /** How many cut links now. */
  get cut(): number {
    return [...this.#all.values()].filter(({ isCut }) => isCut).length
  }

  create(input: PartitionInput, { dryRun = false } = {}): PartitionMade {
    this.#options.registry.gate.mustNotBeHalted('partition')
    if (this.#closed) throw new FaultlineError('shutting_down', 'cannot partition: the daemon is stopping')
    if (this.#all.size >= MOST_PARTITIONS) {
      const detail = `cannot partition: there are ${this.#all.size} partitions, and at most ${MOST_PARTITIONS} may be`
      throw new FaultlineError('limit_reached', detail, { remedy: 'Heal one.' })
    }
    const { registry, randomBytes } = this.#options
    const given = complete(input)
    const partition = new LivePartition({
      id: `partition_${randomId(randomBytes)}`,
      partition: readPartition(
        given,
        registry.list().map(({ spec }) => spec),
      ),
      flapping: given.flapping,
      forMs: given.for,
      seed: String(given.seed ?? registry.seed),
      parts: this.#options,
      over: (healed) => void this.#all.delete(healed.id),
    })
    if (dryRun) return { ...partition.view(), touched: 0, dry_run: true }
    const touched = partition.start()
    this.#all.set(partition.id, partition)
    return { ...partition.view(), touched, dry_run: false }
  }

  /** In order of their making. */
  list(): readonly PartitionView[] {
    return [...this.#all.values()].map((partition) => partition.view())
  }

  get(id: string): PartitionView {
    return this.#find(id).view()
  }

  heal(id: string): Promise<PartitionHealed> {
    return this.#find(id).heal('asked for')
  }

  async healAll(why: string): Promise<readonly PartitionHealed[]> {
    return Promise.all([...this.#all.values()].map((partition) => partition.heal(why)))
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(
      [...this.#all.values()].map((partition) => partition.heal('the daemon is stopping', CLOSE_PATIENCE_MS)),
    )
  }

  #find(id: string): LivePartition {
    const found = this.#all.get(id)
    if (found !== undefined) return found
    const near = nearest(id, this.#all.keys())
    const hint = near === undefined ? 'it may have been healed' : `did you mean ${near}?`
    throw new FaultlineError(
      'partition_not_found',
      `no partition has the id ${JSON.stringify(id.slice(0, 100))}; ${hint}`,
    )
  }
}

type Complete = Omit<PartitionInput, 'flapping' | 'for'> & {
  readonly flapping?: Flapping
  readonly for?: number
}

/** Durations as numbers, and defaults for what was left out. @throws FaultlineError invalid_partition */
function complete(input: PartitionInput): Complete {
  const problems = validator(PARTITION)(input)
  if (problems.length === 0) {
    const given = convert(PARTITION, input, '', (problem) => problems.push(problem)) as Complete
    const { on, off, jitter } = given.flapping ?? { on: 1, off: 1, jitter: 0 }
    if (jitter >= Math.min(on, off)) {
      const message = `jitter is ${jitter} ms, but must be less than on and off (${on} ms and ${off} ms)`
      problems.push({ pointer: '/flapping/jitter', message })
    }
    if (problems.length === 0) return given
  }
  throw invalidPartition(problems)
}
