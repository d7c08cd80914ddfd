import { FaultlineError } from '../../contract/errors.ts'
import type { HostFaults } from '../../contract/host.ts'
import type { Plan } from '../plan.ts'
import type { EffectMaker } from '../timeline/stage-effect.ts'
import { HOST_EFFECT } from './host-stage.ts'
import type { HostStageFault } from './host-stage.ts'

/** Carries out the host faults of stages, under the name of their run. */
export const hostEffectMaker =
  (hostFaults: HostFaults): EffectMaker =>
  ({ detail }, run) => {
    const { spec, durationMs } = detail as HostStageFault
    let id: string | undefined
    return {
      acts: true,
      async begin() {
        id = (await hostFaults.begin(spec, { owner: `run:${run.id}`, durationMs })).id
      },
      async end() {
        if (id === undefined) return
        const { returned, detail: why = '' } = await hostFaults.end(id, 'its stage ended')
        id = undefined
        if (returned !== true) throw new Error(why)
      },
    }
  }

/**
 * What the config does not allow is refused before the run begins, and not when its stage does.
 * @throws FaultlineError host_faults_off, host_not_allowed, host_out_of_reach
 */
export function requireHostFaults({ profile, stages }: Plan, hostFaults: HostFaults | undefined): void {
  for (const { name, effects } of stages) {
    const wanted = effects.flatMap(({ type, detail }) => (type === HOST_EFFECT ? [detail as HostStageFault] : []))
    const [first] = wanted
    if (first === undefined) continue
    const where = `cannot start ${profile}: stage ${name}: `
    if (hostFaults === undefined)
      throw new FaultlineError('host_faults_off', `${where}nobody here carries out host faults`)
    try {
      hostFaults.judge(
        wanted.map(({ spec }) => spec),
        first.durationMs,
      )
    } catch (error) {
      if (!(error instanceof FaultlineError)) throw error
      throw new FaultlineError(error.code, `${where}${error.message}`, { remedy: error.remedy })
    }
  }
}
