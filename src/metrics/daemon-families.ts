import { CHECK_OUTCOMES } from '../contract/checks.ts'
import type { HostFaultView } from '../contract/host.ts'
import type { MetricsSource } from '../contract/metrics.ts'
import type { DaemonSubject, FamilyOf } from './family.ts'
import { LABELS, LAGS, RUN_ENDS, SIDES } from './labels.ts'
import { SCOPE_ENDS } from '../contract/scope-wire.ts'

const L = LABELS

export const DAEMON_FAMILIES: readonly FamilyOf<DaemonSubject>[] = [
  {
    name: 'faultline_proxies',
    type: 'gauge',
    help: 'Proxies there are now, in all scopes.',
    unit: 'proxies',
    labels: [],
    read: ({ proxies }, emit) => emit(proxies),
  },
  {
    name: 'faultline_daemon_connections_open',
    type: 'gauge',
    help: 'Client connections open now, over all proxies.',
    unit: 'connections',
    labels: [],
    read: ({ source }, emit) => emit(source.totals().connectionsOpen),
  },
  {
    name: 'faultline_daemon_connections_limit',
    type: 'gauge',
    help: 'Client connections above which new ones are reset (limits.connections).',
    unit: 'connections',
    labels: [],
    read: ({ source }, emit) => emit(source.totals().connectionsLimit),
  },
  {
    name: 'faultline_daemon_held_bytes',
    type: 'gauge',
    help: 'Bytes read and not yet written, over all proxies.',
    unit: 'bytes',
    labels: [],
    read: ({ source }, emit) => emit(source.totals().heldBytes),
  },
  {
    name: 'faultline_daemon_held_bytes_limit',
    type: 'gauge',
    help: 'Held bytes above which sources are paused (limits.held_bytes_total).',
    unit: 'bytes',
    labels: [],
    read: ({ source }, emit) => emit(source.totals().heldBytesLimit),
  },
  {
    name: 'faultline_event_loop_lag_seconds',
    type: 'gauge',
    help: 'How late the event loop was; every delay is late by as much.',
    unit: 'seconds',
    labels: [L.stat],
    read: ({ source }, emit) => {
      const lag = source.loopLag()
      for (const stat of LAGS) emit(lag[stat] / 1000, stat)
    },
  },
  {
    name: 'faultline_runs_active',
    type: 'gauge',
    help: 'Runs of profiles being carried out now.',
    unit: 'runs',
    labels: [],
    read: ({ source }, emit) => emit(source.runs().running),
  },
  {
    name: 'faultline_runs_total',
    type: 'counter',
    help: 'Runs of profiles that ended, by how.',
    unit: 'runs',
    labels: [L.status],
    read: ({ source }, emit) => {
      const { ended } = source.runs()
      for (const status of RUN_ENDS) emit(ended[status] ?? 0, status)
    },
  },
  {
    name: 'faultline_checks_total',
    type: 'counter',
    help: 'Looks of checks and stop conditions of runs, by what they found.',
    unit: 'looks',
    labels: [L.checkOutcome],
    read: ({ source }, emit) => {
      const counts = source.checks()
      for (const outcome of CHECK_OUTCOMES) emit(counts[outcome], outcome)
    },
  },
  {
    name: 'faultline_partitions_cut',
    type: 'gauge',
    help: 'Partitions that cut links now; one that flaps and is healed for the moment is not among them.',
    unit: 'partitions',
    labels: [],
    read: ({ source }, emit) => emit(source.partitions()),
  },
  {
    name: 'faultline_halted',
    type: 'gauge',
    help: 'Whether faults are kept out (faultline halt): 1 or 0.',
    unit: '1',
    labels: [],
    read: ({ source }, emit) => emit(source.halted() ? 1 : 0),
  },
  {
    name: 'faultline_plane_up',
    type: 'gauge',
    help: 'Whether a Toxiproxy server of the settings answers: 1 or 0.',
    unit: '1',
    labels: [L.plane],
    read: ({ source }, emit) => {
      for (const { name, state } of source.planes()) emit(state === 'up' ? 1 : 0, name)
    },
  },
  {
    name: 'faultline_plane_toxics',
    type: 'gauge',
    help: 'Toxics of ours on a Toxiproxy server, as it was read last; none told while it does not answer.',
    unit: 'faults',
    labels: [L.plane],
    read: ({ source }, emit) => {
      for (const { name, toxics } of source.planes()) if (toxics !== null) emit(toxics, name)
    },
  },
  {
    name: 'faultline_host_faults_active',
    type: 'gauge',
    help: 'Faults on the machine that hold something now.',
    unit: 'faults',
    labels: [L.kind],
    read: ({ source }, emit) => hostKinds(source, (kind, faults) => emit(faults.length, kind)),
  },
  {
    name: 'faultline_host_effect',
    type: 'gauge',
    help: 'What faults on the machine ask for and achieve, in the unit that the quantity names.',
    unit: '1',
    labels: [L.kind, L.quantity, L.side],
    read: ({ source }, emit) =>
      hostKinds(source, (kind, faults) => {
        for (const quantity of new Set(faults.map(({ effect }) => effect.quantity))) {
          const effects = faults.flatMap(({ effect }) => (effect.quantity === quantity ? [effect] : []))
          for (const side of SIDES)
            emit(
              effects.reduce((sum, effect) => sum + effect[side], 0),
              kind,
              quantity,
              side,
            )
        }
      }),
  },
  {
    name: 'faultline_scopes_open',
    type: 'gauge',
    help: 'Scopes of tests open now.',
    unit: 'scopes',
    labels: [],
    read: ({ source }, emit) => emit(source.scopes().open),
  },
  {
    name: 'faultline_scopes_ended_total',
    type: 'counter',
    help: 'Scopes of tests that ended with all they owned, by why.',
    unit: 'scopes',
    labels: [L.scopeEnd],
    read: ({ source }, emit) => {
      const { ended } = source.scopes()
      for (const reason of SCOPE_ENDS) emit(ended[reason], reason)
    },
  },
  {
    name: 'faultline_bugs_total',
    type: 'counter',
    help: 'Bugs of faultline that tore a connection down; the log has their stacks.',
    unit: 'bugs',
    labels: [],
    read: ({ source }, emit) => emit(source.bugs()),
  },
  {
    name: 'faultline_series_overflow_total',
    type: 'counter',
    help: 'Series summed into "(other)" because their family was full.',
    unit: 'series',
    labels: [L.family],
    sparse: true,
    read: ({ overflows }, emit) => overflows.forEach(({ family, count }) => emit(count, family)),
  },
  {
    name: 'faultline_build_info',
    type: 'gauge',
    help: 'What is running, always 1.',
    unit: '1',
    labels: [L.version, L.node, L.platform],
    read: ({ source: { info } }, emit) => emit(1, info.version, info.node, info.platform),
  },
]

type HostFault = Pick<HostFaultView, 'kind' | 'effect'>

/** By kind, since a series stands for all faults of its labels. */
function hostKinds(source: MetricsSource, each: (kind: string, faults: readonly HostFault[]) => void): void {
  const byKind = new Map<string, HostFault[]>()
  for (const fault of source.hostFaults()) byKind.set(fault.kind, [...(byKind.get(fault.kind) ?? []), fault])
  for (const [kind, faults] of byKind) each(kind, faults)
}

/** Every metric faultline has: the scrape, the docs and the dashboard's test read this one table. */
