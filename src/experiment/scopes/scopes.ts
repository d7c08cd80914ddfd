import { FaultlineError } from '../../contract/errors.ts'
import type { FactSink } from '../../contract/events.ts'
import type { EndedScope, ScopeEnd, ScopeInput, ScopeView } from '../../contract/scope-wire.ts'
import { SCOPE_ENDS } from '../../contract/scope-wire.ts'
import type { HaltView } from '../../contract/halt.ts'
import type { Clock } from '../../kernel/clock.ts'
import { isoTime } from '../../kernel/iso-time.ts'
import type { Log } from '../../kernel/log.ts'
import { nearest } from '../../kernel/nearest.ts'
import { randomId } from '../../kernel/random-id.ts'
import { Scope } from './scope.ts'
import type { ScopeOptions } from './scope.ts'

export interface ScopesOptions {
  readonly clock: Clock
  readonly log: Log
  /** The journal of the default scope: it tells which scopes came and went, not what happened in them. */
  readonly sink: FactSink
  /** What a scope's chance follows from when it brings no seed. */
  readonly seed: string
  readonly limit: number
  /** Whether faults are kept out everywhere. */
  readonly isHalted: () => HaltView
  /** Where ids come from; they decide nothing. */
  readonly randomBytes: (size: number) => Uint8Array
  readonly makeWorld: ScopeOptions['makeWorld']
}

export const DEFAULT_TTL_MS = 60_000

/** Those that ended are remembered, so that whoever calls for one hears why. */
const MOST_REMEMBERED = 1000

/** The scopes of tests. What one owns lives in a world of its own, which no call for another scope can reach. */
export class Scopes {
  readonly #options: ScopesOptions
  readonly #scopes = new Map<string, Scope>()
  readonly #ended = new Map<string, Pick<EndedScope, 'ended_at' | 'detail'>>()
  readonly #counts = Object.fromEntries(SCOPE_ENDS.map((reason) => [reason, 0])) as Record<ScopeEnd, number>
  #closed = false

  constructor(options: ScopesOptions) {
    this.#options = options
  }

  /** @throws limit_reached, shutting_down, invalid_request */
  create(input: ScopeInput & { readonly ttl?: number }): ScopeView {
    const { clock, sink, seed, limit, randomBytes, makeWorld } = this.#options
    if (this.#closed) throw new FaultlineError('shutting_down', 'cannot create a scope: the daemon is stopping')
    if (this.#scopes.size >= limit) {
      const detail = `cannot create a scope: ${this.#scopes.size} are open, and limits.scopes is ${limit}`
      throw new FaultlineError('limit_reached', detail, { remedy: 'End some, or raise limits.scopes.' })
    }
    const id = `scope_${randomId(randomBytes)}`
    const scope = new Scope({
      id,
      input,
      ttlMs: input.ttl ?? DEFAULT_TTL_MS,
      seed: String(input.seed ?? seed),
      clock,
      makeWorld,
      onEnd: (reason, detail) => void this.#reap(scope, reason, detail),
    })
    this.#scopes.set(id, scope)
    const { halted, reason } = this.#options.isHalted()
    if (halted) void scope.world.halt.halt(reason)
    sink.emit({ type: 'scope_created', scope: id, seed: scope.seed, ttl_ms: scope.view().ttl_ms, labels: scope.labels })
    return scope.view()
  }

  /** In order of creation. */
  list(): readonly ScopeView[] {
    return [...this.#scopes.values()].map((scope) => scope.view())
  }

  /** @throws scope_not_found, scope_ended */
  get(id: string): Scope {
    const scope = this.#scopes.get(id)
    if (scope !== undefined) return scope
    const ended = this.#ended.get(id)
    if (ended !== undefined) {
      const detail = `scope ${id} ended at ${ended.ended_at}: ${ended.detail}`
      throw new FaultlineError('scope_ended', detail, { pointer: '/scope' })
    }
    const near = nearest(id, this.#scopes.keys())
    const hint = near === undefined ? '' : `; did you mean ${near}?`
    throw new FaultlineError('scope_not_found', `no scope has the id ${JSON.stringify(id.slice(0, 100))}${hint}`)
  }

  /** Those that are open, in order of creation. */
  open(): readonly Scope[] {
    return [...this.#scopes.values()]
  }

  /** Settles when nothing of it is left. @throws scope_not_found, scope_ended */
  end(id: string): Promise<EndedScope> {
    return this.#reap(this.get(id), 'ended', 'it was ended over the API')
  }

  /** How many are open, and how many have ended in which way since the start. */
  counts(): { readonly open: number; readonly ended: Readonly<Record<ScopeEnd, number>> } {
    return { open: this.#scopes.size, ended: this.#counts }
  }

  async close(): Promise<void> {
    this.#closed = true
    const open = [...this.#scopes.values()]
    await Promise.all(open.map((scope) => this.#reap(scope, 'shutdown', 'the daemon stopped')))
  }

  async #reap(scope: Scope, reason: ScopeEnd, detail: string): Promise<EndedScope> {
    const { clock, sink, log } = this.#options
    // From this turn on nobody finds it, so nothing can be added to what is being taken away.
    const ended: EndedScope = { ...scope.summary(), ended_at: isoTime(clock.wall()), reason, detail }
    this.#scopes.delete(scope.id)
    this.#remember(ended)
    this.#counts[reason]++
    const { proxies, faults, unfired } = ended
    sink.emit({ type: 'scope_ended', scope: scope.id, reason, detail, proxies, faults, unfired: unfired.length })
    await scope.close()
    log.debug({ scope: scope.id, reason, proxies, faults }, 'scope ended')
    return ended
  }

  #remember({ id: last, ended_at, detail }: EndedScope): void {
    this.#ended.set(last, { ended_at, detail })
    for (const id of this.#ended.keys()) {
      if (this.#ended.size <= MOST_REMEMBERED) break
      this.#ended.delete(id)
    }
  }
}
