import type { AnyStreamKind, LinkView, Random, StreamContext } from '../../contract/kind.ts'
import type { Held } from '../../contract/effects.ts'
import type { Draws } from '../../kernel/random.ts'
import type { AttachedFault } from './attached-fault.ts'
import type { HeldUnit } from './barrier.ts'
import type { Decision } from './decision.ts'

/** Something that a slot holds until it is due: bytes, the end of the direction, or the closing of both sockets. */
export interface Item {
  readonly is: 'bytes' | 'end' | 'close'
  readonly bytes: Uint8Array
  /** When it, or the next slice of it, may leave. Infinity: only when the slot lets go. */
  due: number
  /** When it came into the slot. */
  readonly at: number
  readonly apart: boolean
  /** How both sockets close. */
  readonly how: 'fin' | 'rst'
  /** Set where it leaves bit by bit. */
  readonly slices: Slices | undefined
}

/** Where bytes are cut, and how far they have left: a chunk of crumbs is held as one, not as an item for each. */
export interface Slices {
  readonly ends: Uint32Array
  readonly gap: number
  /** The slice that leaves next, and where it starts. */
  next: number
  from: number
}

const NO_BYTES = new Uint8Array(0)

/** What one held chunk costs in memory, however few its bytes. */
const LEAST_WEIGHT = 512

/**
 * What an item counts against the limits: a million chunks of a byte each are no megabyte. The last slice of a chunk
 * keeps the whole of it in memory.
 */
export function weigh({ is, bytes, slices }: Item): number {
  return is === 'bytes' ? Math.max(bytes.length, LEAST_WEIGHT) + (slices?.ends.byteLength ?? 0) : 0
}

const left = ({ bytes, slices }: Item): number => bytes.length - (slices?.from ?? 0)

export class SlotRandom implements Random {
  readonly #draws: Draws
  /** Where in the stream the call stands; set by the slot before each call. */
  offset = 0
  /** Tells the draws of one call apart. */
  count = 0

  constructor(draws: Draws) {
    this.#draws = draws
  }

  unit(purpose = 'value'): number {
    const n = this.count++
    return this.#draws.unit(n === 0 ? purpose : `${purpose}.${n}`, this.offset)
  }

  between(low: number, high: number, purpose = 'value'): number {
    return low + this.unit(purpose) * (high - low)
  }

  at(place: number, purpose = 'value'): number {
    return this.#draws.unit(purpose, place)
  }
}

/** The part of an exchange fault that acts on one message's body, in the shape of a stream kind. */
export interface BodySlot {
  readonly kind: AnyStreamKind
  readonly state: unknown
}

/** One fault on one link: its decision, its state, and what it holds. */
export class Slot implements StreamContext<unknown, unknown> {
  readonly fault: AttachedFault
  readonly kind: AnyStreamKind
  decision: Decision
  readonly link: LinkView
  readonly state: unknown
  readonly random: SlotRandom
  attributes: unknown
  now = 0
  offset = 0

  active = false
  /** What the last look depended on, so that only a change of it makes another. */
  gate = ''
  /** It acted on this connection before: switching it on again is no new decision. */
  applied = false
  wakeAt = Infinity
  resetAt = Infinity
  paused = false
  /** Its end or closing came in: nothing may follow. */
  ended = false
  lost = 0
  heldBytes = 0
  /** When what is at hand came in. */
  arrival = 0
  /** It waits at its fault's barrier. */
  held: HeldUnit | undefined = undefined
  /** Slices wait for a turn of their own. */
  turnTaken = false
  /** Due time of the last item that left: a later slot counts from there, not from a late timer. */
  leftAt = 0
  #queue: Item[] = []
  #head = 0

  constructor(fault: AttachedFault, decision: Decision, link: LinkView, client: string, part?: BodySlot) {
    this.fault = fault
    this.kind = part?.kind ?? (fault.kind as AnyStreamKind)
    this.decision = decision
    this.link = link
    this.attributes = fault.spec.attributes
    this.random = new SlotRandom(decision.draws)
    if (part !== undefined) {
      this.state = part.state
      return
    }
    const { kind } = this
    const share = kind.share?.(this.attributes)
    const make = (): unknown => kind.state?.(this.attributes)
    this.state = share === undefined ? make() : fault.shared(share, client, make)
  }

  /** Sets the context for one call of the kind. */
  at(now: number): this {
    this.now = now
    this.random.offset = this.offset
    this.random.count = 0
    return this
  }

  get head(): Item | undefined {
    return this.#queue[this.#head]
  }

  get empty(): boolean {
    return this.#head === this.#queue.length
  }

  hold(item: Item): void {
    this.#queue.push(item)
    this.heldBytes += item.bytes.length
  }

  /** Takes what leaves next out of the head: all of it, or a slice. The head stays until its last slice has left. */
  takeNext({ bytes, slices }: Item): Uint8Array {
    if (slices === undefined) {
      this.#shift()
      return bytes
    }
    const { from } = slices
    const to = slices.ends[slices.next++] ?? bytes.length
    if (to >= bytes.length) this.#shift()
    else this.heldBytes -= to - from
    slices.from = to
    return bytes.subarray(from, to)
  }

  #shift(): void {
    const item = this.#queue[this.#head++] as Item
    // Compact in strides, so that a long queue costs no quadratic copying.
    if (this.#head === this.#queue.length) {
      this.#queue = []
      this.#head = 0
    } else if (this.#head >= 1024) {
      this.#queue = this.#queue.slice(this.#head)
      this.#head = 0
    }
    this.heldBytes -= left(item)
  }

  takeAll(): readonly Item[] {
    const items = this.#queue.slice(this.#head)
    this.#queue = []
    this.#head = 0
    this.heldBytes = 0
    return items
  }

  /** When it next wants attention. */
  get nextDue(): number {
    const head = this.turnTaken ? Infinity : (this.head?.due ?? Infinity)
    return Math.min(head, this.wakeAt, this.resetAt)
  }
}

/** What has not left yet, in one piece. */
export function rest(item: Item): Item {
  const { slices, bytes, due, at, apart } = item
  return slices === undefined ? item : bytesItem(bytes.subarray(slices.from), due, at, apart)
}

export function toHeld(item: Item): Held {
  return item.is === 'bytes' ? { is: 'bytes', bytes: item.bytes, at: item.at } : { is: item.is, at: item.at }
}

export const bytesItem = (bytes: Uint8Array, due: number, at: number, apart: boolean, slices?: Slices): Item => ({
  is: 'bytes',
  bytes,
  due,
  at,
  apart,
  how: 'fin',
  slices,
})

export const markItem = (is: 'end' | 'close', due: number, at: number, how: 'fin' | 'rst' = 'fin'): Item => ({
  is,
  bytes: NO_BYTES,
  due,
  at,
  apart: false,
  how,
  slices: undefined,
})
