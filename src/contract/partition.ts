import type { Owner } from './model.ts'

/** Made up of the nodes there are; the words are Jepsen's. */
export const SPLITS = ['halves', 'random_halves', 'isolate_one', 'bridge', 'majorities_ring'] as const
export type Split = (typeof SPLITS)[number]

export const DIRECTIONS = ['both', 'one_way'] as const
export type Direction = (typeof DIRECTIONS)[number]

export const PARTITION_MODES = ['blackhole', 'stall', 'reset', 'refuse'] as const
export type PartitionMode = (typeof PARTITION_MODES)[number]

/** What is cut, and how: in a profile's stage, and in `POST /v1/partitions`. Either `between` or `split` is given. */
export interface PartitionCut {
  /** Sides, each a list of services: whoever is on one cannot reach who is on another. */
  readonly between?: readonly (readonly string[])[]
  readonly split?: Split
  /** The nodes to split. Default: every service that a proxy names in `from` or `to`, sorted. */
  readonly nodes?: readonly string[]
  /** For `isolate_one` and `bridge`: who it is. Default: drawn for the former, in the middle for the latter. */
  readonly node?: string
  /** `one_way`: only what the first side sends to the second is lost. Default both. */
  readonly direction?: Direction
  /** Default blackhole. */
  readonly mode?: PartitionMode
}

/** `POST /v1/partitions` */
export interface PartitionInput extends PartitionCut {
  /** Cuts and heals in turn. What is drawn is drawn anew for each cut. */
  readonly flapping?: { readonly on: string | number; readonly off: string | number; readonly jitter?: string | number }
  /** Heals by itself after this time. */
  readonly for?: string | number
  /** Default: the daemon's. */
  readonly seed?: string | number
}

/** What a node sends to another, and does not arrive there. */
export interface CutLink {
  readonly from: string
  readonly to: string
}

/** What a partition does to one proxy. */
export interface CutProxy {
  readonly proxy: string
  /** As the proxy is labelled: who connects to whom. */
  readonly from: string
  readonly to: string
  /** The bytes that are cut: both ways, or those of one direction of its connections. */
  readonly cut: 'both' | 'upstream' | 'downstream'
}

export interface PartitionView {
  readonly id: string
  readonly owner: Owner
  /** `healed` is the rest between two cuts of one that flaps. */
  readonly state: 'cut' | 'healed'
  readonly mode: PartitionMode
  readonly direction: Direction
  readonly split?: Split
  /** As given, or as drawn for the present cut; none where each node has a view of its own. */
  readonly sides: readonly (readonly string[])[]
  readonly seed: string
  /** Which cut it is, from 1. More than 1 where it flaps. */
  readonly cuts: number
  /** ISO 8601. */
  readonly created_at: string
  /** When it heals by itself. */
  readonly heals_at?: string
  /** Proxies that carry a link that is cut. */
  readonly links: readonly CutProxy[]
  /** Connections that should be cut and that no proxy carries: if there are any, they go on. */
  readonly not_covered: readonly CutLink[]
}

/** `POST /v1/partitions` */
export interface PartitionMade extends PartitionView {
  /** Open connections that are cut. */
  readonly touched: number
  /** Nothing was cut: this is what would be. */
  readonly dry_run: boolean
}

/** `DELETE /v1/partitions/{partition}` */
export interface PartitionHealed {
  readonly healed: string
  /** Whether nothing of it is left and the listeners it closed are back. */
  readonly verified: boolean
  /** What is left, where it is not. */
  readonly left: readonly string[]
}

/** `GET /v1/partitions` */
export interface PartitionList {
  readonly partitions: readonly PartitionView[]
}

/** Those that runs make are not among them: they come and go with their stages. */
export interface Partitions {
  /**
   * Cuts at once, on open connections too. With `dryRun` it only answers what would be cut.
   * @throws FaultlineError invalid_partition with every problem, limit_reached, halted; then nothing was cut
   */
  create(input: PartitionInput, options?: { readonly dryRun?: boolean }): PartitionMade
  list(): readonly PartitionView[]
  /** @throws FaultlineError partition_not_found */
  get(id: string): PartitionView
  /** Settles when traffic passes again, or could not be seen to. @throws FaultlineError partition_not_found */
  heal(id: string): Promise<PartitionHealed>
  healAll(why: string): Promise<readonly PartitionHealed[]>
}
