import type { HostEffect } from '../../contract/host.ts'
import type { Taken, TakeContext } from './taken.ts'
import { takeConnections } from './take-connections.ts'
import { takeCpu } from './take-cpu.ts'
import { takeDescriptorLimit } from './take-descriptor-limit.ts'
import { takeDiskSpace } from './take-disk-space.ts'
import { takeDiskWrites } from './take-disk-writes.ts'
import { takeMemory } from './take-memory.ts'
import { takeSignal } from './take-signal.ts'

/** Prepares an effect and takes nothing yet. @throws when it cannot be had; a worker that came up may be left then */
export function take(effect: HostEffect, context: TakeContext): Promise<Taken> {
  switch (effect.take) {
    case 'cpu':
      return takeCpu(effect, context)
    case 'memory':
      return takeMemory(effect, context)
    case 'disk_space':
      return takeDiskSpace(effect, context)
    case 'disk_writes':
      return takeDiskWrites(effect, context)
    case 'connections':
      return takeConnections(effect, context)
    case 'descriptor_limit':
      return takeDescriptorLimit(effect, context)
    case 'signal':
      return takeSignal(effect, context)
  }
}
