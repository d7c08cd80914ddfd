import { CHECK_OUTCOMES } from '../contract/checks.ts'
import { COUNTED_METHODS, STATUS_CLASSES } from '../contract/exchange-counts.ts'
import { QUANTITIES } from '../contract/host.ts'
import { MARK_OUTCOMES, SKIP_REASONS } from '../contract/model.ts'
import { SCOPE_ENDS } from '../contract/scope-wire.ts'
import { WISH_OUTCOMES } from '../contract/wishes.ts'
import type { Label } from './family.ts'
import { OTHER, SCOPED } from './family.ts'

export const DIRECTIONS = ['upstream', 'downstream'] as const
export const CLOSE_ORIGINS = ['injected', 'upstream', 'client', 'faultline'] as const
export const DIAL_RESULTS = ['ok', 'failed', 'timeout', 'cancelled'] as const
export const RUN_ENDS = ['completed', 'failed', 'stopped', 'aborted', 'inconclusive'] as const
export const LAGS = ['mean', 'p50', 'p90', 'p99', 'max'] as const

export const SIDES = ['asked', 'achieved'] as const

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
  outcome: { name: 'outcome', meaning: 'What became of a fault that a request asked for', values: WISH_OUTCOMES },
  mark: {
    name: 'mark',
    meaning: 'Whether marks of a request name an open scope, none, or several',
    values: MARK_OUTCOMES,
  },
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
  plane: { name: 'plane', meaning: 'Name of the Toxiproxy server in the settings' },
  status: { name: 'status', meaning: 'How the run ended', values: RUN_ENDS },
  checkOutcome: { name: 'outcome', meaning: 'What a look of a check found', values: CHECK_OUTCOMES },
  scopeEnd: { name: 'reason', meaning: 'Why the scope ended', values: SCOPE_ENDS },
  stat: { name: 'stat', meaning: 'Mean, percentile or largest of the last window of 5 s', values: LAGS },
  quantity: { name: 'quantity', meaning: 'What an effect on the machine is counted in', values: QUANTITIES },
  side: { name: 'side', meaning: 'What was asked for, or what was measured', values: SIDES },
  family: { name: 'family', meaning: 'The family that had too many series' },
  version: { name: 'version', meaning: "faultline's version" },
  node: { name: 'node', meaning: "Node's version" },
  platform: { name: 'platform', meaning: 'The operating system' },
} as const satisfies Record<string, Label>
