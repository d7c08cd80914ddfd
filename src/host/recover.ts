import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { idSpace, stillThere } from './identity.ts'
import type { Intent, Intents } from './intents.ts'
import { undoAll } from './undo.ts'

export interface Recovered {
  readonly intent: Intent
  /** What could not be given back; its record stays then. */
  readonly problems: readonly string[]
}

/**
 * Gives back what is still on record of daemons that are no more. Those of a daemon that lives are its own business.
 * After a boot, or in another namespace, process ids mean nothing: files are removed, processes are let be.
 */
export async function recover(intents: Intents, clock: Clock, log: Log): Promise<readonly Recovered[]> {
  const { intents: found, unreadable } = await intents.read()
  for (const file of unreadable) log.error({ file }, 'a record of a host fault cannot be read; see what it left behind')
  const ids = await idSpace()
  const recovered: Recovered[] = []
  for (const intent of found) {
    const sameIds = intent.ids === ids
    if (sameIds && (await stillThere(intent.daemon)) !== undefined) continue
    const steps = sameIds ? intent.undo : intent.undo.filter(({ undo }) => undo === 'remove_file')
    const problems = await undoAll(steps, clock)
    if (problems.length === 0) await intents.remove(intent.id)
    const facts = { host_fault: intent.id, kind: intent.kind, problems }
    if (problems.length === 0) log.warn(facts, 'gave back what an earlier daemon had taken')
    else log.error(facts, 'could not give back all that an earlier daemon had taken; the next start tries again')
    recovered.push({ intent, problems })
  }
  return recovered
}
