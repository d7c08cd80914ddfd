import { lookup as systemLookup } from 'node:dns'
import { isIP } from 'node:net'
import type { Clock } from '../../kernel/clock.ts'

type Answered = (error: string | undefined, addresses: readonly string[]) => void

export type Lookup = (name: string, answered: Answered) => void

/** How long an answer is believed. */
const KEPT_MS = 1000
const MOST_NAMES = 10_000

const system: Lookup = (name, answered) => {
  systemLookup(name, { all: true, order: 'ipv4first' as never }, (error, addresses) => {
    if (error !== null) answered(error.code ?? error.message, [])
    else
      answered(
        undefined,
        addresses.map((entry) => entry.address),
      )
  })
}

/**
 * Names to addresses. libuv runs two look-ups at a time, so one dead name could delay all others: per name one
 * is in flight, and among the names that failed last time at most one altogether.
 */
export class NameBook {
  readonly #clock: Clock
  readonly #lookup: Lookup
  readonly #kept = new Map<string, { readonly addresses: readonly string[]; readonly until: number }>()
  readonly #waiting = new Map<string, Answered[]>()
  readonly #failed = new Set<string>()
  readonly #queue: string[] = []
  #retrying = false

  constructor(clock: Clock, lookup: Lookup = system) {
    this.#clock = clock
    this.#lookup = lookup
  }

  /** Literals and localhost are answered in the same turn and never looked up. */
  resolve(name: string, answered: Answered): void {
    if (isIP(name) !== 0) return answered(undefined, [name])
    if (name === 'localhost') return answered(undefined, ['127.0.0.1', '::1'])
    const kept = this.#kept.get(name)
    if (kept !== undefined && kept.until > this.#clock.now()) return answered(undefined, kept.addresses)
    const waiting = this.#waiting.get(name)
    if (waiting !== undefined) {
      waiting.push(answered)
      return
    }
    this.#waiting.set(name, [answered])
    if (!this.#failed.has(name)) this.#ask(name)
    else {
      this.#queue.push(name)
      this.#retry()
    }
  }

  #retry(): void {
    if (this.#retrying) return
    const name = this.#queue.shift()
    if (name === undefined) return
    this.#retrying = true
    this.#ask(name, () => {
      this.#retrying = false
      this.#retry()
    })
  }

  #ask(name: string, done?: () => void): void {
    this.#lookup(name, (error, addresses) => {
      const waiting = this.#waiting.get(name) ?? []
      this.#waiting.delete(name)
      if (error === undefined) {
        this.#failed.delete(name)
        if (this.#kept.size >= MOST_NAMES) this.#kept.clear()
        this.#kept.set(name, { addresses, until: this.#clock.now() + KEPT_MS })
      } else {
        if (this.#failed.size >= MOST_NAMES) this.#failed.clear()
        this.#failed.add(name)
      }
      for (const answered of waiting) answered(error, addresses)
      done?.()
    })
  }
}
