import type { Effect, Effects, Held } from '../contract/effects.ts'

/** Lets go of what a slot held, at once and in order: what most kinds do when their attributes change. */
export function releaseNow(held: readonly Held[], now: number): Effects {
  return held.map((item): Effect => {
    if (item.is === 'bytes') return { do: 'send', bytes: item.bytes, at: now }
    return { do: item.is, at: now }
  })
}

/** Holds on to it until the fault goes, or its attributes change again. */
export function keepHolding(held: readonly Held[]): Effects {
  return held.map((item): Effect => {
    if (item.is === 'bytes') return { do: 'send', bytes: item.bytes, at: Infinity }
    return { do: item.is, at: Infinity }
  })
}
