export interface QuotaRule {
  readonly limit: number
  readonly window: number
  readonly algorithm: 'fixed_window' | 'token_bucket'
  readonly max_keys: number
}

/** What one key has spent, of the window that began at `from`, or of the bucket as it was then. */
interface Spent {
  spent: number
  from: number
}

/** By key; the one that was seen longest ago comes first. */
export type Quotas = Map<string, Spent>

export const newQuotas = (): Quotas => new Map()

export interface Standing {
  readonly granted: boolean
  /** Whole requests that may still come. */
  readonly remaining: number
  /** ms until one more may come. */
  readonly retry: number
  /** ms until nothing is spent any more. */
  readonly reset: number
}

/** Where a key stands, without asking for anything. */
export function look(quotas: Quotas, key: string, rule: QuotaRule, now: number): Standing {
  const known = quotas.get(key)
  return standing(known === undefined ? { spent: 0, from: now } : caughtUp(known, rule, now), rule, now)
}

/** Takes one off the key's quota, if one is left. */
export function spend(quotas: Quotas, key: string, rule: QuotaRule, now: number): Standing {
  const known = quotas.get(key)
  const current = known === undefined ? { spent: 0, from: now } : caughtUp(known, rule, now)
  const granted = standing(current, rule, now).granted
  if (granted) current.spent++
  quotas.delete(key)
  quotas.set(key, current)
  for (const oldest of quotas.keys()) {
    if (quotas.size <= rule.max_keys) break
    quotas.delete(oldest)
  }
  return { ...standing(current, rule, now), granted }
}

function caughtUp({ spent, from }: Spent, { limit, window, algorithm }: QuotaRule, now: number): Spent {
  if (algorithm === 'token_bucket') return { spent: Math.max(0, spent - ((now - from) * limit) / window), from: now }
  return now - from >= window ? { spent: 0, from: now } : { spent, from }
}

/** A clock counts in fractions; a token that is there but for a rounding is there. */
const NEARLY = 1e-6

function standing({ spent, from }: Spent, { limit, window, algorithm }: QuotaRule, now: number): Standing {
  const left = limit - spent
  const granted = left >= 1 - NEARLY
  const remaining = Math.max(0, Math.floor(left + NEARLY))
  if (algorithm === 'fixed_window' || limit === 0) {
    const rest = from + window - now
    return { granted, remaining, retry: granted ? 0 : rest, reset: spent === 0 && limit > 0 ? 0 : rest }
  }
  const each = window / limit
  return { granted, remaining, retry: granted ? 0 : (1 - left) * each, reset: spent * each }
}
