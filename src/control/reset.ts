import type { ResetDone } from '../contract/api.ts'
import type { ControlDeps } from './deps.ts'

/** Runs end first, so that nothing they own comes back or stays. Both APIs' reset. */
export async function resetAll({ registry, runs }: ControlDeps): Promise<ResetDone> {
  const live = runs.list().filter(({ status }) => status === 'running').length
  await runs.abortAll('reset')
  const faults = countFaults(registry)
  await registry.reset()
  return {
    proxies: registry.list().length,
    faults_removed: faults - countFaults(registry),
    runs_aborted: live,
    revision: registry.revision,
  }
}

const countFaults = (registry: ControlDeps['registry']): number =>
  registry.list().reduce((sum, { spec }) => sum + spec.faults.length, 0)
