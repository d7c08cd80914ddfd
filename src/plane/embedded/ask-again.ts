import type { Clock } from '../../kernel/clock.ts'
import type { Connection } from './connection.ts'

/** Asks those again that wait for a place, once a turn however many left. */
export class AskAgain {
  readonly #clock: Clock
  readonly #connections: ReadonlySet<Connection>
  #planned = false

  constructor(clock: Clock, connections: ReadonlySet<Connection>) {
    this.#clock = clock
    this.#connections = connections
  }

  somebodyLeft(): void {
    if (this.#planned) return
    this.#planned = true
    this.#clock.soon(() => {
      this.#planned = false
      for (const connection of this.#connections) if (connection.waitsForOthers) connection.askAgain()
    })
  }
}
