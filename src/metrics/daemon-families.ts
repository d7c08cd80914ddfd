import type { DaemonSubject, FamilyOf } from './family.ts'
import { LABELS, LAGS, RUN_ENDS } from './labels.ts'

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

/** Every metric faultline has: the scrape, the docs and the dashboard's test read this one table. */
