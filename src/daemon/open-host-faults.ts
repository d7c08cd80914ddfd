import { MachineFaults, type HostOptions } from '../host/host-faults.ts'
import { hostLimits } from './host-limits.ts'
import type { Settings } from './settings.ts'

/** What carries out host faults, by what the settings allow. It takes nothing before `start`. */
export const openHostFaults = (
  settings: Settings,
  parts: Pick<HostOptions, 'clock' | 'sink' | 'log' | 'randomBytes'>,
): MachineFaults => new MachineFaults({ limits: hostLimits(settings), dataDir: settings.data_dir, ...parts })
