import type { FactSink } from '../contract/events.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'

/** More bugs than this within the window mean that the process is broken, not a connection. */
const MOST = 50
const WINDOW_MS = 10_000

export interface BugCounterOptions {
  readonly clock: Clock
  readonly sink: FactSink
  readonly log: Log
  /** Called once, when bugs do not stop. */
  readonly onFlood: () => void
}

/** What became of an exception that nobody expected: logged with its stack, counted, journalled; the daemon lives. */
export class BugCounter {
  readonly #options: BugCounterOptions
  #count = 0
  #windowStart = Number.NEGATIVE_INFINITY
  #inWindow = 0
  #flooded = false

  constructor(options: BugCounterOptions) {
    this.#options = options
  }

  /** Since the boot. */
  get count(): number {
    return this.#count
  }

  report(thrown: unknown): void {
    const { clock, sink, log, onFlood } = this.#options
    const error =
      thrown instanceof Error ? thrown : new Error(`something was thrown that is no error: ${String(thrown)}`)
    this.#count++
    if (clock.now() - this.#windowStart > WINDOW_MS) {
      this.#windowStart = clock.now()
      this.#inWindow = 0
    }
    this.#inWindow++
    log.error({ stack: error.stack }, `a bug in faultline: ${error.message}`)
    sink.emit({ type: 'bug', message: error.message, ...(error.stack === undefined ? {} : { stack: error.stack }) })
    if (this.#inWindow <= MOST || this.#flooded) return
    this.#flooded = true
    onFlood()
  }
}
