import { hostEffectMaker } from './host/host-effects.ts'
import { HOST_EFFECT } from './host/host-stage.ts'
import { Halt } from './halt.ts'
import { PARTITION_EFFECT, partitionEffectMaker } from './partitions/partition-stage.ts'
import { Partitions } from './partitions/partitions.ts'
import type { PartitionsOptions } from './partitions/partitions.ts'
import { PLANE_EFFECT, planeEffectMaker } from './planes/plane-stage.ts'
import type { ProfileLibrary } from './profile-library.ts'
import { ProfileRuns } from './runs.ts'
import type { RunsOptions } from './runs.ts'
import { ProfileSweeps } from './sweeps.ts'

export interface Experiments {
  readonly profiles: ProfileLibrary
  readonly runs: ProfileRuns
  readonly sweeps: ProfileSweeps
  readonly partitions: Partitions
  readonly halt: Halt
  /** Ends and heals what goes on, and starts nothing more. */
  close(): Promise<void>
}

/** All that breaks traffic over time, put together. */
export function createExperiments(
  options: Omit<RunsOptions, 'library'> & PartitionsOptions,
  profiles: ProfileLibrary,
): Experiments {
  const { registry, sink, clock, log, hostFaults, planes } = options
  const effects = {
    [PARTITION_EFFECT]: partitionEffectMaker(sink),
    ...(planes === undefined ? {} : { [PLANE_EFFECT]: planeEffectMaker(planes) }),
    ...(hostFaults === undefined ? {} : { [HOST_EFFECT]: hostEffectMaker(hostFaults) }),
  }
  const runs = new ProfileRuns({ ...options, effects: { ...options.effects, ...effects }, library: profiles })
  const partitions = new Partitions(options)
  const sweeps = new ProfileSweeps({ ...options, runs, library: profiles })
  const halt = new Halt({ gate: registry.gate, runs, partitions, hostFaults, sink, clock, log })
  const close = async (): Promise<void> => {
    sweeps.close()
    await Promise.all([runs.close(), partitions.close()])
  }
  return { profiles, runs, sweeps, partitions, halt, close }
}
