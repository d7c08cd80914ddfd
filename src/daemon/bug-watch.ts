import { emitExchange } from '../contract/ended-exchange.ts'
import type { Fact, FactSink } from '../contract/events.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'

/** More bugs than this within the window mean that the process is broken, not a connection. */
const MOST = 50
const WINDOW_MS = 10_000

export interface BugWatchOptions {
  readonly clock: Clock
  readonly log: Log
  /** Called once, when bugs do not stop. */
  readonly onFlood: () => void
}

/**
 * What becomes of bugs of ours: those that cost a connection come by as facts, those that nobody caught are reported.
 * Either is logged with its stack, counted and journalled; the daemon lives.
 */
export class BugWatch {
  readonly #options: BugWatchOptions
  #first: FactSink | undefined
  #count = 0
  #windowStart = Number.NEGATIVE_INFINITY
  #inWindow = 0
  #flooded = false

  constructor(options: BugWatchOptions) {
    this.#options = options
  }

  /** Since the boot. */
  get count(): number {
    return this.#count
  }

  /** Facts go on to `sink`; bugs among them are seen. What is reported without a place is told to the first one. */
  watch(sink: FactSink): FactSink {
    const watched: FactSink = {
      emit: (fact) => {
        if (fact.type === 'bug') this.#see(fact)
        sink.emit(fact)
      },
      exchange: (ended, show) => sink.exchange?.(ended, show) ?? emitExchange(sink, ended, show),
    }
    this.#first ??= watched
    return watched
  }

  /** An exception, or whatever else was thrown, that got as far as the process. */
  report(thrown: unknown): void {
    const { message, stack } =
      thrown instanceof Error ? thrown : new Error(`what was thrown is no error: ${String(thrown)}`)
    this.#first?.emit({ type: 'bug', message, ...(stack === undefined ? {} : { stack }) })
  }

  #see({ message, stack, proxy, connection }: Extract<Fact, { type: 'bug' }>): void {
    const { clock, log, onFlood } = this.#options
    this.#count++
    if (clock.now() - this.#windowStart > WINDOW_MS) {
      this.#windowStart = clock.now()
      this.#inWindow = 0
    }
    this.#inWindow++
    log.error({ stack, proxy, connection }, `a bug in faultline: ${message}`)
    if (this.#inWindow <= MOST || this.#flooded) return
    this.#flooded = true
    onFlood()
  }
}
