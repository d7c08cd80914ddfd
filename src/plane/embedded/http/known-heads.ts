import type { HeadBook } from './head-book.ts'
import type { Head } from './head.ts'

/** The book of heads as one side of one connection uses it, where most often the head that came last comes again. */
export class KnownHeads<H extends Head> {
  readonly #book: HeadBook<H>
  #latest: H | undefined

  constructor(book: HeadBook<H>) {
    this.#book = book
  }

  /** The head that begins at `from`, if it is known and all there. */
  find(bytes: Uint8Array, from: number, end: number): H | undefined {
    if (this.#latest?.is(bytes, from, end) !== true) this.#latest = this.#book.find(bytes, from, end)
    return this.#latest
  }

  /** What was read where `find` found nothing. */
  note(head: H, bytes: Uint8Array, from: number): void {
    this.#book.note(head, bytes, from)
  }

  /** The head that came last, where these bytes are one whole message with it. */
  again(bytes: Uint8Array): H | undefined {
    const latest = this.#latest
    if (latest?.messageSize !== bytes.length || !latest.is(bytes, 0, bytes.length)) return undefined
    return latest
  }
}
