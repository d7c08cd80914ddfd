import type { Head } from './head.ts'

/** A power of two: places are told by the low bits of a mark. */
const PLACES = 256
/** Longer heads are not kept. */
const LONGEST = 1024
/** What a mark is made of: every third of the first bytes. */
const SAMPLED = 64
const EVERY = 3
/** Of so many heads so many must have been known, or none is looked for among the next ones. */
const TRIED = 256
const KNOWN = 32
const RESTED = 1024

/**
 * Heads that came more than once, as those of polls, retries and their answers do. One that is known need not be read
 * again, which takes longer than to see that it is the same. A head is nothing but its bytes: all connections share it.
 */
export class HeadBook<H extends Head> {
  readonly #marks = new Int32Array(PLACES)
  readonly #heads = new Array<H | undefined>(PLACES).fill(undefined)
  /** Where the head is to be kept that was not found just now; -1: nowhere. */
  #place = -1
  #tried = 0
  #known = 0
  #rest = 0

  /** The head that begins at `from`, if it is known and all there. */
  find(bytes: Uint8Array, from: number, end: number): H | undefined {
    this.#place = -1
    if (this.#rest > 0) {
      this.#rest--
      return undefined
    }
    if (++this.#tried > TRIED) this.#judge()
    const mark = markOf(bytes, from, end)
    const place = (mark ^ (mark >>> 16)) & (PLACES - 1)
    const head = this.#heads[place]
    if (this.#marks[place] !== mark) {
      // It is kept when it comes again: most of what comes once is never seen again.
      this.#marks[place] = mark
      if (head !== undefined) this.#heads[place] = undefined
    } else if (head === undefined) this.#place = place
    else if (head.is(bytes, from, end)) {
      this.#known++
      return head
    } else this.#marks[place] = 0
    return undefined
  }

  /** What was read where `find` found nothing. */
  note(head: H, bytes: Uint8Array, from: number): void {
    if (this.#place < 0 || head.size > LONGEST) return
    head.keep(bytes, from)
    this.#heads[this.#place] = head
    this.#place = -1
  }

  #judge(): void {
    if (this.#known < KNOWN) this.#rest = RESTED
    this.#tried = this.#known = 0
  }
}

function markOf(bytes: Uint8Array, from: number, end: number): number {
  let mark = end - from
  const until = Math.min(end, from + SAMPLED)
  for (let at = from; at < until; at += EVERY) mark = (Math.imul(mark, 31) + (bytes[at] as number)) | 0
  return mark
}
