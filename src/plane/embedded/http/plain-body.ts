import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HeldBudget } from '../held-budget.ts'

/** A body that no fault acts on, on its way to the caller; what the caller does not take counts as held. */
export class PlainBody {
  /** Passed on so far. */
  bytes = 0
  readonly #response: IncomingMessage
  readonly #res: ServerResponse
  readonly #budget: HeldBudget
  #held = 0
  #stopped = false

  constructor(response: IncomingMessage, res: ServerResponse, budget: HeldBudget) {
    this.#response = response
    this.#res = res
    this.#budget = budget
    res.on('drain', () => this.#goOn())
    response.on('data', (chunk: Buffer) => this.#pass(chunk))
  }

  stop(): void {
    this.#stopped = true
    this.#letGo()
  }

  #pass(chunk: Buffer): void {
    if (this.#stopped) return
    this.bytes += chunk.length
    if (this.#res.write(chunk)) return
    this.#letGo()
    this.#held = this.#res.writableLength
    this.#budget.add(this.#held)
    this.#response.pause()
  }

  #goOn(): void {
    this.#letGo()
    if (!this.#stopped) this.#response.resume()
  }

  #letGo(): void {
    this.#budget.sub(this.#held)
    this.#held = 0
  }
}
