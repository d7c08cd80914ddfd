import type { Probed, ProbeLimits } from '../../contract/probes.ts'
import { Dial } from '../embedded/dialer.ts'
import { abandon } from '../embedded/sockets.ts'
import type { ProbeParts } from './probe-parts.ts'

/** Connects, and closes again without a byte. */
export function connectProbe(
  { clock, names }: ProbeParts,
  address: string,
  { timeoutMs, signal }: ProbeLimits,
): Promise<Probed<object>> {
  const started = clock.now()
  return new Promise((resolve) => {
    const failed = (why: string): void => settle({ answered: false, ms: clock.now() - started, why })
    const onAbort = (): void => {
      dial.cancel()
      failed('given up')
    }
    const settle = (answer: Probed<object>): void => {
      signal.removeEventListener('abort', onAbort)
      resolve(answer)
    }
    const dial = new Dial(
      address,
      {
        dialled(socket) {
          abandon(socket)
          settle({ answered: true, ms: clock.now() - started })
        },
        dialFailed: (outcome, reason) =>
          failed(outcome === 'failed' ? `no connection: ${reason}` : `not connected within ${timeoutMs} ms`),
      },
      names,
      clock,
      timeoutMs,
    )
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort)
  })
}
