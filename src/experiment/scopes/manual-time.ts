import { FaultlineError } from '../../contract/errors.ts'
import type { FactSink } from '../../contract/events.ts'
import type { AdvanceView, ManualTimeView } from '../../contract/scope-wire.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { ManualClock } from '../../kernel/manual-clock.ts'

export interface ManualTimeOptions {
  readonly clock: ManualClock
  /** What limits and turns of the loop go by. */
  readonly real: Clock
  readonly sink: FactSink
  readonly limits?: AdvanceLimits
}

/** Of one call. */
interface AdvanceLimits {
  readonly timers: number
  /** In real time. */
  readonly ms: number
}

const LIMITS: AdvanceLimits = { timers: 100_000, ms: 20_000 }

/** The most of the loop's time that timers of one moment take before others get their turn. */
const SLICE_MS = 2

/** Turns that one moment is waited for: where traffic keeps coming there may always be another. */
const MOST_TURNS = 10_000

/** The time of a scope, as whoever tests with it moves it. One call moves it at a time, the others wait. */
export class ManualTime {
  readonly #clock: ManualClock
  readonly #real: Clock
  readonly #sink: FactSink
  readonly #limits: AdvanceLimits
  #moving: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor({ clock, real, sink, limits = LIMITS }: ManualTimeOptions) {
    this.#clock = clock
    this.#real = real
    this.#sink = sink
    this.#limits = limits
  }

  view(): ManualTimeView {
    const now = this.#clock.now()
    const { nextDue } = this.#clock
    return { now_ms: rounded(now), ...(nextDue === undefined ? {} : { next_in_ms: rounded(nextDue - now) }) }
  }

  /**
   * Moves the time on, and carries out what is due on the way: moment by moment in order of time, what is armed
   * meanwhile included. Before time goes on from a moment, and before this settles, what the moment brought about has
   * been given to the sockets, listeners are as their faults want them, and runs that ended are healed.
   * @param by ms, or to the next moment at which anything is due
   * @throws nothing_due, limit_reached, scope_ended
   */
  advance(by: number | 'next'): Promise<AdvanceView> {
    const done = this.#moving.then(() => this.#advance(by))
    this.#moving = done.catch(() => undefined)
    return done
  }

  /** Calls `told` whenever something more comes to be due. @returns ends it */
  follow(told: () => void): () => void {
    return this.#clock.follow(told)
  }

  /** Whoever moves it hears that the scope has ended. */
  close(): void {
    this.#closed = true
  }

  async #advance(by: number | 'next'): Promise<AdvanceView> {
    const clock = this.#clock
    await this.#rest()
    this.#mustBeOpen()
    const from = clock.now()
    const target = by === 'next' ? clock.nextDue : from + by
    if (target === undefined) throw new FaultlineError('nothing_due', 'cannot advance to what is next: no timer is set')
    const deadline = this.#real.now() + this.#limits.ms
    let timers = 0
    let over: string | undefined
    const tell = (): void => {
      this.#sink.emit({
        type: 'time_advanced',
        by_ms: rounded(clock.now() - from),
        now_ms: rounded(clock.now()),
        timers,
      })
    }
    while (over === undefined && clock.fireNext(target)) {
      timers++
      timers += await this.#restOfMoment(this.#limits.timers - timers)
      await this.#rest()
      if (this.#closed) break
      if (timers >= this.#limits.timers) over = `${timers} timers were due on the way`
      else if (this.#real.now() > deadline) over = `it took longer than ${this.#limits.ms} ms`
    }
    if (over === undefined && !this.#closed) clock.moveTo(target)
    tell()
    this.#mustBeOpen()
    if (over !== undefined) throw tooMuch(clock.now() - from, target - from, over)
    return { moved_ms: rounded(clock.now() - from), timers, ...this.view() }
  }

  /** Other timers of the present moment. @returns how many there were */
  async #restOfMoment(most: number): Promise<number> {
    let fired = 0
    let until = this.#real.now() + SLICE_MS
    while (fired < most && this.#clock.fireNext(this.#clock.now())) {
      fired++
      if (this.#real.now() < until) continue
      await this.#turn()
      until = this.#real.now() + SLICE_MS
    }
    return fired
  }

  /** What the moment brought about is done: a turn at least, as promises and sockets want one. */
  async #rest(): Promise<void> {
    for (let turns = 0; turns < MOST_TURNS; turns++) {
      await this.#turn()
      await this.#clock.work
      if (this.#clock.waiting === 0 && this.#clock.work === undefined) return
    }
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => this.#real.soon(resolve))
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new FaultlineError('scope_ended', 'the scope ended while its time was being moved')
  }
}

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000

const tooMuch = (moved: number, wanted: number, why: string): FaultlineError =>
  new FaultlineError('limit_reached', `the time was moved by ${rounded(moved)} of ${rounded(wanted)} ms: ${why}`, {
    remedy: 'Call again for the rest: the time is where it got to.',
  })
