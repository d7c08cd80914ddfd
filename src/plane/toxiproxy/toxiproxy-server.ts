import { Proxy, Toxic, Toxiproxy } from 'toxiproxy-node-client'
import type { Clock } from '../../kernel/clock.ts'
import { CallError } from './call-error.ts'
import { readProxies } from './read-proxies.ts'
import type { ServerProxy } from './read-proxies.ts'
import type { ToxicBody } from './toxic-body.ts'

/** Calls that were given up go on in the client; more than so many are not begun beside them. */
const MOST_UNANSWERED = 8

export interface ServerOptions {
  /** Without a slash at its end. */
  readonly url: string
  readonly timeoutMs: number
  readonly clock: Clock
}

/** When a call that was given up settles after all; it may have done its work then. */
type OnLate = () => void

/** One Toxiproxy server, by its client. The client waits without end; here every call has a time limit. */
export class ToxiproxyServer {
  readonly #client: Toxiproxy
  readonly #url: string
  readonly #timeoutMs: number
  readonly #clock: Clock
  #unanswered = 0

  constructor({ url, timeoutMs, clock }: ServerOptions) {
    this.#client = new Toxiproxy(url)
    this.#url = url
    this.#timeoutMs = timeoutMs
    this.#clock = clock
  }

  /** Everything that it has. @throws CallError */
  async read(): Promise<ReadonlyMap<string, ServerProxy>> {
    // The client's own getAll() drops the toxics.
    const { data } = await this.#within(() => this.#client.getApi().get<unknown>(`${this.#url}/proxies`))
    return readProxies(data)
  }

  /** What it says it is; older ones answer with a bare text. @throws CallError */
  async version(): Promise<string> {
    const text = await this.#within(() => this.#client.getVersion())
    return (/"version"\s*:\s*"([^"]*)"/.exec(text)?.[1] ?? text.trim()).slice(0, 40)
  }

  /** @throws CallError */
  async add(proxy: string, toxic: ToxicBody, onLate: OnLate): Promise<void> {
    await this.#within(() => this.#proxy(proxy).addToxic(toxic as never), onLate)
  }

  /** @throws CallError */
  async update(proxy: string, toxic: ToxicBody, onLate: OnLate): Promise<void> {
    await this.#within(() => this.#toxic(proxy, toxic.name).update(toxic as never), onLate)
  }

  /** That it is not there is what was wanted. @throws CallError */
  async remove(proxy: string, toxic: string, onLate: OnLate): Promise<void> {
    await this.#within(() => this.#toxic(proxy, toxic).remove(), onLate).catch((error: unknown) => {
      if (!(error instanceof CallError) || error.status !== 404) throw error
    })
  }

  // The client puts names into paths as they are.
  #proxy(name: string): Proxy {
    return new Proxy(this.#client, { name: encodeURIComponent(name), listen: '', upstream: '' } as never)
  }

  #toxic(proxy: string, name: string): Toxic<unknown> {
    return new Toxic(this.#client.getApi(), this.#proxy(proxy).getPath(), { name: encodeURIComponent(name) } as never)
  }

  async #within<T>(call: () => Promise<T>, onLate?: OnLate): Promise<T> {
    if (this.#unanswered >= MOST_UNANSWERED)
      throw new CallError(`${MOST_UNANSWERED} calls to it have not been answered yet`)
    this.#unanswered++
    return new Promise<T>((resolve, reject) => {
      let givenUp = false
      const timer = this.#clock.at(this.#clock.now() + this.#timeoutMs, () => {
        givenUp = true
        reject(new CallError(`no answer within ${this.#timeoutMs} ms`, { isLate: true }))
      })
      const settle = (tell: () => void): void => {
        this.#unanswered--
        timer.cancel()
        if (givenUp) onLate?.()
        else tell()
      }
      call().then(
        (value) => settle(() => resolve(value)),
        (error: unknown) => settle(() => reject(asCallError(error))),
      )
    })
  }
}

/** The client tells the status in words only, and not why a connection failed. */
function asCallError(error: unknown): CallError {
  const message = error instanceof Error ? error.message : String(error)
  const status = /status code (\d{3})$/.exec(message)?.[1]
  if (status !== undefined) return new CallError(`it answered ${status}`, { status: Number(status) })
  return new CallError(message === 'fetch failed' ? 'it cannot be reached' : message.slice(0, 200))
}
