import type { RunView } from '../../contract/run-wire.ts'
import { parseIsoTime } from '../../kernel/parse-iso-time.ts'

/** How long it took; 0 while it goes on. */
export const runSeconds = ({ started_at: from, ended_at: to = from }: RunView): number =>
  Math.max(0, parseIsoTime(to) - parseIsoTime(from)) / 1000
