import type { Server, Socket } from 'node:net'
import type { ProxyState } from '../../contract/events.ts'
import type { Address } from '../../contract/address.ts'
import { parseAddress } from '../../contract/address.ts'
import type { Clock, Timer } from '../../kernel/clock.ts'
import type { ManualClock } from '../../kernel/manual-clock.ts'
import { addressText, listen } from './listener.ts'
import type { NameBook } from './name-book.ts'
import type { PortKeeper } from './port-keeper.ts'
import { startStallWorker } from './stalled-listener.ts'

export type Mode = 'listening' | 'refused' | 'stalled' | 'disabled'

/** Another process may sit on the port for a moment only. */
const RETRY_MS = 250

export interface ListenerHost {
  readonly clock: Clock
  readonly manual?: ManualClock | undefined
  readonly names: NameBook
  readonly keeper: PortKeeper
  socket(socket: Socket): void
  stateChanged(state: ProxyState, error: string | undefined): void
}

/** The listener of one proxy: open, closed with its port kept, or stalled. Changes are carried out one at a time. */
export class ListenerSwitch {
  readonly #host: ListenerHost
  /** What to bind: as asked, and after the first bind with the real port. */
  #text: string
  #bound: Address | undefined
  #wanted: Mode = 'disabled'
  #state: ProxyState = 'disabled'
  #error: string | undefined
  #server: Server | undefined
  #undo: (() => void | Promise<void>) | undefined
  #work: Promise<void> = Promise.resolve()
  #retry: Timer | undefined
  #closed = false

  constructor(text: string, host: ListenerHost) {
    this.#text = text
    this.#host = host
  }

  get closed(): boolean {
    return this.#closed
  }

  get state(): ProxyState {
    return this.#state
  }

  get error(): string | undefined {
    return this.#error
  }

  get bound(): Address | undefined {
    return this.#bound
  }

  /** The address bound, or the text that will be. */
  get text(): string {
    return this.#bound === undefined ? this.#text : addressText(this.#bound)
  }

  /** Listens, or fails and leaves the state as it was. @throws FaultlineError */
  open(): Promise<void> {
    this.#wanted = 'listening'
    return this.#queue(async () => {
      if (this.#state === 'listening') return
      await this.#listen()
    })
  }

  /** Goes to `mode`, and on failure tries again until something else is wanted. Settles after the first try. */
  want(mode: Mode): Promise<void> {
    if (mode === this.#wanted && this.#state === mode) return this.#work
    this.#wanted = mode
    // A closed door must refuse from this turn on; one that is to stall stays open until its worker is there.
    if (mode === 'refused' || mode === 'disabled') this.#shut()
    return this.#queue(() => this.#go())
  }

  close(): Promise<void> {
    this.#closed = true
    this.#shut()
    return this.#queue(async () => {
      await this.#release()
      this.#retry?.cancel()
    })
  }

  #queue(step: () => Promise<void>): Promise<void> {
    const done = this.#work.then(step)
    this.#work = done.catch(() => {})
    this.#host.manual?.waitFor(this.#work)
    return done
  }

  async #go(): Promise<void> {
    const mode = this.#wanted
    if (this.#closed || this.#state === mode) return
    try {
      if (mode === 'listening') await this.#listen()
      else await this.#leave(mode)
    } catch (error) {
      this.#set('listen_failed', error instanceof Error ? error.message : String(error))
      this.#retry?.cancel()
      const { clock } = this.#host
      this.#retry = clock.at(clock.now() + RETRY_MS, () => void this.#queue(() => this.#go()))
    }
  }

  async #listen(): Promise<void> {
    const { clock, names } = this.#host
    // A stalled listener must give the port back first; a kept port is simply listened over.
    if (this.#state === 'stalled') await this.#release()
    const made = await listen(this.text, names, clock, (socket) => this.#host.socket(socket))
    if (this.#closed) return void made.server.close()
    await this.#release()
    this.#server = made.server
    this.#bound = made.address
    this.#set('listening')
  }

  async #leave(mode: 'refused' | 'stalled' | 'disabled'): Promise<void> {
    const { keeper, clock } = this.#host
    const address = this.#bound ?? fixedAddress(this.#text)
    const worker = mode === 'stalled' && address?.is === 'tcp' ? await startStallWorker(clock) : undefined
    // A listener that was still being opened when this was wanted is there by now.
    this.#shut()
    await this.#release()
    if (address?.is === 'tcp') {
      if (worker !== undefined) {
        const stalled = await worker.listen(address.host, address.port)
        this.#undo = () => stalled.close()
      } else this.#undo = await keeper.keep(address.host, address.port)
    }
    this.#set(mode)
  }

  #shut(): void {
    this.#server?.close()
    this.#server = undefined
    if (this.#state === 'listening') this.#state = 'disabled'
  }

  async #release(): Promise<void> {
    const undo = this.#undo
    this.#undo = undefined
    await undo?.()
  }

  #set(state: ProxyState, error?: string): void {
    this.#state = state
    this.#error = error
    this.#host.stateChanged(state, error)
  }
}

/** A disabled proxy's listen text may be anything; only a real port can be kept. */
function fixedAddress(text: string): Address | undefined {
  try {
    const address = parseAddress(text, 'listen')
    return address.is === 'tcp' &&
      address.port > 0 &&
      (address.host === 'localhost' || /^[\d.:a-f]*$/.test(address.host))
      ? { ...address, host: address.host === 'localhost' ? '127.0.0.1' : address.host }
      : undefined
  } catch {
    return undefined
  }
}
