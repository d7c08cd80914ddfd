import { onTestFinished } from 'vitest'
import { catalogue } from '../../src/faults/catalogue.ts'
import { resolveFault } from '../../src/faults/resolve.ts'
import { AttachedFault } from '../../src/plane/embedded/attached-fault.ts'
import { ConnectionFaults } from '../../src/plane/embedded/connection-faults.ts'
import type { EarlyReader } from '../../src/plane/embedded/early-reader.ts'
import type { Subject } from '../../src/plane/embedded/subject.ts'
import { ManualClock } from '../support/manual-clock.ts'

type Attributes = Readonly<Record<string, unknown>>

/** One connection and one fault on it, asked by the plane's own code on a manual clock. Moments are ms since the accept. */
export class ConnectionBench implements Subject {
  readonly clock = new ManualClock()
  readonly start = this.clock.now()
  readonly unit: Subject['unit']
  readonly view: { -readonly [field in keyof Subject['view']]: Subject['view'][field] }
  readonly log: string[] = []
  readonly fault: AttachedFault
  readonly faults: ConnectionFaults

  constructor(kind: string, attributes: Attributes, { ordinal = 1, open = 0, seed = 'test' } = {}) {
    const spec = resolveFault({ kind, attributes }, { owner: 'api', platform: 'linux' })
    this.unit = { id: `c${ordinal}`, ordinal, client: '127.0.0.1', openedAt: this.start }
    this.view = { ordinal, acceptedAt: this.start, lastByteAt: this.start, open }
    this.fault = new AttachedFault(spec, catalogue.require(kind), 'p', seed, { emit() {} }, this.start)
    this.faults = new ConnectionFaults(this)
  }

  /** No socket is read here. */
  readonly readEarly = (): EarlyReader => ({ bytes: 0, ended: false, full: false }) as EarlyReader

  get now(): number {
    return this.clock.now() - this.start
  }

  /** The client was accepted: the fault and the connection meet. */
  accept(): this {
    this.faults.sync([this.fault])
    this.faults.enter('accept')
    return this
  }

  /** A byte passes. */
  touch(): void {
    this.view.lastByteAt = this.clock.now()
  }

  patch(attributes: Attributes): void {
    const { kind, attributes: before } = this.fault.spec
    const merged = resolveFault({ kind, attributes: { ...before, ...attributes } }, { owner: 'api', platform: 'linux' })
    this.fault.respec({ ...this.fault.spec, attributes: merged.attributes })
    this.faults.sync([this.fault])
  }

  remove(): void {
    this.faults.sync([])
  }

  #tell(what: string): void {
    this.log.push(`${Math.round(this.now)} ${what}`)
  }

  // ---- Subject

  passed(stage: 'accept' | 'dial'): void {
    this.#tell(stage === 'accept' ? 'accepted' : 'dialled')
    if (stage === 'accept') this.faults.enter('dial')
  }

  cut(how: 'fin' | 'rst'): void {
    this.#tell(how)
    this.faults.stop()
  }

  evictOldest(): void {
    this.#tell('evicted the oldest')
  }

  bug(error: unknown): never {
    throw error
  }
}

export function useConnectionFault(
  kind: string,
  attributes: Attributes = {},
  options?: ConstructorParameters<typeof ConnectionBench>[2],
): ConnectionBench {
  const bench = new ConnectionBench(kind, attributes, options)
  onTestFinished(() => bench.faults.stop())
  return bench
}
