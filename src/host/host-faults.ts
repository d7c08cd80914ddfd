import { constants, existsSync } from 'node:fs'
import { access, mkdir } from 'node:fs/promises'
import os from 'node:os'
import { resolve } from 'node:path'
import { FaultlineError } from '../contract/errors.ts'
import type { FactSink } from '../contract/events.ts'
import type {
  HostFaultSpec,
  HostFaultView,
  HostFaults,
  HostMeasure,
  HostStart,
  Reach,
  Surroundings,
} from '../contract/host.ts'
import type { Owner } from '../contract/model.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { nearest } from '../kernel/nearest.ts'
import { randomId } from '../kernel/random-id.ts'
import { admit } from './admit.ts'
import type { Machine, Share } from './admit.ts'
import type { GuardLink, startGuard } from './guard-link.ts'
import type { HostFault } from './host-fault.ts'
import { factsOf, idSpace } from './identity.ts'
import type { Intents } from './intents.ts'
import type { HostLimits } from './limits.ts'
import { PROGRAMS } from './program-path.ts'
import type { Recovered } from './recover.ts'
import { memoryRoom, surroundings } from './surroundings.ts'

export interface HostOptions {
  readonly limits: HostLimits
  /** Where records are kept; without it there are no host faults. */
  readonly dataDir: string | undefined
  readonly clock: Clock
  readonly sink: FactSink
  readonly log: Log
  readonly randomBytes: (size: number) => Uint8Array
  /** What limits us. Default: what the control groups say. */
  readonly surroundings?: () => Surroundings
  /** Where the compiled programs are. Default: beside this module. */
  readonly programs?: URL
}

/** What begins host faults; loaded where they are on, since most daemons never need it and it would slow their start. */
interface Machinery {
  readonly HostFault: typeof HostFault
  readonly startGuard: typeof startGuard
  readonly intents: Intents
}

/** Ended ones that are still shown. */
const KEPT = 100

/** Faults on the machine: each on record before it takes anything, and given back whatever becomes of the daemon. */
export class MachineFaults implements HostFaults {
  readonly #options: HostOptions
  readonly #dataDir: string | undefined
  /** In order of their begin. */
  readonly #faults = new Map<string, HostFault>()
  #guard: Promise<GuardLink> | undefined
  #machinery: Machinery | undefined
  #memory = os.totalmem()
  #closed = false
  /** Why there is nowhere to put records. */
  #noRecords = 'data_dir is not set'

  constructor(options: HostOptions) {
    this.#options = options
    // The guard stands elsewhere than the daemon.
    this.#dataDir = options.dataDir === undefined ? undefined : resolve(options.dataDir)
  }

  /** Gives back what earlier daemons left, and looks whether records can be kept. To be called once, before all else. */
  async start(): Promise<void> {
    const { clock, log, limits } = this.#options
    if (this.#dataDir === undefined) return
    const { Intents } = await import('./intents.ts')
    const intents = new Intents(this.#dataDir)
    const { folder } = intents
    try {
      // Also where they are off now: an earlier daemon may have had them on.
      if (existsSync(folder)) {
        const { recover } = await import('./recover.ts')
        for (const recovered of await recover(intents, clock, log)) this.#tell(recovered)
      }
      if (!limits.enabled) return
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await access(folder, constants.W_OK)
      this.#memory = (await memoryRoom()).total
      const [{ HostFault }, { startGuard }] = await Promise.all([import('./host-fault.ts'), import('./guard-link.ts')])
      this.#machinery = { HostFault, startGuard, intents }
    } catch (error) {
      this.#noRecords = `records cannot be kept in ${folder}: ${(error as Error).message}`
      log.error({ folder }, `host faults are off: ${this.#noRecords}`)
    }
  }

  #tell({ intent: { id, kind, owner }, problems }: Recovered): void {
    this.#options.sink.emit({
      type: 'host_fault_recovered',
      host_fault: id,
      kind,
      owner,
      returned: problems.length === 0,
      ...(problems.length === 0 ? {} : { detail: problems.join('; ') }),
    })
  }

  judge(specs: readonly HostFaultSpec[], durationMs: number): readonly Reach[] {
    const beside: Share[] = []
    return specs.map((spec) => {
      const { share, reach } = this.#admit(spec, durationMs, beside)
      beside.push(share)
      return reach
    })
  }

  async begin(spec: HostFaultSpec, { owner, durationMs }: HostStart): Promise<HostFaultView> {
    const { share, reach, machinery } = this.#admit(spec, durationMs)
    const { intents, HostFault: Fault } = machinery
    const { clock, sink, log, limits, randomBytes, programs = PROGRAMS } = this.#options
    // From here on its share is held, though it has taken nothing yet.
    const id = `host_${randomId(randomBytes)}`
    const fault = new Fault(
      { id, spec, owner, durationMs, reach, share },
      {
        clock,
        sink,
        log,
        limits,
        intents,
        programs,
        surroundings: this.#surroundings(),
        cores: os.availableParallelism(),
        claimed: () => new Set(this.#live().flatMap((other) => (other === fault ? [] : other.claims))),
        guard: () => (this.#guard ??= this.#startGuard(machinery, programs)),
        daemon: async () => ({ start: 0, ...(await factsOf(process.pid)), pid: process.pid, ids: await idSpace() }),
      },
    )
    this.#faults.set(id, fault)
    try {
      await fault.begin()
    } catch (error) {
      this.#faults.delete(id)
      throw failure(spec.kind.kind, error)
    }
    this.#forget()
    return fault.view()
  }

  list(): readonly HostFaultView[] {
    return [...this.#faults.values()].reverse().map((fault) => fault.view())
  }

  get(id: string): HostFaultView {
    return this.#find(id).view()
  }

  async end(id: string, why = 'ended on request'): Promise<HostFaultView> {
    const fault = this.#find(id)
    await fault.end(why)
    return fault.view()
  }

  async endAll(why: string, owner?: Owner): Promise<readonly HostFaultView[]> {
    const faults = this.#live().filter((fault) => owner === undefined || fault.owner === owner)
    await Promise.all(faults.map((fault) => fault.end(why)))
    return faults.map((fault) => fault.view())
  }

  /** What is active now, for the metrics. */
  active(): readonly { readonly kind: string; readonly effect: HostMeasure }[] {
    return this.#live().map((fault) => fault.view())
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.endAll('the daemon is stopping')
    const guard = await this.#guard?.catch(() => undefined)
    guard?.close()
  }

  #admit(spec: HostFaultSpec, durationMs: number, beside: readonly Share[] = []) {
    const { limits } = this.#options
    if (this.#closed) throw new FaultlineError('shutting_down', 'cannot begin a host fault: the daemon is stopping')
    const machine: Machine = {
      cores: os.availableParallelism(),
      memory: this.#memory,
      surroundings: this.#surroundings(),
    }
    const held = [...this.#live().map(({ share }) => share), ...beside]
    const admitted = admit(spec, durationMs, { limits, machine, held })
    if (this.#machinery === undefined)
      throw new FaultlineError('host_faults_off', `cannot begin ${spec.kind.kind}: ${this.#noRecords}`)
    return { ...admitted, machinery: this.#machinery }
  }

  #live(): HostFault[] {
    return [...this.#faults.values()].filter((fault) => fault.live)
  }

  #surroundings(): Surroundings {
    return (this.#options.surroundings ?? surroundings)()
  }

  #startGuard({ startGuard: start }: Machinery, programs: URL): Promise<GuardLink> {
    const guard = start(this.#options.clock, programs, this.#dataDir ?? '', {
      undone: (id) => void this.#faults.get(id)?.end('its time was over, and the guard gave it back'),
      gone: () => {
        if (this.#guard === guard) this.#guard = undefined
        this.#options.log.error({}, 'the guard of the host faults ended; what was taken is given back at once')
        for (const fault of this.#live()) void fault.end('the guard process ended', 'failed')
      },
    })
    guard.catch(() => (this.#guard = undefined))
    return guard
  }

  #find(id: string): HostFault {
    const found = this.#faults.get(id)
    if (found !== undefined) return found
    const near = nearest(id, this.#faults.keys())
    const hint = near === undefined ? `the last ${KEPT} are kept` : `did you mean ${near}?`
    const detail = `no host fault has the id ${JSON.stringify(id.slice(0, 100))}; ${hint}`
    throw new FaultlineError('host_fault_not_found', detail)
  }

  #forget(): void {
    for (const [id, fault] of this.#faults) {
      if (this.#faults.size - this.#live().length <= KEPT) break
      if (!fault.live) this.#faults.delete(id)
    }
  }
}

function failure(kind: string, error: unknown): FaultlineError {
  if (error instanceof FaultlineError) return error
  return new FaultlineError('host_fault_failed', `cannot begin ${kind}: ${(error as Error).message}`)
}
