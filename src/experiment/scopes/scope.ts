import { FaultlineError } from '../../contract/errors.ts'
import type {
  AdvanceView,
  ScopeClock,
  ScopeEnd,
  ScopeInput,
  ScopeSummary,
  ScopeView,
} from '../../contract/scope-wire.ts'
import type { Clock } from '../../kernel/clock.ts'
import { isoTime } from '../../kernel/iso-time.ts'
import type { World } from '../world.ts'
import { Lease } from './lease.ts'
import { identifyProcess } from './process-watch.ts'

interface NewWorld {
  readonly scope: string
  readonly seed: string
  /** In front of the ids of its events. */
  readonly boot: string
  readonly clock: ScopeClock
}

export interface ScopeOptions {
  readonly id: string
  readonly input: ScopeInput
  readonly ttlMs: number
  readonly seed: string
  readonly clock: Clock
  readonly makeWorld: (options: NewWorld) => World
  readonly onEnd: (reason: ScopeEnd, detail: string) => void
}

/** What one test owns: a world, and the lease it lives by. */
export class Scope {
  readonly id: string
  readonly seed: string
  readonly labels: Readonly<Record<string, string>>
  readonly owner: string | undefined
  readonly world: World
  readonly lease: Lease
  readonly #clock: Clock
  readonly #createdWall: number

  /** @throws invalid_request when the process it is leased to is not there */
  constructor({ id, input, ttlMs, seed, clock, makeWorld, onEnd }: ScopeOptions) {
    const process = input.process === undefined ? undefined : identifyProcess(input.process)
    this.id = id
    this.seed = seed
    this.labels = input.labels ?? {}
    this.owner = input.owner
    this.#clock = clock
    this.#createdWall = clock.wall()
    this.world = makeWorld({ scope: id, seed, boot: id.replace('_', ''), clock: input.clock ?? 'real' })
    this.lease = new Lease({ clock, ttlMs, ttlAsked: input.ttl !== undefined, process, onEnd })
  }

  summary(): ScopeSummary {
    const entries = this.world.registry.list()
    const unfired = this.world.proof.unfired().map(({ proxy, fault }) => ({ proxy, fault }))
    return {
      id: this.id,
      seed: this.seed,
      labels: this.labels,
      ...(this.owner === undefined ? {} : { owner: this.owner }),
      created_at: isoTime(this.#createdWall),
      proxies: entries.length,
      faults: entries.reduce((sum, { spec }) => sum + spec.faults.length, 0),
      unfired,
    }
  }

  view(): ScopeView {
    const { lease } = this
    const remaining = lease.remainingMs()
    return {
      ...this.summary(),
      clock: this.world.time === undefined ? 'real' : 'manual',
      ...this.world.time?.view(),
      ttl_ms: lease.ttlMs,
      streams: lease.streams,
      ...(remaining === undefined ? {} : { expires_at: isoTime(this.#clock.wall() + remaining) }),
      ...(lease.process === undefined ? {} : { process: lease.process }),
      runs_live: this.world.runs.list().filter(({ status }) => status === 'running').length,
      connections_open: this.world.plane.countConnections(),
    }
  }

  /** @param by ms, or to the next moment at which anything is due @throws clock_is_real, and what ManualTime does */
  async advance(by: number | 'next'): Promise<AdvanceView> {
    if (this.world.time !== undefined) return this.world.time.advance(by)
    throw new FaultlineError('clock_is_real', `cannot advance the time of scope ${this.id}: it goes by real time`)
  }

  close(): Promise<void> {
    this.lease.cancel()
    return this.world.close()
  }
}
