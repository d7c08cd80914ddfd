import type { ScopeEnd } from '../../contract/scope-wire.ts'
import type { Clock, Timer } from '../../kernel/clock.ts'
import { isAlive } from './process-watch.ts'
import type { ProcessIdentity } from './process-watch.ts'

/** Everything of a scope is gone within 1 s of its owner's end, so the owner is looked at more often. */
const LOOK_EVERY_MS = 250

export interface LeaseOptions {
  readonly clock: Clock
  readonly ttlMs: number
  /** Whether it was asked for: else a process is lease enough. */
  readonly ttlAsked?: boolean
  readonly process: ProcessIdentity | undefined
  /** Called once. */
  readonly onEnd: (reason: ScopeEnd, detail: string) => void
}

/**
 * What a scope lives by. The time to live runs while nobody holds the scope through an open stream and begins anew with
 * each renewal; with a process it only runs where it was asked for; when the last stream closes, or the process ends, the scope ends at once. Always on real time.
 */
export class Lease {
  readonly process: ProcessIdentity | undefined
  readonly #clock: Clock
  readonly #onEnd: LeaseOptions['onEnd']
  #ttlMs: number
  #byProcess: boolean
  #expiresAt = 0
  #streams = 0
  #ended = false
  #ttlTimer: Timer | undefined
  #lookTimer: Timer | undefined

  constructor({ clock, ttlMs, ttlAsked = true, process, onEnd }: LeaseOptions) {
    this.#clock = clock
    this.#ttlMs = ttlMs
    this.#onEnd = onEnd
    this.process = process
    this.#byProcess = process !== undefined && !ttlAsked
    this.#begin()
    if (process !== undefined) this.#look(process)
  }

  get ttlMs(): number {
    return this.#ttlMs
  }

  get streams(): number {
    return this.#streams
  }

  /** Undefined while a stream holds it, or where it lives as long as a process. */
  remainingMs(): number | undefined {
    return this.#streams > 0 || this.#byProcess ? undefined : Math.max(0, this.#expiresAt - this.#clock.now())
  }

  renew(ttlMs = this.#ttlMs): void {
    if (this.#ended) return
    if (ttlMs !== this.#ttlMs) this.#byProcess = false
    this.#ttlMs = ttlMs
    this.#begin()
  }

  #begin(): void {
    this.#expiresAt = this.#clock.now() + this.#ttlMs
    this.#ttlTimer?.cancel()
    if (this.#streams > 0 || this.#byProcess) return
    const detail = `nobody renewed it for ${this.#ttlMs} ms`
    this.#ttlTimer = this.#clock.at(this.#expiresAt, () => this.#end('expired', detail))
  }

  /** @returns to be called when the stream closes */
  hold(): () => void {
    this.#streams++
    this.#ttlTimer?.cancel()
    let held = true
    return () => {
      if (!held) return
      held = false
      if (--this.#streams === 0) this.#end('stream_closed', 'the stream that held it closed')
    }
  }

  cancel(): void {
    this.#ended = true
    this.#ttlTimer?.cancel()
    this.#lookTimer?.cancel()
  }

  #look(process: ProcessIdentity): void {
    this.#lookTimer = this.#clock.at(this.#clock.now() + LOOK_EVERY_MS, () => {
      if (isAlive(process)) this.#look(process)
      else this.#end('process_ended', `process ${process.pid} ended`)
    })
  }

  #end(reason: ScopeEnd, detail: string): void {
    if (this.#ended) return
    this.cancel()
    this.#onEnd(reason, detail)
  }
}
