import type { JournalHeader, JournalProxy } from '../../contract/journal.ts'
import type { ProxySpec } from '../../contract/model.ts'
import { compile } from '../compile.ts'
import type { Plan } from '../plan.ts'
import { readProfile } from '../read-profile.ts'

export interface Instead {
  /** In the place of the profile in the journal. */
  readonly written?: object | undefined
  readonly seed?: string | undefined
}

/**
 * The plan of a run, made anew of what its journal's header says, with the proxies there were.
 * @throws FaultlineError as reading and compiling a profile do
 */
export function recompile(header: JournalHeader, { written = header.written, seed = header.seed }: Instead = {}): Plan {
  const { run, targets, parameters, proxies, routes, dry_run: dryRun, max_duration_ms: maxDurationMs } = header
  const profile = readProfile(written, parameters)
  const there = new Map([...routes, ...proxies].filter(({ made }) => made !== true).map((one) => [one.name, spec(one)]))
  return compile(profile, { run, proxies: [...there.values()], seed, targets, dryRun, maxDurationMs })
}

const spec = ({ name, upstream, protocol, plane, from, to }: JournalProxy): ProxySpec => ({
  name,
  plane,
  listen: '',
  upstream,
  protocol,
  from,
  to,
  enabled: true,
  faults: [],
  owner: 'api',
})
