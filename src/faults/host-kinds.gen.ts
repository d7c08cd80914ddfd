// Made by "npm run gen" from src/faults/kinds. Do not edit.
import type { AnyHostKind } from '../contract/host.ts'
import cpu from './kinds/host/cpu.ts'
import descriptors from './kinds/host/descriptors.ts'
import diskFill from './kinds/host/disk_fill.ts'
import diskIo from './kinds/host/disk_io.ts'
import memory from './kinds/host/memory.ts'
import processKill from './kinds/host/process_kill.ts'
import processPause from './kinds/host/process_pause.ts'

export const HOST_KINDS: readonly AnyHostKind[] = [
  cpu,
  descriptors,
  diskFill,
  diskIo,
  memory,
  processKill,
  processPause,
]
