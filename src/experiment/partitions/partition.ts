import type { Direction, PartitionMode, Split } from '../../contract/partition.ts'

/** A partition that was read and judged against the services there are. */
export interface Partition {
  readonly split: Split | undefined
  /** As given; empty where they are made by a split. */
  readonly sides: readonly (readonly string[])[]
  /** All that take part, each once. */
  readonly nodes: readonly string[]
  readonly node: string | undefined
  readonly direction: Direction
  readonly mode: PartitionMode
}
