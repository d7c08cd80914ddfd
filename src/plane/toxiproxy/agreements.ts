import { FaultlineError } from '../../contract/errors.ts'
import type { Clock, Timer } from '../../kernel/clock.ts'
import type { RemoteProxy } from './remote-proxy.ts'

interface Waiter {
  readonly names: readonly string[]
  /** Readings begun before it came say nothing to it. */
  readonly from: number
  readonly timer: Timer
  readonly resolve: () => void
  readonly reject: (error: FaultlineError) => void
}

/** Those who wait until a server has what is wanted. None waits without end. */
export class Agreements {
  readonly #plane: string
  readonly #patienceMs: number
  readonly #clock: Clock
  readonly #waiters = new Set<Waiter>()
  #round = 0
  #unreachable: string | undefined
  /** What could not be done last, while somebody waited. */
  #failed: string | undefined

  constructor(plane: string, patienceMs: number, clock: Clock) {
    this.#plane = plane
    this.#patienceMs = patienceMs
    this.#clock = clock
  }

  get waiting(): boolean {
    return this.#waiters.size > 0
  }

  wait(names: readonly string[]): Promise<void> {
    if (!this.waiting) this.#failed = undefined
    return new Promise((resolve, reject) => {
      const timer = this.#clock.at(this.#clock.now() + this.#patienceMs, () => this.#end(waiter, this.#tooLong()))
      const waiter: Waiter = { names, from: this.#round + 1, timer, resolve, reject }
      this.#waiters.add(waiter)
    })
  }

  /** A reading begins. @returns its number */
  round(): number {
    return ++this.#round
  }

  judge(round: number, proxies: ReadonlyMap<string, RemoteProxy>): void {
    this.#unreachable = undefined
    for (const waiter of this.#waiters) {
      if (waiter.from > round) continue
      const gone = waiter.names.find((name) => !proxies.has(name))
      const refusal = waiter.names.map((name) => proxies.get(name)?.refusal).find((one) => one !== undefined)
      if (gone !== undefined)
        this.#end(waiter, this.#error('plane_unreachable', `proxy ${JSON.stringify(gone)} is not there any more`))
      else if (refusal !== undefined) this.#end(waiter, this.#error('plane_refused', refusal))
      else if (waiter.names.every((name) => proxies.get(name)?.agrees === true)) this.#end(waiter)
    }
  }

  /** Nobody is sent away yet: a server may come back in time. */
  unreachable(why: string): void {
    this.#unreachable = why
  }

  failed(why: string): void {
    this.#failed = why
  }

  close(why: string): void {
    for (const waiter of this.#waiters) this.#end(waiter, this.#error('plane_unreachable', why))
  }

  #end(waiter: Waiter, error?: FaultlineError): void {
    this.#waiters.delete(waiter)
    waiter.timer.cancel()
    if (error === undefined) waiter.resolve()
    else waiter.reject(error)
  }

  #tooLong(): FaultlineError {
    const why = this.#unreachable ?? this.#failed ?? 'it does not have what is wanted'
    return this.#error('plane_unreachable', `${why}, after ${this.#patienceMs} ms`)
  }

  #error(code: 'plane_unreachable' | 'plane_refused', why: string): FaultlineError {
    return new FaultlineError(code, `plane ${this.#plane}: ${why}`)
  }
}
