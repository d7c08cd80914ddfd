import { performance } from 'node:perf_hooks'

/** A moment is milliseconds on the monotonic clock, with fractions. */
export interface Timer {
  cancel(): void
}

export interface Clock {
  /** Monotonic milliseconds, with fractions. */
  now(): number
  /** Wall time, milliseconds since 1970. For stamps only, never for delays. */
  wall(): number
  /** Calls `fn` once, at `due` or later, never earlier than EARLY_MS before it. */
  at(due: number, fn: () => void): Timer
  /** Calls `fn` in a later turn of the loop, after pending input was looked at. */
  soon(fn: () => void): void
}

/** What is due within this time is due: a timer cannot be set finer. */
export const EARLY_MS = 0.2

/** setTimeout turns anything above this into 1 ms. */
const LONGEST_TIMEOUT = 2 ** 31 - 1

class RealTimer implements Timer {
  readonly #due: number
  readonly #fn: () => void
  #handle: NodeJS.Timeout

  constructor(due: number, fn: () => void) {
    this.#due = due
    this.#fn = fn
    this.#handle = this.#arm(performance.now())
  }

  // Two thirds of fractional timeouts fire early, so the whole millisecond above is asked for.
  #arm(now: number): NodeJS.Timeout {
    const wait = Math.min(Math.max(Math.ceil(this.#due - now), 0), LONGEST_TIMEOUT)
    return setTimeout(RealTimer.#fire, wait, this)
  }

  static #fire(timer: RealTimer): void {
    const now = performance.now()
    if (now < timer.#due - EARLY_MS) timer.#handle = timer.#arm(now)
    else timer.#fn()
  }

  cancel(): void {
    clearTimeout(this.#handle)
  }
}

export class RealClock implements Clock {
  now(): number {
    return performance.now()
  }

  wall(): number {
    return Date.now()
  }

  at(due: number, fn: () => void): Timer {
    return new RealTimer(due, fn)
  }

  soon(fn: () => void): void {
    setImmediate(fn)
  }
}
