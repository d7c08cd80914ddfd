import type { JournalHeader, JournalProxy } from '../../contract/journal.ts'
import type { ProxySpec } from '../../contract/model.ts'
import type { RunStartOptions } from '../../contract/ports.ts'
import type { Plan } from '../plan.ts'
import { hideCheckSecrets } from '../checks/hide-check-secrets.ts'
import { stagesView } from '../run-view.ts'
import { hideSecrets } from './hide-secrets.ts'

export interface HeaderContext {
  /** The profile as it was written. */
  readonly written: object
  readonly options: RunStartOptions
  /** Every proxy there is. */
  readonly proxies: readonly ProxySpec[]
  /** Names of header fields whose values are not shown, in lower case. */
  readonly secret: ReadonlySet<string>
  /** ISO 8601. */
  readonly startedAt: string
  readonly versions: JournalHeader['versions']
  readonly daemon: JournalHeader['daemon']
}

export function journalHeader(plan: Plan, context: HeaderContext): JournalHeader {
  const sent = hideCheckSecrets(context.written)
  const { shown, hidden } = hideSecrets(sent.shown, context.secret)
  const { run, profile, seed, parameters, rollback, maxDurationMs, dryRun } = plan
  const existing = context.proxies.filter(({ name }) => plan.proxies.includes(name)).map(proxyOf)
  const made = plan.inline.map(({ name, input: { upstream, protocol = 'tcp', from, to } }) => ({
    ...proxyOf({ name, upstream, protocol, from, to }),
    made: true as const,
  }))
  const drawn = plan.stages.some(({ effects }) => effects.some(({ faults }) => faults.length > 0))
  const named = ({ from, to, owner }: ProxySpec): boolean => (from ?? to) !== undefined && !owner.startsWith('run:')
  return {
    type: 'journal',
    version: 1,
    run,
    profile,
    part: 1,
    seed,
    started_at: context.startedAt,
    written: shown,
    hidden: hidden || sent.hidden,
    secret: [...context.secret],
    parameters,
    targets: context.options.targets ?? {},
    proxies: [...existing, ...made],
    routes: drawn ? context.proxies.filter(named).map(proxyOf) : [],
    stages: stagesView(plan),
    rollback,
    max_duration_ms: maxDurationMs,
    dry_run: dryRun,
    versions: context.versions,
    daemon: context.daemon,
  }
}

const proxyOf = ({
  name,
  upstream,
  protocol,
  plane,
  from,
  to,
}: Pick<ProxySpec, 'name' | 'upstream' | 'protocol' | 'plane' | 'from' | 'to'>): JournalProxy => ({
  name,
  upstream,
  protocol,
  ...(plane === undefined ? {} : { plane }),
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
})
