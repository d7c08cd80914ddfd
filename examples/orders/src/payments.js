import { setTimeout as sleep } from 'node:timers/promises'
import { BreakerOpenError } from './breaker.js'

/** Whether the money moved is not known, or it did not: to be tried again later, with the same key. */
export class PaymentUnavailableError extends Error {
  name = 'PaymentUnavailableError'
}

const LONGEST_RETRY_AFTER_S = 5

/** A partner's API for payments. Every attempt for a charge carries the same key, so that it is carried out once. */
export function createPayments({ url, breaker, timeoutMs = 2000, attempts = 3 }) {
  const attempt = async (key, amount) => {
    const response = await fetch(`${url}/charges`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ amount }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (response.status === 429) return { retryAfter: Number(response.headers.get('retry-after') ?? 1) }
    if (!response.ok) throw new Error(`the partner answered ${response.status}`)
    // An answer that cannot be read says nothing about the money.
    return { charge: await response.json() }
  }
  return {
    async charge(key, amount) {
      let last
      for (let tries = 1; tries <= attempts; tries++) {
        try {
          const { charge, retryAfter } = await breaker.call(() => attempt(key, amount))
          if (charge !== undefined) return charge
          last = new Error('the partner asked to come later')
          await sleep(Math.min(retryAfter, LONGEST_RETRY_AFTER_S) * 1000)
        } catch (error) {
          last = error
          if (error instanceof BreakerOpenError) break
        }
      }
      throw new PaymentUnavailableError(`charge ${key} is not known to be made`, { cause: last })
    },
  }
}
