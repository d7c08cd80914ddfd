import { monitorEventLoopDelay } from 'node:perf_hooks'

/** How often the loop is asked. Wakes an idle process fifty times a second, which costs nothing measurable. */
const RESOLUTION_MS = 20
/** A reading covers a finished window of at least this long, so that two readers do not starve one another. */
const WINDOW_MS = 5000

/** In ms, over a window of the last seconds. */
export interface LoopLag {
  readonly mean: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly max: number
}

/** How late the event loop is, in ms: what a timer had to wait beyond its time. */
export class LoopLagMeter {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  #since = performance.now()
  #finished: LoopLag | undefined

  constructor() {
    this.#delay.enable()
  }

  read(): LoopLag {
    const now = performance.now()
    if (this.#finished !== undefined && now - this.#since < WINDOW_MS) return this.#finished
    const reading = this.#reading()
    if (now - this.#since >= WINDOW_MS) {
      this.#finished = reading
      this.#since = now
      this.#delay.reset()
    }
    return reading
  }

  stop(): void {
    this.#delay.disable()
  }

  #reading(): LoopLag {
    const delay = this.#delay
    const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)
    if (delay.count === 0) return { mean: 0, p50: 0, p90: 0, p99: 0, max: 0 }
    return {
      mean: late(delay.mean),
      p50: late(delay.percentile(50)),
      p90: late(delay.percentile(90)),
      p99: late(delay.percentile(99)),
      max: late(delay.max),
    }
  }
}
