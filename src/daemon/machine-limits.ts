import { readFileSync } from 'node:fs'
import os from 'node:os'
import type { PlaneLimits } from '../contract/ports.ts'
import type { Settings } from './settings.ts'

/** Descriptors that are not for connections: listeners, logs, the control API and its callers without a stream. */
const OTHER_DESCRIPTORS = 256
/** Where the system names no limit; more connections than this do not fit into one process anyway. */
const MOST_DESCRIPTORS = 2 ** 20
const MOST_READERS = 1000
const HALF_GIB = 512 * 1024 ** 2

/** Limits of the plane: those that are set, and for the others what this machine gives. */
export function planeLimits({ limits }: Settings): PlaneLimits {
  const others = OTHER_DESCRIPTORS + eventReaders({ limits })
  const connections = limits.connections ?? Math.max(1, Math.floor((descriptorLimit() - others) / 2))
  return {
    connections,
    connectionsPerProxy: limits.connections_per_proxy ?? connections,
    heldBytesPerLink: limits.held_bytes_per_link,
    heldBytesTotal: limits.held_bytes_total ?? Math.floor(Math.min(HALF_GIB, memory() / 4)),
    dialMs: limits.dial,
  }
}

/** Each holds a descriptor of the control API. */
export function eventReaders({ limits }: Pick<Settings, 'limits'>): number {
  return limits.event_readers ?? Math.min(MOST_READERS, Math.max(1, Math.floor(descriptorLimit() / 8)))
}

/** Node raises the soft limit to the hard one when it starts, so this is what there really is. */
function descriptorLimit(): number {
  const found = /^Max open files\s+(\d+)/m.exec(procLimits())?.[1]
  return found === undefined ? reportedLimit() : Math.min(Number(found), MOST_DESCRIPTORS)
}

function procLimits(): string {
  try {
    return readFileSync('/proc/self/limits', 'utf8')
  } catch {
    return ''
  }
}

/** Elsewhere than on Linux. A report takes some ms, so it comes second. */
function reportedLimit(): number {
  const report = process.report.getReport() as { userLimits?: { open_files?: { soft?: number | string } } }
  const soft = Number(report.userLimits?.open_files?.soft)
  return Number.isFinite(soft) ? Math.min(soft, MOST_DESCRIPTORS) : MOST_DESCRIPTORS
}

/** `constrainedMemory` is 0 or absurdly large where no cgroup limits the process. */
function memory(): number {
  const constrained = process.constrainedMemory()
  return constrained > 0 ? Math.min(os.totalmem(), constrained) : os.totalmem()
}
