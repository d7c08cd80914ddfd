import type { Clock } from '../../../kernel/clock.ts'

/** The caller left, or the connection ends: what is under way is not finished but forgotten. */
export class Abandoned extends Error {}

/** Waiting that can be given up at once, whatever it is for. */
export class Patience {
  abandoned = false
  /** It waits for something that no clock brings. */
  forEver = false
  /** How long faults made the exchange wait, in real time. */
  waitedMs = 0
  readonly #clock: Clock
  #wake: (() => void) | undefined
  #giveUp: (() => void) | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @throws Abandoned when it is given up first */
  hold<T>(work: Promise<T>): Promise<T> {
    if (this.abandoned) work.catch(() => {})
    return this.wait((resolve, reject) => void work.then(resolve, reject))
  }

  /** The same for what tells its end itself. */
  wait<T>(begin: (resolve: (value: T) => void, reject: (error: Error) => void) => void): Promise<T> {
    if (this.abandoned) return Promise.reject(new Abandoned())
    return new Promise((resolve, reject) => {
      this.#giveUp = () => reject(new Abandoned())
      begin(resolve, reject)
    })
  }

  /** Until the moment by that clock, or until something changed. `from`, in real time, is when it should have begun. */
  async until(moment: number, clock: Clock, from = this.#clock.now()): Promise<void> {
    let cancel = (): void => {}
    const waited = new Promise<void>((resolve) => {
      this.#wake = resolve
      if (moment === Infinity) return
      const timer = clock.at(moment, resolve)
      cancel = () => timer.cancel()
    })
    this.forEver = moment === Infinity
    try {
      await this.hold(waited)
    } finally {
      this.#wake = undefined
      this.forEver = false
      this.waitedMs += this.#clock.now() - from
      cancel()
    }
  }

  /** Something changed: whoever waits looks again. */
  wake(): void {
    this.#wake?.()
  }

  giveUp(): void {
    this.abandoned = true
    this.#giveUp?.()
  }
}
