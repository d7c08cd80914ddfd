import type { HostLimits } from '../host/limits.ts'
import type { Settings } from './settings.ts'

/** What the settings allow of the machine, as the host floor names it. */
export function hostLimits({ host_faults: { enabled, allow, services } }: Settings): HostLimits {
  return {
    enabled,
    maxDurationMs: allow.duration,
    faults: allow.faults,
    cpuWorkers: allow.cpu_workers,
    cpuLoad: allow.cpu_load,
    memory: allow.memory,
    memoryReserve: allow.memory_reserve,
    disk: allow.disk,
    diskReserve: allow.disk_reserve,
    diskRate: allow.disk_rate,
    connections: allow.connections,
    folders: allow.folders,
    targets: allow.targets,
    processes: allow.processes,
    services,
  }
}
