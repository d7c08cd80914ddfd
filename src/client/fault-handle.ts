import type { HeldView, Released } from '../contract/hold.ts'
import type { VerifyInput, VerifyView, WaitView } from '../contract/scope-wire.ts'
import type { FaultPatch, FaultView } from '../contract/wire.ts'
import type { FaultlineClient } from './client.ts'
import type { Fault } from './fault.ts'
import { waitOrThrow } from './wait.ts'
import type { WaitOptions } from './wait.ts'

/** How often a fault is to have acted; nothing said is at least once. */
export type Often = Omit<VerifyInput, 'proxy' | 'fault'>

/** A fault that is attached, or was: its proof stays when it is gone. */
export class FaultHandle implements AsyncDisposable {
  readonly proxy: string
  readonly name: string
  readonly kind: string
  /** Open connections that attaching it concerned; null where nobody tells. */
  readonly touched: number | null
  readonly #client: FaultlineClient
  #removed: Promise<void> | undefined

  constructor(
    client: FaultlineClient,
    proxy: string,
    { name, kind, touched }: FaultView & { readonly touched: number | null },
  ) {
    this.#client = client
    this.proxy = proxy
    this.name = name
    this.kind = kind
    this.touched = touched
  }

  /** With its counts: seen, applied, skipped by reason. */
  view(): Promise<FaultView> {
    return this.#client.fault(this.proxy, this.name)
  }

  /** Attributes merge, other fields replace; what it holds goes on as its kind says. */
  update(patch: FaultPatch): Promise<FaultView> {
    return this.#client.patchFault(this.proxy, this.name, patch)
  }

  verify(often: Often = {}): Promise<VerifyView> {
    return this.#client.verify({ proxy: this.proxy, fault: this.name, ...often })
  }

  /** Settles when it acted so often. @throws WaitError when it has not in time */
  waitApplied(times = 1, options: WaitOptions = {}): Promise<WaitView> {
    return waitOrThrow(this.#client, { proxy: this.proxy, fault: this.name, applied: times }, options)
  }

  /** For kinds that hold: settles when so many wait. @throws WaitError when they do not in time */
  waitHeld(count = 1, options: WaitOptions = {}): Promise<WaitView> {
    return waitOrThrow(this.#client, { proxy: this.proxy, fault: this.name, held: count }, options)
  }

  /** What waits at it, oldest first. */
  async held(): Promise<readonly HeldView[]> {
    return (await this.#client.held(this.proxy, this.name)).held
  }

  /**
   * Lets the oldest go on (default: all), or meet another fault where they were held: `release(1, httpAbort())`.
   * @throws ApiError nothing_held
   */
  release(count: number | 'all' = 'all', instead?: Fault): Promise<Released> {
    return this.#client.release(this.proxy, this.name, {
      ...(count === 'all' ? {} : { count }),
      ...(instead === undefined ? {} : { with: { kind: instead.kind, attributes: { ...instead.attributes } } }),
    })
  }

  /** Takes it away, which lets go of what it holds; the second call does nothing. */
  remove(): Promise<void> {
    this.#removed ??= this.#client.removeFault(this.proxy, this.name).then(() => undefined)
    return this.#removed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.remove()
  }
}
