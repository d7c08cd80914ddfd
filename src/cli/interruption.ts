import { RealClock } from '../kernel/clock.ts'
import { EXIT } from './misuse.ts'

/** Ctrl-C, for a command that looks at something until it ends: the first is told, the second ends the program at once. */
export class Interruption {
  readonly #clock = new RealClock()
  #happened = false
  #wakeUp: (() => void) | undefined

  constructor() {
    process.on('SIGINT', this.#onSignal)
    process.on('SIGTERM', this.#onSignal)
  }

  get happened(): boolean {
    return this.#happened
  }

  /** Settles after so long, or at once when it was interrupted. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#clock.at(this.#clock.now() + ms, resolve)
      this.#wakeUp = () => {
        timer.cancel()
        resolve()
      }
      if (this.#happened) this.#wakeUp()
    })
  }

  end(): void {
    process.off('SIGINT', this.#onSignal)
    process.off('SIGTERM', this.#onSignal)
  }

  readonly #onSignal = (): void => {
    if (this.#happened) process.exit(EXIT.failed)
    this.#happened = true
    this.#wakeUp?.()
  }
}
