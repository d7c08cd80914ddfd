import { allowList } from '../contract/allow-list.ts'
import type { CheckMeans } from '../experiment/checks/run-checks.ts'
import { createCommandRunner } from '../host/run-command.ts'
import type { Clock } from '../kernel/clock.ts'
import { createProber } from '../plane/probe/prober.ts'
import type { Settings } from './settings.ts'

/** Of the environment a command of a check has these: others, such as tokens, are none of its business. */
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR']

/** What the checks of runs look with, as the settings allow it. */
export function checkMeans({ checks, allowed_upstreams }: Settings, clock: Clock): CheckMeans {
  const commands = checks.commands.length === 0 ? undefined : checks.commands
  const env = PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]))
  return {
    prober: createProber(clock),
    commands: commands === undefined ? undefined : createCommandRunner(clock, Object.fromEntries(env)),
    rules: { commands, reaches: allowList(allowed_upstreams) },
    counts: { passed: 0, failed: 0, no_data: 0, met: 0, not_met: 0 },
  }
}
