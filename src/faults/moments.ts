import type { Answer } from '../contract/effects.ts'
import type { Random } from '../contract/kind.ts'
import { EARLY_MS } from '../kernel/clock.ts'

/** Go on at `moment`. It is named also when it has passed, so that what was asked can be told from what was achieved. */
export const goAt = (moment: number): Answer => ({ do: 'wait', until: moment })

/** Close at `moment`, until then look again. */
export function closeAt(moment: number, now: number, how: 'fin' | 'rst'): Answer {
  // A timer may fire so much before its time; asking again for the rest would cost a millisecond more.
  if (now < moment - EARLY_MS) return { do: 'wake', at: moment }
  return { do: how === 'rst' ? 'reset' : 'close' }
}

/** A time give or take a jitter; the same whenever this connection asks. */
export const jittered = (time: number, jitter: number, random: Random): number =>
  jitter === 0 ? time : Math.max(0, time + random.between(-jitter, jitter, 'jitter'))

/** A listener is there for all clients or for none. */
export function wholeListener(kind: string, toxicity: number): string | undefined {
  if (toxicity === 0 || toxicity === 1) return undefined
  return `${kind} acts on the listener, which is there for every client or for none, so toxicity ${toxicity} cannot be carried out; use 0 or 1`
}
