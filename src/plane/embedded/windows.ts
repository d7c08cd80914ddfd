import type { Trigger } from '../../contract/model.ts'
import type { Clock, Timer } from '../../kernel/clock.ts'

/** When a fault may act, in ms from its attachment. */
export interface WindowPlan {
  readonly start: number
  readonly end: number
  readonly pulse: { readonly on: number; readonly off: number } | undefined
}

export type WindowState = 'open' | 'resting' | 'over'

/** Undefined where the trigger knows no time. */
export function windowPlan(trigger: Trigger | undefined): WindowPlan | undefined {
  const { after, for: length, pulse } = trigger ?? {}
  const start = typeof after === 'object' ? (after.time ?? 0) : 0
  if (start === 0 && length === undefined && pulse === undefined) return undefined
  return { start, end: start + (length ?? Infinity), pulse }
}

/** The state at a moment, and when it next changes. */
export function windowAt(
  { start, end, pulse }: WindowPlan,
  at: number,
): { readonly state: WindowState; readonly until: number } {
  if (at < start) return { state: 'resting', until: start }
  if (at >= end) return { state: 'over', until: Infinity }
  if (pulse === undefined) return { state: 'open', until: end }
  const round = pulse.on + pulse.off
  const begun = start + Math.floor((at - start) / round) * round
  return at - begun < pulse.on
    ? { state: 'open', until: Math.min(end, begun + pulse.on) }
    : { state: 'resting', until: Math.min(end, begun + round) }
}

/** Knows the state now, and tells every change of it. Moments count from the start, so lateness does not add up. */
export class Windows {
  readonly #plan: WindowPlan
  readonly #clock: Clock
  readonly #tell: (state: WindowState) => void
  readonly #from: number
  #timer: Timer | undefined
  state: WindowState

  constructor(plan: WindowPlan, clock: Clock, tell: (state: WindowState) => void) {
    this.#plan = plan
    this.#clock = clock
    this.#tell = tell
    this.#from = clock.now()
    const first = windowAt(plan, 0)
    this.state = first.state
    this.#arm(first.until)
  }

  stop(): void {
    this.#timer?.cancel()
  }

  #turn(at: number): void {
    const { state, until } = windowAt(this.#plan, at)
    this.state = state
    this.#arm(until)
    this.#tell(state)
  }

  #arm(until: number): void {
    if (until === Infinity) return
    this.#timer = this.#clock.at(this.#from + until, () => this.#turn(until))
  }
}
