import type { FaultSpec, Owner } from '../../contract/model.ts'
import type { CutProxy, PartitionMode } from '../../contract/partition.ts'
import type { FaultInput } from '../../contract/wire.ts'
import { LONGEST_MS } from '../../contract/attributes.ts'
import type { Stream } from '../../contract/kind.ts'
import { resolveFault } from '../../faults/resolve.ts'

interface Whose {
  readonly owner: Owner
  readonly seed: string
  /** What the names of its faults begin with. */
  readonly prefix: string
}

/**
 * What cuts one proxy: the bytes of connections that are open, and whatever would make new ones. One way, new ones
 * are let through: what comes back on them is as good as on the old.
 */
export function partitionFaults({ cut }: CutProxy, mode: PartitionMode, { owner, seed, prefix }: Whose): FaultSpec[] {
  const streams: readonly Stream[] = cut === 'both' ? ['upstream', 'downstream'] : [cut]
  const onNew = cut === 'both' ? NEW[mode] : []
  return [...onNew, ...streams.flatMap((stream) => OPEN[mode].map((fault) => ({ ...fault, stream })))].map((fault) => {
    const name = `${prefix}.${fault.kind}${'stream' in fault ? `_${fault.stream}` : ''}`
    return resolveFault({ ...fault, name }, { owner, seed })
  })
}

const RESET: FaultInput = { kind: 'reset_peer', attributes: { timeout: 0 } }

/** On each direction that is cut. */
const OPEN: Readonly<Record<PartitionMode, readonly FaultInput[]>> = {
  blackhole: [{ kind: 'blackhole', attributes: { mode: 'discard' } }],
  stall: [{ kind: 'blackhole', attributes: { mode: 'stall' } }],
  reset: [RESET],
  refuse: [RESET],
}

const NEW: Readonly<Record<PartitionMode, readonly FaultInput[]>> = {
  blackhole: [{ kind: 'refuse', attributes: { mode: 'silent' } }],
  // Nothing is lost: they are dialled when it heals.
  stall: [{ kind: 'slow_dial', attributes: { delay: LONGEST_MS } }],
  reset: [{ kind: 'refuse', attributes: { mode: 'reset' } }],
  refuse: [{ kind: 'refuse', attributes: { mode: 'close_listener' } }],
}
