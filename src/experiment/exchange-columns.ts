import { exchangeFact } from '../contract/ended-exchange.ts'
import type { EndedExchange, ToldExchange } from '../contract/ended-exchange.ts'
import type { ExchangeFact } from '../contract/events.ts'

/** Columns of each sort; `put` and `fact` say which is which. */
const NUMBERS = 8
/** Kept as they are: none is made for one exchange alone. */
const OTHERS = 10

/** What one takes besides the text of its target. */
const BYTES = 8 * (NUMBERS + OTHERS) + 64
/** Exchanges of a block, a power of two; nothing is copied when a block is added. */
const BLOCK = 128
const WITHIN = BLOCK - 1

/** Columns of so many exchanges. */
class Block {
  readonly numbers = new Float64Array(BLOCK * NUMBERS)
  readonly others = new Array<unknown>(BLOCK * OTHERS).fill(undefined)
  readonly targets = new Array<string | undefined>(BLOCK).fill(undefined)
}

/**
 * Exchanges as they ended, column by column; facts about them are made when somebody reads. Thousands are kept in a
 * second, and to the collector an object that stays is ten times the work of making it.
 */
export class ExchangeColumns {
  readonly #blocks: (Block | undefined)[] = []

  /** @returns about how many bytes of memory it takes */
  put(slot: number, ended: EndedExchange, target: string): number {
    const { numbers, others, targets } = (this.#blocks[Math.floor(slot / BLOCK)] ??= new Block())
    const place = slot & WITHIN
    // Written out: a loop over names takes ten times as long, and this is done for thousands in a second.
    let at = place * NUMBERS
    numbers[at] = ended.ordinal
    numbers[at + 1] = ended.startedAt
    numbers[at + 2] = ended.sentAt
    numbers[at + 3] = ended.answeredAt
    numbers[at + 4] = ended.endedAt
    numbers[at + 5] = ended.injectedMs
    numbers[at + 6] = ended.requestBytes
    numbers[at + 7] = ended.responseBytes
    at = place * OTHERS
    others[at] = ended.proxy
    others[at + 1] = ended.connection
    others[at + 2] = ended.lane
    others[at + 3] = ended.method
    others[at + 4] = ended.status
    others[at + 5] = ended.origin
    others[at + 6] = ended.complete
    others[at + 7] = ended.faults
    others[at + 8] = ended.unable
    others[at + 9] = ended.refused
    targets[place] = target
    return BYTES + target.length
  }

  fact(slot: number): ExchangeFact {
    const { numbers, others, targets } = this.#blocks[Math.floor(slot / BLOCK)] as Block
    const place = slot & WITHIN
    const number = (column: number): number => numbers[place * NUMBERS + column] ?? 0
    const other = <K extends keyof ToldExchange>(column: number, _as: K): ToldExchange[K] =>
      others[place * OTHERS + column] as ToldExchange[K]
    return exchangeFact({
      ordinal: number(0),
      startedAt: number(1),
      sentAt: number(2),
      answeredAt: number(3),
      endedAt: number(4),
      injectedMs: number(5),
      requestBytes: number(6),
      responseBytes: number(7),
      proxy: other(0, 'proxy'),
      connection: other(1, 'connection'),
      lane: other(2, 'lane'),
      method: other(3, 'method'),
      status: other(4, 'status'),
      origin: other(5, 'origin'),
      complete: other(6, 'complete'),
      faults: other(7, 'faults'),
      unable: other(8, 'unable'),
      refused: other(9, 'refused'),
      target: targets[place] ?? '',
    })
  }

  /** Lets go of what it says. */
  clear(slot: number): void {
    const block = this.#blocks[Math.floor(slot / BLOCK)]
    const place = slot & WITHIN
    block?.others.fill(undefined, place * OTHERS, (place + 1) * OTHERS)
    if (block !== undefined) block.targets[place] = undefined
  }
}
