import { FaultlineError } from '../contract/errors.ts'
import type { FactSink } from '../contract/events.ts'
import type { HostFaultSpec, HostFaultView, HostMeasure, HostState, Reach, Surroundings } from '../contract/host.ts'
import type { Owner } from '../contract/model.ts'
import type { Clock, Timer } from '../kernel/clock.ts'
import { isoTime } from '../kernel/iso-time.ts'
import type { Log } from '../kernel/log.ts'
import type { Share } from './admit.ts'
import type { GuardLink } from './guard-link.ts'
import type { Identity } from './identity.ts'
import type { Intents } from './intents.ts'
import type { HostLimits } from './limits.ts'
import { take } from './takers/take.ts'
import type { Taken } from './takers/taken.ts'
import { undoAll } from './undo.ts'
import type { UndoStep } from './undo.ts'
import { startWorker } from './worker-link.ts'

interface Wanted {
  readonly id: string
  readonly spec: HostFaultSpec
  readonly owner: Owner
  readonly durationMs: number
  readonly reach: Reach
  readonly share: Share
}

interface Parts {
  readonly clock: Clock
  readonly sink: FactSink
  readonly log: Log
  readonly limits: HostLimits
  readonly intents: Intents
  readonly programs: URL
  readonly surroundings: Surroundings
  readonly cores: number
  /** What other faults hold that only one may. */
  readonly claimed: () => ReadonlySet<string>
  readonly guard: () => Promise<GuardLink>
  readonly daemon: () => Promise<Identity & { readonly ids: string }>
}

/** The daemon is first to give back; the guard acts when it did not. */
const GUARD_LATER_MS = 1000
const MEASURE_MS = 500

/** One fault on the machine, from its preparation until all is given back. */
export class HostFault {
  readonly #wanted: Wanted
  readonly #parts: Parts
  readonly #startedWall: number
  #endsWall: number
  #endedWall: number | undefined
  #state: HostState = 'starting'
  #measure: HostMeasure
  #returned: boolean | undefined
  #detail: string | undefined
  #taken: Taken | undefined
  #guard: GuardLink | undefined
  #undo: UndoStep[] = []
  #timers: Timer[] = []
  #beginning: Promise<void> | undefined
  #ending: Promise<void> | undefined

  constructor(wanted: Wanted, parts: Parts) {
    this.#wanted = wanted
    this.#parts = parts
    const { kind, attributes } = wanted.spec
    this.#startedWall = parts.clock.wall()
    this.#endsWall = this.#startedWall + wanted.durationMs
    this.#measure = { quantity: kind.quantity(attributes), asked: 0, achieved: 0, details: {} }
  }

  get owner(): Owner {
    return this.#wanted.owner
  }

  get share(): Share {
    return this.#wanted.share
  }

  get claims(): readonly string[] {
    return this.#taken?.claims ?? []
  }

  /** It holds something, or may. */
  get live(): boolean {
    return this.#endedWall === undefined
  }

  /** Settles when the effect has begun. When it throws, nothing is left. */
  begin(): Promise<void> {
    this.#beginning = this.#begin()
    return this.#beginning
  }

  async #begin(): Promise<void> {
    try {
      await this.#takeIt()
    } catch (error) {
      const problems = await this.#giveBack()
      this.#endedWall = this.#parts.clock.wall()
      this.#returned = problems.length === 0
      this.#state = this.#returned ? 'returned' : 'failed'
      if (problems.length === 0) throw error
      throw new FaultlineError('host_fault_failed', `${(error as Error).message}; ${problems.join('; ')}`)
    }
  }

  async #takeIt(): Promise<void> {
    const { id, spec, owner, durationMs, reach, share } = this.#wanted
    const { clock, sink, intents, programs } = this.#parts
    const { kind, attributes, service } = spec
    const guard = await this.#parts.guard()
    this.#guard = guard
    const taken = await take(kind.effect(attributes), {
      fault: id,
      share,
      limits: this.#parts.limits,
      surroundings: this.#parts.surroundings,
      cores: this.#parts.cores,
      clock,
      start: async (program) => {
        const worker = await startWorker(clock, programs, program, id)
        this.#undo.push(worker.undo)
        return worker
      },
    })
    const claimed = this.#parts.claimed()
    if (taken.claims?.some((claim) => claimed.has(claim)) === true)
      throw new Error('another host fault holds that process already')
    this.#taken = taken
    this.#undo = [...taken.undo]
    this.#measure = { ...this.#measure, asked: taken.asked }
    const { ids, ...daemon } = await this.#parts.daemon()
    const intent = { version: 1, id, kind: kind.kind, owner, daemon, ids, undo: taken.undo } as const
    await intents.write(intent)
    await guard.arm(intent, durationMs + GUARD_LATER_MS)
    // Ended meanwhile: nothing was taken yet.
    if (this.#ending !== undefined) throw new Error('it was ended before it began')
    await taken.begin()
    this.#endsWall = clock.wall() + durationMs
    this.#state = 'active'
    const { quantity, asked } = this.#measure
    sink.emit({
      type: 'host_fault_began',
      host_fault: id,
      kind: kind.kind,
      owner,
      reach,
      ...(service === undefined ? {} : { service }),
      quantity,
      asked,
      duration_ms: durationMs,
    })
    this.#parts.log.info({ host_fault: id, kind: kind.kind, owner, reach, asked, quantity }, 'host fault began')
    this.#timers.push(clock.at(clock.now() + durationMs, () => void this.end('its time was over')))
    void taken.broken?.then((why) => this.end(why, 'failed'))
    await this.#look()
  }

  /** Gives it back, then settles. The first one to end it decides why it ended. */
  end(why: string, as: 'returned' | 'failed' = 'returned'): Promise<void> {
    this.#ending ??= this.#end(why, as)
    return this.#ending
  }

  view(): HostFaultView {
    const { id, spec, owner, reach } = this.#wanted
    return {
      id,
      kind: spec.kind.kind,
      attributes: spec.attributes,
      ...(spec.service === undefined ? {} : { service: spec.service }),
      owner,
      reach,
      state: this.#state,
      started_at: isoTime(this.#startedWall),
      ends_at: isoTime(this.#endsWall),
      ...(this.#endedWall === undefined ? {} : { ended_at: isoTime(this.#endedWall) }),
      effect: this.#measure,
      ...(this.#returned === undefined ? {} : { returned: this.#returned }),
      ...(this.#detail === undefined ? {} : { detail: this.#detail }),
    }
  }

  async #end(why: string, as: 'returned' | 'failed'): Promise<void> {
    // What is being prepared sees that it is to end; what it had is given back there.
    const began = await (this.#beginning ?? Promise.resolve()).then(
      () => true,
      () => false,
    )
    if (!began) return
    this.#state = 'ending'
    await this.#measureNow()
    const problems = await this.#giveBack()
    this.#state = problems.length === 0 ? as : 'failed'
    this.#returned = problems.length === 0
    this.#detail = [why, ...problems].join('; ')
    this.#endedWall = this.#parts.clock.wall()
    const { id, spec, owner } = this.#wanted
    const facts = { host_fault: id, kind: spec.kind.kind, owner, ...this.#measure }
    const returned = this.#returned
    this.#parts.sink.emit({ type: 'host_fault_ended', ...facts, returned, detail: this.#detail })
    this.#parts.log[returned ? 'info' : 'error']({ ...facts, detail: this.#detail }, 'host fault ended')
  }

  /** @returns what could not be given back; it stays on record then, and with the guard */
  async #giveBack(): Promise<readonly string[]> {
    for (const timer of this.#timers.splice(0)) timer.cancel()
    const { clock, intents } = this.#parts
    const problems = await undoAll(this.#undo, clock)
    if (problems.length > 0) return problems
    try {
      await intents.remove(this.#wanted.id)
    } catch (error) {
      // All is given back; the next start finds nothing to do and forgets it then.
      this.#parts.log.warn({ host_fault: this.#wanted.id, error: (error as Error).message }, 'its record stays')
    }
    this.#guard?.disarm(this.#wanted.id)
    return []
  }

  /** Measures now and then as long as it lasts. */
  async #look(): Promise<void> {
    await this.#measureNow()
    const { clock } = this.#parts
    if (this.#state === 'active') this.#timers[1] = clock.at(clock.now() + MEASURE_MS, () => void this.#look())
  }

  async #measureNow(): Promise<void> {
    try {
      this.#measure = { ...this.#measure, ...(await this.#taken?.measure()) }
    } catch (error) {
      this.#parts.log.warn({ host_fault: this.#wanted.id, error: (error as Error).message }, 'not measured')
    }
  }
}
