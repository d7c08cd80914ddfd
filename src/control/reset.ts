import type { ResetDone } from '../contract/api.ts'
import type { ControlDeps } from './deps.ts'

/** What the API took of the machine is given back. Runs and partitions end first, so that nothing they own comes back or stays. Both APIs' reset. */
export async function resetAll({
  registry,
  runs,
  partitions,
  hostFaults,
  proof,
  scope,
}: ControlDeps): Promise<ResetDone> {
  const live = runs.list().filter(({ status }) => status === 'running').length
  await Promise.all([
    runs.abortAll('reset'),
    partitions.healAll('reset'),
    hostFaults.endAll('reset', scope === undefined ? 'api' : `scope:${scope}`),
  ])
  const faults = countFaults(registry)
  await registry.reset()
  proof.forget()
  return {
    proxies: registry.list().length,
    faults_removed: faults - countFaults(registry),
    runs_aborted: live,
    revision: registry.revision,
  }
}

const countFaults = (registry: ControlDeps['registry']): number =>
  registry.list().reduce((sum, { spec }) => sum + spec.faults.length, 0)
