import type { Socket } from 'node:net'
import type { HeldBudget } from './held-budget.ts'

/**
 * Reads a client whose connection is held before its links are there, so that its end or reset is seen; what it said
 * is kept for them. Reading stops at the limit: then nothing is seen any more.
 */
export class EarlyReader {
  bytes = 0
  ended = false
  full = false
  readonly #socket: Socket
  readonly #budget: HeldBudget
  readonly #chunks: Buffer[] = []
  readonly #onData: (bytes: Buffer) => void
  readonly #onEnd: () => void

  constructor(socket: Socket, limit: number, budget: HeldBudget, onEnd: () => void) {
    this.#socket = socket
    this.#budget = budget
    this.#onData = (bytes) => {
      this.#chunks.push(bytes)
      this.bytes += bytes.length
      budget.add(bytes.length)
      this.full = this.bytes >= limit || budget.full
      if (this.full) socket.pause()
    }
    this.#onEnd = () => {
      this.ended = true
      onEnd()
    }
    socket.on('data', this.#onData).on('end', this.#onEnd)
    socket.resume()
  }

  /** Reads no more, and gives up what it kept. */
  stop(): readonly Buffer[] {
    this.#socket.off('data', this.#onData).off('end', this.#onEnd)
    this.#socket.pause()
    this.#budget.sub(this.bytes)
    this.bytes = 0
    return this.#chunks.splice(0)
  }
}
