import { EARLY_MS } from '../../../kernel/clock.ts'
import type { Clock } from '../../../kernel/clock.ts'
import type { AttachedFault } from '../attached-fault.ts'
import { took } from '../took.ts'

/** Asks one fault, and again after each wait it wants. A fault that went away meanwhile lets go. */
export async function askFault<T extends { readonly do: string }>(
  fault: AttachedFault,
  ask: (askedAt: number) => T | undefined,
  clock: Clock,
  wait: (until: number) => Promise<void>,
  unable: (why: string) => void,
): Promise<T | undefined> {
  const askedAt = clock.now()
  for (;;) {
    if (fault.gone || !fault.active) return undefined
    const answer = ask(askedAt)
    if (answer === undefined || answer.do === 'go') return undefined
    if (answer.do === 'unable') {
      unable((answer as unknown as { readonly why: string }).why)
      return undefined
    }
    if (answer.do !== 'wait') return answer
    const { until } = answer as unknown as { readonly until: number }
    const due = (): boolean => until <= clock.now() + EARLY_MS
    if (!due()) await wait(until)
    if (!due()) continue
    if (until > askedAt) {
      fault.asked.observe(until - askedAt)
      took(fault, clock.now() - askedAt)
    }
    return undefined
  }
}
