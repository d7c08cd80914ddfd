import type { RunView } from '../contract/run-wire.ts'
import { Interruption } from './interruption.ts'
import { Progress } from './progress.ts'
import type { Session } from './session.ts'

/** How often a run is looked at; on a terminal often enough for the bar to move. */
const LOOK_MS = { terminal: 200, elsewhere: 500 }

/** Longer than a busy machine holds a look up, and short enough for faults that nobody watches. */
export const OWNER_TTL_MS = 15_000

/** Looks at the run until it ends. The first Ctrl-C stops it, and waits until it is healed; the second waits no more. */
export async function followRun(session: Session, started: RunView): Promise<RunView> {
  const { client, terminal, json } = session
  const interruption = new Interruption()
  const progress = new Progress(terminal)
  if (!json) session.line(`run ${started.id} of ${started.profile}, seed ${started.seed}`)
  let run = started
  while (run.status === 'running') {
    if (!json) progress.update(run)
    await interruption.wait(terminal.isTty ? LOOK_MS.terminal : LOOK_MS.elsewhere)
    run = interruption.happened ? await client.stopRun(run.id) : await client.renewRun(run.id)
  }
  interruption.end()
  if (!json) progress.end(run)
  return run
}
