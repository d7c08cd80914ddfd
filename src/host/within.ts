import type { Clock } from '../kernel/clock.ts'

/** Longer than any process takes to start on a machine that is busy, and no wait without end where one stands still. */
const LONGEST_MS = 20_000

/** What a process of ours promises, as long as it keeps that in time. @throws Error naming what did not come */
export async function within<T>(clock: Clock, what: string, promise: Promise<T>): Promise<T> {
  let timer: { cancel(): void } | undefined
  const late = new Promise<never>((_, reject) => {
    timer = clock.at(clock.now() + LONGEST_MS, () => reject(new Error(`${what} did not come within ${LONGEST_MS} ms`)))
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    timer?.cancel()
  }
}
