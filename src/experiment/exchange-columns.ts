import { exchangeFact } from '../contract/ended-exchange.ts'
import type { EndedExchange, ToldExchange } from '../contract/ended-exchange.ts'
import type { ExchangeFact } from '../contract/events.ts'

const NUMBERS = [
  'ordinal',
  'startedAt',
  'sentAt',
  'answeredAt',
  'endedAt',
  'injectedMs',
  'requestBytes',
  'responseBytes',
] as const satisfies readonly (keyof ToldExchange)[]
/** Kept as they are: none is made for one exchange alone. */
const OTHERS = [
  'proxy',
  'connection',
  'lane',
  'method',
  'status',
  'origin',
  'complete',
  'faults',
  'unable',
  'refused',
] as const satisfies readonly (keyof ToldExchange)[]

/** What one takes besides the text of its target. */
const BYTES = 8 * (NUMBERS.length + OTHERS.length) + 64
const FIRST_ROOM = 128

/**
 * Exchanges as they ended, column by column; facts about them are made when somebody reads. Thousands are kept in a
 * second, and to the collector an object that stays is ten times the work of making it.
 */
export class ExchangeColumns {
  #numbers = new Float64Array(0)
  #others: unknown[] = []
  #targets: (string | undefined)[] = []

  /** @returns about how many bytes of memory it takes */
  put(slot: number, ended: EndedExchange, target: string): number {
    if ((slot + 1) * NUMBERS.length > this.#numbers.length) this.#grow(slot + 1)
    let at = slot * NUMBERS.length
    for (const field of NUMBERS) this.#numbers[at++] = ended[field]
    at = slot * OTHERS.length
    for (const field of OTHERS) this.#others[at++] = ended[field]
    this.#targets[slot] = target
    return BYTES + target.length
  }

  fact(slot: number): ExchangeFact {
    const numbers = NUMBERS.map((field, i) => [field, this.#numbers[slot * NUMBERS.length + i]])
    const others = OTHERS.map((field, i) => [field, this.#others[slot * OTHERS.length + i]])
    const target = this.#targets[slot]
    return exchangeFact({ ...Object.fromEntries([...numbers, ...others]), target } as unknown as ToldExchange)
  }

  /** Lets go of what it says. */
  clear(slot: number): void {
    this.#others.fill(undefined, slot * OTHERS.length, (slot + 1) * OTHERS.length)
    this.#targets[slot] = undefined
  }

  #grow(least: number): void {
    const room = Math.max(FIRST_ROOM, 2 ** Math.ceil(Math.log2(least)))
    const numbers = new Float64Array(room * NUMBERS.length)
    numbers.set(this.#numbers)
    this.#numbers = numbers
    this.#others = longer(this.#others, room * OTHERS.length)
    this.#targets = longer(this.#targets, room)
  }
}

const longer = <T>(list: readonly (T | undefined)[], room: number): (T | undefined)[] =>
  list.concat(new Array<undefined>(room - list.length).fill(undefined))
