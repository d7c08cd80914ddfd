import { COUNTED_METHODS, STATUS_CLASSES } from '../contract/exchange-counts.ts'
import { SKIP_REASONS } from '../contract/model.ts'
import type { Label } from './family.ts'
import { OTHER, SCOPED } from './family.ts'

export const DIRECTIONS = ['upstream', 'downstream'] as const
export const CLOSE_ORIGINS = ['injected', 'upstream', 'client', 'faultline'] as const
export const DIAL_RESULTS = ['ok', 'failed', 'timeout', 'cancelled'] as const
export const RUN_ENDS = ['completed', 'failed', 'stopped', 'aborted', 'inconclusive'] as const
export const LAGS = ['mean', 'p50', 'p90', 'p99', 'max'] as const

/** Every label there is, by its name: one meaning on all families. */
export const LABELS = {
  proxy: {
    name: 'proxy',
    meaning: `The proxy's name; \`${SCOPED}\` for all outside the default scope, \`${OTHER}\` above the limit of series`,
  },
  direction: {
    name: 'direction',
    meaning: '`upstream` is client to server, `downstream` server to client',
    values: DIRECTIONS,
  },
  listener: { name: 'listener', meaning: 'The address the proxy is bound to' },
  upstream: { name: 'upstream', meaning: 'The address the proxy forwards to' },
  fault: { name: 'fault', meaning: "The fault's name on its proxy" },
  kind: { name: 'kind', meaning: 'The type of fault; `GET /v1/kinds` lists them' },
  skipped: { name: 'reason', meaning: 'Why a fault that was asked did not act', values: SKIP_REASONS },
  refused: {
    name: 'reason',
    meaning: 'Why a client was not served',
    values: ['limit', 'fault', 'dial_failed', 'dial_timeout'],
  },
  origin: {
    name: 'origin',
    meaning: 'Whose doing it was: `injected` by a fault, a peer, or a limit or command of `faultline`',
    values: CLOSE_ORIGINS,
  },
  method: {
    name: 'method',
    meaning: 'The method of the request; `other` for those that are not listed',
    values: COUNTED_METHODS,
  },
  statusClass: {
    name: 'status_class',
    meaning: 'The status that the caller was answered, `none` where no head reached it',
    values: STATUS_CLASSES,
  },
  result: { name: 'result', meaning: 'How dialling the upstream ended', values: DIAL_RESULTS },
  state: {
    name: 'state',
    meaning: 'What the listener is doing',
    values: ['listening', 'disabled', 'refused', 'stalled', 'listen_failed'],
  },
  status: { name: 'status', meaning: 'How the run ended', values: RUN_ENDS },
  stat: { name: 'stat', meaning: 'Mean, percentile or largest of the last window of 5 s', values: LAGS },
  family: { name: 'family', meaning: 'The family that had too many series' },
  version: { name: 'version', meaning: "faultline's version" },
  node: { name: 'node', meaning: "Node's version" },
  platform: { name: 'platform', meaning: 'The operating system' },
} as const satisfies Record<string, Label>
