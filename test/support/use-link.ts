import type { Kind, Stream } from '../../src/contract/kind.ts'
import type { Fact } from '../../src/contract/events.ts'
import type { FaultSpec } from '../../src/contract/model.ts'
import { AttachedFault } from '../../src/plane/embedded/attached-fault.ts'
import { HeldBudget } from '../../src/plane/embedded/held-budget.ts'
import { syncLink } from '../../src/plane/embedded/link-faults.ts'
import { Link } from '../../src/plane/embedded/link.ts'
import type { LinkOwner, LinkShop } from '../../src/plane/embedded/slot-chain.ts'
import type { Transport } from '../../src/plane/embedded/transport.ts'
import { ManualClock } from './manual-clock.ts'

export interface Attached {
  readonly kind: Kind
  readonly attributes: Readonly<Record<string, unknown>>
  readonly name?: string
  readonly toxicity?: number
  readonly spec?: Partial<FaultSpec>
}

/** What came out of the link, with the moment. */
export type Outcome = { readonly at: number } & (
  { readonly what: 'bytes'; readonly bytes: Uint8Array } | { readonly what: 'end' | 'reset' | 'close' }
)

class Side implements Transport {
  writableLength = 0
  /** False makes writes congest: the test calls `drain`. */
  reads = true
  paused = false
  readonly written: (bytes: Uint8Array) => void

  constructor(written: (bytes: Uint8Array) => void) {
    this.written = written
  }

  write(bytes: Uint8Array): boolean {
    this.written(bytes)
    if (this.reads) return true
    this.writableLength += bytes.length
    return false
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
  }
}

/** The real link on a manual clock, between two sides that only record. Times are from the start of the test. */
export class LinkBench implements LinkOwner {
  readonly clock = new ManualClock()
  readonly start = this.clock.now()
  readonly out: Outcome[] = []
  readonly facts: Fact[] = []
  readonly budget: HeldBudget
  readonly src = new Side(() => {})
  readonly dst = new Side((bytes) => this.out.push({ what: 'bytes', bytes, at: this.now }))
  readonly unit = { id: 'c1', ordinal: 1, client: '127.0.0.1', openedAt: this.start }
  readonly clientUnread = false
  readonly openedAt = this.start
  readonly link: Link
  readonly shop: { -readonly [field in keyof LinkShop]: LinkShop[field] }
  readonly seed: string
  faults: AttachedFault[] = []
  closed = false

  constructor(
    options: {
      stream?: Stream
      seed?: string
      ordinal?: number
      heldBytesPerLink?: number
      heldBytesTotal?: number
    } = {},
  ) {
    const { stream = 'downstream', heldBytesPerLink = 32 * 1024 ** 2, heldBytesTotal = 512 * 1024 ** 2 } = options
    this.seed = options.seed ?? 'test'
    this.unit.ordinal = options.ordinal ?? 1
    this.budget = new HeldBudget(heldBytesTotal, this.clock)
    const counts = (): { received: number; sent: number } => ({ received: 0, sent: 0 })
    this.shop = {
      clock: this.clock,
      budget: this.budget,
      heldBytesPerLink,
      faults: { upstream: [], downstream: [] },
      countingFaults: [],
      revision: 0,
      bytes: { upstream: counts(), downstream: counts() },
    }
    this.link = new Link(stream, this, this.shop, this.src, this.dst)
    this.syncLink(this.link)
  }

  /** ms since the start. */
  get now(): number {
    return this.clock.now() - this.start
  }

  /** Bytes that came out so far. */
  get bytes(): Buffer {
    return Buffer.concat(this.out.flatMap((one) => (one.what === 'bytes' ? [one.bytes] : [])))
  }

  get text(): string {
    return this.bytes.toString('latin1')
  }

  spec(fault: Attached): FaultSpec {
    const { kind, attributes, toxicity = 1 } = fault
    return {
      name: fault.name ?? kind.kind,
      kind: kind.kind,
      stream: this.link.stream,
      toxicity,
      attributes,
      trigger: undefined,
      match: undefined,
      key: undefined,
      appliesTo: 'both',
      enabled: true,
      dryRun: false,
      owner: 'api',
      seed: undefined,
      ...fault.spec,
    }
  }

  /** Attaches one more fault, at the end. */
  attach(fault: Attached): AttachedFault {
    const attached = new AttachedFault(
      this.spec(fault),
      fault.kind,
      'p',
      this.seed,
      { emit: (fact) => this.facts.push(fact) },
      this.clock.now(),
    )
    this.#set([...this.faults, attached])
    return attached
  }

  detach(fault: AttachedFault): void {
    this.#set(this.faults.filter((one) => one !== fault))
  }

  /** Changes attributes (whole), toxicity, enabled, ... */
  change(fault: AttachedFault, change: Partial<FaultSpec>): void {
    fault.respec({ ...fault.spec, ...change })
    this.#set(this.faults)
  }

  order(faults: AttachedFault[]): void {
    this.#set(faults)
  }

  send(bytes: Uint8Array | string): void {
    this.link.data(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  }

  end(): void {
    this.link.end()
  }

  reset(): void {
    this.link.reset()
  }

  advance(ms: number): void {
    this.clock.advance(ms)
  }

  drain(): void {
    this.dst.writableLength = 0
    this.dst.reads = true
    this.link.drained()
  }

  #set(faults: AttachedFault[]): void {
    this.faults = faults
    this.shop.faults = { upstream: faults, downstream: faults }
    this.shop.revision++
    this.syncLink(this.link)
  }

  // ---- LinkOwner

  linkEnded(): void {
    this.out.push({ what: 'end', at: this.now })
  }

  linkReset(): void {
    this.#over('reset')
  }

  linkClosed(): void {
    this.#over('close')
  }

  syncLink(link: Link): void {
    syncLink(link)
    link.settle()
  }

  bug(error: unknown): void {
    throw error
  }

  #over(what: 'reset' | 'close'): void {
    if (this.closed) return
    this.closed = true
    this.out.push({ what, at: this.now })
    this.link.discard()
  }
}
