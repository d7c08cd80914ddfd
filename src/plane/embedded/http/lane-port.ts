import { Duplex } from 'node:stream'
import type { Link } from '../link.ts'
import type { Transport } from '../transport.ts'
import type { RequestGate } from './request-gate.ts'

/** What node:http asks of a socket besides being a stream. */
interface SocketLike {
  readonly remoteAddress: string
  readonly remotePort: number
}

/** What of requests lies here and in node:http before it counts as held; later Nodes would take 64 KiB. */
const AHEAD_BYTES = 16_384
/** What is written at once and is no longer goes on in one piece. */
const ONE_PIECE = 16_384

interface Written {
  readonly chunk: Uint8Array | string
  readonly encoding: BufferEncoding
}

/**
 * The near end of a client connection in the exchange lane. Requests come out of the upstream link into it, and
 * what node:http writes goes into the downstream link; so stream faults act here as anywhere.
 */
export class LanePort extends Duplex implements SocketLike {
  readonly remoteAddress: string
  readonly remotePort: number
  #up: Link | undefined
  #down: Link | undefined
  #written: ((error?: Error | null) => void) | undefined
  #downPaused = false
  #full = false
  #gate: RequestGate | undefined

  constructor(remoteAddress: string, remotePort: number) {
    super({ allowHalfOpen: true, emitClose: true, readableHighWaterMark: AHEAD_BYTES, decodeStrings: false })
    this.remoteAddress = remoteAddress
    this.remotePort = remotePort
  }

  connectLinks(up: Link, down: Link, gate: RequestGate): void {
    this.#up = up
    this.#down = down
    this.#gate = gate
  }

  /** There is room for more requests. */
  drained(): void {
    this.#full = false
    this.#up?.drained()
  }

  /** The destination of the upstream link. */
  get into(): Transport {
    // The link asks when it hears false and when there is room again: what lies here between counts for nothing.
    const length = (): number => (this.#full ? this.readableLength + (this.#gate?.heldBytes ?? 0) : 0)
    return {
      write: (bytes) => !(this.#full = this.#gate?.write(bytes) === false),
      get writableLength() {
        return length()
      },
      pause() {},
      resume() {},
    }
  }

  /** The source of the downstream link. */
  get from(): Transport {
    return {
      write: () => true,
      writableLength: 0,
      pause: () => void (this.#downPaused = true),
      resume: () => {
        this.#downPaused = false
        const done = this.#written
        this.#written = undefined
        done?.()
      },
    }
  }

  override _read(): void {
    if (this.#full && this.#gate?.blocked !== true) this.drained()
  }

  override _write(chunk: Uint8Array | string, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#pass([{ chunk, encoding }], done)
  }

  override _writev(pieces: readonly Written[], done: (error?: Error | null) => void): void {
    this.#pass(joined(pieces), done)
  }

  #pass(pieces: readonly Written[], done: (error?: Error | null) => void): void {
    for (const { chunk, encoding } of pieces)
      this.#down?.data(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk)
    if (this.#downPaused) this.#written = done
    else done()
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#down?.end()
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const written = this.#written
    this.#written = undefined
    written?.(error)
    done(error)
  }

  // node:http sets these on every socket; timers and Nagle are the real socket's business.
  setTimeout(): this {
    return this
  }

  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }
}

/** A head and its body are one write, as with a bare socket. */
function joined(pieces: readonly Written[]): readonly Written[] {
  let size = 0
  for (const { chunk, encoding } of pieces)
    size += typeof chunk === 'string' ? Buffer.byteLength(chunk, encoding) : chunk.length
  if (size > ONE_PIECE) return pieces
  const whole = Buffer.allocUnsafe(size)
  let at = 0
  for (const { chunk, encoding } of pieces) {
    if (typeof chunk === 'string') at += whole.write(chunk, at, encoding)
    else {
      whole.set(chunk, at)
      at += chunk.length
    }
  }
  return [{ chunk: whole, encoding: 'latin1' }]
}
