import { FaultlineError } from '../../contract/errors.ts'
import type { FactSink } from '../../contract/events.ts'
import type { ForeignShelf, PlaneState, PlaneView } from '../../contract/planes.ts'
import type { KindSource } from '../../contract/ports.ts'
import type { Clock, Timer } from '../../kernel/clock.ts'
import { isoTime } from '../../kernel/iso-time.ts'
import type { Log } from '../../kernel/log.ts'
import { Agreements } from './agreements.ts'
import { CallError } from './call-error.ts'
import { carryOut } from './carry-out.ts'
import type { ServerProxy } from './read-proxies.ts'
import { RemoteProxy } from './remote-proxy.ts'
import { ToxiproxyServer } from './toxiproxy-server.ts'

/** Where something is wanted; each look in vain doubles it. */
const LOOK_AGAIN_MS = 50
/** Looks that follow each other at once; a server that never comes to rest is looked at with pauses. */
const MOST_ROUNDS = 5
/** A server that was silent for as long as so many calls may take, takes the runs on it with it. */
const GIVE_UP_CALLS = 5

export interface PlaneConfig {
  readonly name: string
  /** Where the server's API is. */
  readonly toxiproxy: string
  /** The names of our toxics begin with it: what an earlier daemon left behind is known by it. */
  readonly mark: string
  readonly timeoutMs: number
  /** How often it is looked at while nothing is to be done: what it lost is noticed within this time. */
  readonly everyMs: number
  readonly allowUnseeded: boolean
}

export interface PlaneParts {
  readonly clock: Clock
  readonly sink: FactSink
  readonly log: Log
  readonly kinds: KindSource
  readonly shelf: ForeignShelf
}

/**
 * The proxies of one Toxiproxy server. It looks at the server again and again, and does what is missing: a change of
 * what is wanted only makes it look sooner. So whatever a call did, late or never, the next look settles it.
 */
export class ToxiproxyPlane {
  readonly name: string
  readonly #config: PlaneConfig
  readonly #parts: PlaneParts
  readonly #server: ToxiproxyServer
  readonly #agreements: Agreements
  readonly #proxies = new Map<string, RemoteProxy>()
  #state: PlaneState = 'waiting'
  #version: string | null = null
  #error: string | undefined
  #answeredAt: number | undefined
  #downSince: number | undefined
  #gaveUp = false
  #pause = LOOK_AGAIN_MS
  #timer: Timer | undefined
  /** The look that is going on, with those that follow it at once. */
  #looking: Promise<void> | undefined
  #again = false
  #stopped = false

  constructor(config: PlaneConfig, parts: PlaneParts) {
    this.name = config.name
    this.#config = config
    this.#parts = parts
    const { clock } = parts
    this.#server = new ToxiproxyServer({ url: config.toxiproxy, timeoutMs: config.timeoutMs, clock })
    this.#agreements = new Agreements(this.name, 3 * config.timeoutMs, clock)
  }

  /** Settles when the server was looked at, or gave no answer in time. What an earlier daemon left is gone then. */
  async start(): Promise<void> {
    await this.#look()
  }

  /** Takes off what is ours, as far as the server lets it in this time. */
  async close(patienceMs: number): Promise<void> {
    for (const proxy of this.#proxies.values()) proxy.setFaults([])
    if ([...this.#proxies.values()].some((proxy) => !proxy.agrees)) {
      const { clock } = this.#parts
      let timer: Timer | undefined
      const over = new Promise<void>((resolve) => (timer = clock.at(clock.now() + patienceMs, resolve)))
      const gone = this.agree([...this.#proxies.keys()]).catch((error: unknown) => {
        const left = { plane: this.name, error: String(error) }
        this.#parts.log.error(left, 'toxics may be left on the server; the next start with this plane takes them off')
      })
      await Promise.race([gone, over])
      timer?.cancel()
    }
    this.#stopped = true
    this.#timer?.cancel()
    this.#agreements.close('the daemon is stopping')
  }

  view(): PlaneView {
    const toxics = [...this.#proxies.values()].reduce((sum, proxy) => sum + proxy.toxics, 0)
    return {
      name: this.name,
      toxiproxy: this.#config.toxiproxy,
      state: this.#state,
      version: this.#version,
      ...(this.#error === undefined ? {} : { error: this.#error }),
      ...(this.#answeredAt === undefined ? {} : { answered_at: isoTime(this.#answeredAt) }),
      proxies: this.#proxies.size,
      toxics: this.#state === 'up' ? toxics : null,
    }
  }

  /** @param names of proxies on the server @throws FaultlineError plane_unreachable, plane_refused */
  async agree(names: readonly string[]): Promise<void> {
    const settled = this.#agreements.wait(names)
    this.#lookSoon()
    return settled
  }

  #lookSoon(): void {
    this.#pause = LOOK_AGAIN_MS
    void this.#look()
  }

  /** Settles when nothing is left to be looked at again at once. */
  #look(): Promise<void> {
    if (this.#stopped) return Promise.resolve()
    this.#again = true
    this.#timer?.cancel()
    this.#looking ??= this.#go().finally(() => {
      this.#looking = undefined
      this.#arm()
    })
    return this.#looking
  }

  async #go(): Promise<void> {
    for (let round = 0; this.#again && !this.#stopped && round < MOST_ROUNDS; round++) {
      this.#again = false
      try {
        await this.#pass()
      } catch (error) {
        this.#parts.log.error({ plane: this.name, error: String(error) }, 'a look at a plane failed')
      }
    }
  }

  #arm(): void {
    if (this.#stopped) return
    const isBusy = this.#agreements.waiting || [...this.#proxies.values()].some((proxy) => !proxy.agrees)
    const { everyMs } = this.#config
    const pause = isBusy ? Math.min(this.#pause, everyMs) : everyMs
    this.#pause *= 2
    const { clock } = this.#parts
    this.#timer = clock.at(clock.now() + pause, () => void this.#look())
  }

  async #pass(): Promise<void> {
    const round = this.#agreements.round()
    try {
      const found = await this.#server.read()
      // Asked once for each time that it came up.
      if (this.#state !== 'up') this.#version = await this.#server.version().catch(() => null)
      this.#up()
      this.#mirror(found)
    } catch (error) {
      return this.#down(error)
    }
    this.#agreements.judge(round, this.#proxies)
    const done = await carryOut(this.#proxies.values(), {
      server: this.#server,
      look: () => this.#lookSoon(),
      failed: (proxy, what, error) => this.#failed(proxy, what, error),
      swept: (proxy, toxic) => this.#swept(proxy, toxic),
    })
    // What was done counts when it was read back.
    if (done > 0) this.#again = true
  }

  #up(): void {
    const { clock, sink, log } = this.#parts
    this.#answeredAt = clock.wall()
    this.#downSince = undefined
    this.#gaveUp = false
    if (this.#state === 'up') return
    this.#state = 'up'
    this.#error = undefined
    for (const proxy of this.#proxies.values()) proxy.isReachable = true
    sink.emit({ type: 'plane_state', plane: this.name, state: 'up' })
    log.info({ plane: this.name, version: this.#version }, 'plane is up')
  }

  #down(error: unknown): void {
    const { clock, sink, log, shelf } = this.#parts
    // What is no failed call is a bug; the next look may go better, and the log has it.
    if (!(error instanceof CallError)) log.error({ plane: this.name, error: String(error) }, 'a look at a plane failed')
    this.#error = (error as Error).message
    this.#downSince ??= clock.now()
    for (const proxy of this.#proxies.values()) proxy.isReachable = false
    if (this.#state !== 'down') {
      this.#state = 'down'
      sink.emit({ type: 'plane_state', plane: this.name, state: 'down', detail: this.#error })
      log.warn({ plane: this.name, error: this.#error }, 'plane is down')
    }
    this.#agreements.unreachable(this.#error)
    const longest = GIVE_UP_CALLS * this.#config.timeoutMs
    if (this.#gaveUp || clock.now() - this.#downSince < longest) return
    this.#gaveUp = true
    const why = `plane ${this.name} has not answered for ${longest} ms (${this.#error})`
    for (const name of this.#proxies.keys()) shelf.giveUp(this.#fullName(name), why)
  }

  #mirror(found: ReadonlyMap<string, ServerProxy>): void {
    const { shelf, log } = this.#parts
    for (const name of this.#proxies.keys()) {
      if (found.has(name)) continue
      this.#proxies.delete(name)
      shelf.lose(this.#fullName(name))
    }
    for (const [name, server] of found) {
      const proxy = this.#proxies.get(name) ?? this.#make(server)
      const lost = proxy.found(server)
      const { listen, upstream, enabled } = server
      const rest = { protocol: 'tcp' as const, from: undefined, to: undefined, faults: [] }
      const spec = { name: this.#fullName(name), listen, upstream, enabled, plane: this.name, ...rest }
      try {
        shelf.adopt({ ...spec, owner: `plane:${this.name}` }, proxy)
        this.#proxies.set(name, proxy)
      } catch (error) {
        if (!(error instanceof FaultlineError)) throw error
        if (this.#error !== error.message) log.warn({ plane: this.name, proxy: name }, error.message)
        this.#error = error.message
        continue
      }
      for (const { name: fault, why } of lost) {
        proxy.forget(this.#config.mark + fault)
        log.warn({ plane: this.name, proxy: name, fault }, `a fault is lost: ${why}`)
        shelf.loseFault(spec.name, fault, why)
      }
    }
  }

  #make(server: ServerProxy): RemoteProxy {
    return new RemoteProxy(server, {
      plane: this.name,
      mark: this.#config.mark,
      kinds: this.#parts.kinds,
      allowUnseeded: this.#config.allowUnseeded,
      changed: () => this.#lookSoon(),
    })
  }

  #fullName(proxy: string): string {
    return `${this.name}:${proxy}`
  }

  #failed(proxy: string, what: string, error: CallError): void {
    this.#error = `proxy ${proxy}: ${what}: ${error.message}`
    this.#agreements.failed(this.#error)
    this.#parts.log.warn({ plane: this.name, proxy, error: error.message }, `could not ${what}`)
  }

  #swept(proxy: string, toxic: string): void {
    this.#parts.sink.emit({ type: 'plane_swept', plane: this.name, proxy: this.#fullName(proxy), toxic })
    this.#parts.log.warn({ plane: this.name, proxy, toxic }, 'took off a toxic that nobody here wants')
  }
}
