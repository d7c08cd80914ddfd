import { FaultlineError } from '../contract/errors.ts'
import type { HostEffect, HostFaultSpec, Reach, Surroundings } from '../contract/host.ts'
import type { HostLimits } from './limits.ts'

/** What a fault holds of the ceilings that all share. */
export interface Share {
  readonly cpuWorkers: number
  readonly memory: number
  readonly disk: number
  readonly diskRate: number
  readonly connections: number
}

const NOTHING: Share = { cpuWorkers: 0, memory: 0, disk: 0, diskRate: 0, connections: 0 }

export interface Machine {
  readonly cores: number
  /** All the memory there is to us, bytes. */
  readonly memory: number
  readonly surroundings: Surroundings
}

/**
 * Whether the config allows a host fault beside those that there are. What only the machine can tell (room on a disk, a
 * process that is there) is asked when it begins.
 * @returns what it will hold of the ceilings, and what will be short
 * @throws FaultlineError host_faults_off, host_not_allowed, host_out_of_reach
 */
export function admit(
  spec: HostFaultSpec,
  durationMs: number,
  { limits, machine, held }: { limits: HostLimits; machine: Machine; held: readonly Share[] },
): { readonly share: Share; readonly reach: Reach } {
  const { kind, attributes, service } = spec
  const refuse = (why: string, setting: string): never => {
    const remedy = `Ask for less, or raise host_faults.allow.${setting} in the config.`
    throw new FaultlineError('host_not_allowed', `cannot begin ${kind.kind}: ${why}`, { remedy })
  }
  if (!limits.enabled) {
    throw new FaultlineError('host_faults_off', `cannot begin ${kind.kind}: host_faults.enabled is false`)
  }
  if (durationMs > limits.maxDurationMs)
    refuse(`it would last ${durationMs} ms; at most ${limits.maxDurationMs} ms are allowed`, 'duration')
  if (held.length >= limits.faults)
    refuse(`${held.length} host faults are active, and at most ${limits.faults} may be`, 'faults')
  const effect = kind.effect(attributes)
  const diskTaken = held.reduce((sum, { disk }) => sum + disk, 0)
  const share = shareOf(effect, limits, machine, Math.max(1, limits.disk - diskTaken))
  const ceilings = [
    ['cpuWorkers', 'cpu_workers', 'processor workers'],
    ['memory', 'memory', 'bytes of memory'],
    ['disk', 'disk', 'bytes of disk'],
    ['diskRate', 'disk_rate', 'bytes a second'],
    ['connections', 'connections', 'connections'],
  ] as const
  for (const [name, setting, words] of ceilings) {
    const taken = held.reduce((sum, one) => sum + one[name], 0)
    if (share[name] > 0 && share[name] + taken > limits[name]) {
      const others = taken === 0 ? '' : ` and others hold ${taken}`
      refuse(`it asks for ${share[name]} ${words}${others}; at most ${limits[name]} are allowed`, setting)
    }
  }
  if (effect.take === 'cpu' && effect.load > limits.cpuLoad)
    refuse(`load is ${effect.load}; at most ${limits.cpuLoad} is allowed`, 'cpu_load')
  const reach = kind.reach(attributes, machine.surroundings)
  requireWithinReach(kind.kind, service, reach, limits)
  return { share, reach }
}

function shareOf(effect: HostEffect, limits: HostLimits, machine: Machine, diskLeft: number): Share {
  switch (effect.take) {
    case 'cpu':
      return { ...NOTHING, cpuWorkers: effect.workers ?? machine.cores }
    case 'memory': {
      const { size } = effect
      return { ...NOTHING, memory: 'bytes' in size ? size.bytes : Math.floor((machine.memory * size.percent) / 100) }
    }
    case 'disk_space':
      // How much a percentage is, only the filesystem can tell: all that is left is held for it.
      return { ...NOTHING, disk: 'bytes' in effect.size ? effect.size.bytes : diskLeft }
    case 'disk_writes':
      // Left out it means all that is allowed, and then there is nothing to refuse.
      return { ...NOTHING, disk: effect.size, diskRate: effect.rate ?? limits.diskRate }
    case 'connections':
      return { ...NOTHING, connections: effect.count }
    case 'descriptor_limit':
    case 'signal':
      return NOTHING
  }
}

/** A fault that is aimed at somebody whom it cannot hurt would prove nothing. */
function requireWithinReach(kind: string, service: string | undefined, reach: Reach, limits: HostLimits): void {
  if (service === undefined) return
  const { own_cgroup, machine, filesystem } = limits.services
  // Who is in our group is on our machine as well.
  const within =
    reach === 'own_cgroup'
      ? own_cgroup
      : reach === 'machine'
        ? [...own_cgroup, ...machine]
        : reach === 'filesystem'
          ? filesystem
          : [reach.slice(reach.indexOf(':') + 1)]
  if (within.includes(service)) return
  const known = within.length === 0 ? 'no service is known to be within it' : `within it are ${within.join(', ')}`
  const detail = `cannot begin ${kind} for the service ${service}: its reach is ${reach}, and ${known}`
  throw new FaultlineError('host_out_of_reach', detail)
}
