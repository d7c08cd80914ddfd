import type { Head } from './head.ts'
import type { HeadBook } from './head-book.ts'
import type { OpaqueReason } from './opaque-reason.ts'

/** Called as bytes are looked at. Offsets (`at`) count from the stream's first byte. */
export interface FramerListener<H extends Head> {
  /** The first byte of a head has been seen; empty lines before a request belong to no message. */
  headBegins(at: number): void
  /** A head ends before `at`. True stops `execute` right there, before a byte of the body is looked at. */
  head(head: H, at: number): boolean
  /** `chunk[from..to)` is content; chunk sizes, extensions and trailers are not. */
  body(chunk: Uint8Array, from: number, to: number): void
  /** The message, an interim answer included, ends before `at`. */
  end(at: number): void
  /** Whether a whole message with this head, which comes again, is told in one go by `whole` instead of all these. */
  takesWhole?(head: H): boolean
  whole?(head: H): void
  /** From the message that is being read on nothing is framed any more; the byte at `at` showed why. */
  opaque(reason: OpaqueReason, at: number): void
}

export interface ResponseListener<H extends Head> extends FramerListener<H> {
  /** Instead of `end`: what begins at `at` is another protocol's, after 101 or 2xx to CONNECT. */
  tunnel(at: number): void
}

export interface FramerOptions<H extends Head> {
  /** Most bytes of a head. */
  readonly limit?: number | undefined
  /** Heads that need not be read again. */
  readonly known?: HeadBook<H> | undefined
}
