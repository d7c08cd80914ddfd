import type { HostSignal } from '../contract/host.ts'
import { stillThere } from './identity.ts'
import type { Identity } from './identity.ts'

/** Whether this daemon may send it signals. */
export function maySignal(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

/**
 * Sends a signal to that very process. Between the look and the signal stand some microseconds, which no call of
 * Node's can close; ids come round again only after tens of thousands of processes.
 * @returns whether it was there
 * @throws NodeJS.ErrnoException EPERM where it belongs to somebody else
 */
export async function sendSignal(identity: Identity, signal: HostSignal): Promise<boolean> {
  if ((await stillThere(identity)) === undefined) return false
  try {
    return process.kill(identity.pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}
