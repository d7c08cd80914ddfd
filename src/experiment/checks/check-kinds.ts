import type { AnyCheckKind } from './check-kind.ts'
import { commandCheck } from './kinds/command.ts'
import { faultedCheck } from './kinds/faulted.ts'
import { httpCheck } from './kinds/http.ts'
import { observedCheck } from './kinds/observed.ts'
import { prometheusCheck } from './kinds/prometheus.ts'
import { tcpCheck } from './kinds/tcp.ts'

/** Every kind of check; schema, validation and docs follow from this list. */
export const CHECK_KINDS: readonly AnyCheckKind[] = [
  httpCheck,
  tcpCheck,
  commandCheck,
  prometheusCheck,
  observedCheck,
  faultedCheck,
]
