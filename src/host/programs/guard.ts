import { createInterface } from 'node:readline'
import { RealClock } from '../../kernel/clock.ts'
import type { Timer } from '../../kernel/clock.ts'
import type { GuardAnswer, GuardOrder } from '../guard-link.ts'
import { Intents } from '../intents.ts'
import type { Intent } from '../intents.ts'
import { undoAll } from '../undo.ts'

/**
 * Stands in a session of its own, so that what kills the daemon's process group leaves it alive, and gives back what
 * the daemon took: when the daemon is gone (the pipe from it breaks), and when a fault has outlived its time.
 */

const clock = new RealClock()
const armed = new Map<string, { readonly intent: Intent; readonly timer: Timer; readonly records: Intents }>()
const answer = (text: GuardAnswer): void => void process.stdout.write(`${JSON.stringify(text)}\n`)

// An end of the daemon is told by the pipe alone; a signal to everybody must not take the guard first.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const)
  process.on(signal, () => undefined)
// Nobody reads any more: what is to be given back is given back all the same.
process.stdout.on('error', () => undefined)

async function giveBack(id: string): Promise<void> {
  const found = armed.get(id)
  if (found === undefined) return
  armed.delete(id)
  found.timer.cancel()
  const problems = await undoAll(found.intent.undo, clock)
  // What could not be given back stays on record, for the next start.
  if (problems.length === 0) await found.records.remove(id)
  answer({ undone: id, problems })
}

const input = createInterface({ input: process.stdin })
input.on('line', (line) => {
  const order = JSON.parse(line) as GuardOrder
  if ('arm' in order) {
    const { arm: intent, data_dir: dataDir, within_ms: withinMs } = order
    armed.get(intent.id)?.timer.cancel()
    const timer = clock.at(clock.now() + withinMs, () => void giveBack(intent.id))
    armed.set(intent.id, { intent, timer, records: new Intents(dataDir) })
    answer({ armed: intent.id })
  } else {
    armed.get(order.disarm)?.timer.cancel()
    armed.delete(order.disarm)
  }
})
input.once('close', () => {
  void Promise.allSettled([...armed.keys()].map(giveBack)).then(() => process.exit(0))
})
answer({ ready: true })
