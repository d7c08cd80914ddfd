import type { PartitionHealed, PartitionMade, PartitionView } from '../contract/partition.ts'
import type { FaultlineClient } from './client.ts'

/** Services that cannot reach each other until it is healed. */
export class PartitionHandle implements AsyncDisposable {
  readonly id: string
  /** As it was made: what is cut, and what no proxy carries. */
  readonly made: PartitionMade
  readonly #client: FaultlineClient
  #healed: Promise<PartitionHealed> | undefined

  constructor(client: FaultlineClient, made: PartitionMade) {
    this.#client = client
    this.id = made.id
    this.made = made
  }

  view(): Promise<PartitionView> {
    return this.#client.partition(this.id)
  }

  /** Settles when it has been looked at that nothing of it is left; the second call answers what the first did. */
  heal(): Promise<PartitionHealed> {
    this.#healed ??= this.#client.healPartition(this.id)
    return this.#healed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.heal()
  }
}
