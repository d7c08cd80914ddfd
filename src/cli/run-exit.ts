import type { RunView } from '../contract/run-wire.ts'
import { EXIT } from './misuse.ts'
import type { ExitCode } from './misuse.ts'

/** What the end of a run means. One that was not healed has failed, however it ended; faults left on purpose are fine. */
export function exitOf({ status, healed, kept }: Pick<RunView, 'status' | 'healed' | 'kept'>): ExitCode {
  if (healed === false && kept !== true) return EXIT.failed
  return status === 'completed' || status === 'running' ? EXIT.fine : EXIT[status]
}
