import { FaultlineError } from '../contract/errors.ts'
import type { RunStartOptions, Sweeps } from '../contract/ports.ts'
import type { ParameterValues } from '../contract/profile-wire.ts'
import type { SweepView } from '../contract/run-wire.ts'
import { nearest } from '../kernel/nearest.ts'
import { randomId } from '../kernel/random-id.ts'
import { checkOptions, loadProfile } from './load-profile.ts'
import { pointsOf } from './matrix.ts'
import type { Profile } from './profile.ts'
import { stagesOf } from './profile.ts'
import type { ProfileLibrary } from './profile-library.ts'
import type { RunParts } from './run-parts.ts'
import type { ProfileRuns } from './runs.ts'
import { Sweep, noMatrix } from './sweep.ts'

export interface SweepsOptions extends Pick<RunParts, 'clock' | 'log'> {
  readonly runs: ProfileRuns
  readonly library: Pick<ProfileLibrary, 'load' | 'rules' | 'written'>
  readonly randomBytes: (size: number) => Uint8Array
}

const MOST_LIVE = 5
const MOST_KEPT = 20

/** Every combination is judged before the first run begins, each with all its stages. */
const MOST_JUDGED = 100_000

/** Sweeps going on, and the last ones that were. */
export class ProfileSweeps implements Sweeps {
  readonly #options: SweepsOptions
  /** In order of their start. */
  readonly #sweeps = new Map<string, Sweep>()
  #starting = 0
  #closed = false

  constructor(options: SweepsOptions) {
    this.#options = options
  }

  async start(input: string | object, options: RunStartOptions = {}): Promise<SweepView> {
    const { runs, library, randomBytes } = this.#options
    checkOptions(options)
    requireNoOwner(options)
    this.#requireRoom()
    this.#starting++
    try {
      const written = typeof input === 'string' ? await library.written(input) : input
      const set = options.parameters ?? {}
      const profile = await loadProfile(library, input, set)
      const points = await this.#judge(profile, written, set)
      if (this.#closed) throw new FaultlineError('shutting_down', 'cannot start a sweep: the daemon is stopping')
      const id = `sweep_${randomId(randomBytes)}`
      const sweep = new Sweep({ id, profile: profile.name, written, points, options }, runs, this.#options)
      this.#sweeps.set(id, sweep)
      this.#forget()
      await sweep.whenBegun()
      return sweep.view()
    } finally {
      this.#starting--
    }
  }

  list(): readonly SweepView[] {
    return [...this.#sweeps.values()].reverse().map((sweep) => sweep.view())
  }

  get(id: string): SweepView {
    return this.#find(id).view()
  }

  async stop(id: string): Promise<SweepView> {
    const sweep = this.#find(id)
    if (sweep.live) await sweep.stop()
    return sweep.view()
  }

  /** Begins no further run. Those that go on are ended by whoever ends runs. */
  close(): void {
    this.#closed = true
    for (const sweep of this.#sweeps.values()) sweep.goNoFurther()
  }

  async #judge(profile: Profile, written: object, set: ParameterValues): Promise<readonly ParameterValues[]> {
    if (profile.matrix === undefined) throw noMatrix(profile.name)
    const points = pointsOf(profile.matrix, set)
    const count = points.length * stagesOf(profile).length
    if (count > MOST_JUDGED) {
      const detail = `cannot sweep ${profile.name}: ${points.length} combinations of ${stagesOf(profile).length} stages are ${count}; at most ${MOST_JUDGED} are allowed`
      throw new FaultlineError('limit_reached', detail, { remedy: 'Sweep fewer values, or a shorter profile.' })
    }
    for (const point of points) {
      await loadProfile(this.#options.library, written, { ...set, ...point })
      // Judging many of them may take a while; traffic goes on meanwhile.
      await new Promise<void>((resolve) => this.#options.clock.soon(resolve))
    }
    return points
  }

  #requireRoom(): void {
    if (this.#closed) throw new FaultlineError('shutting_down', 'cannot start a sweep: the daemon is stopping')
    const live = [...this.#sweeps.values()].filter((sweep) => sweep.live).length + this.#starting
    if (live < MOST_LIVE) return
    throw new FaultlineError('limit_reached', `cannot start a sweep: ${live} go on, and at most ${MOST_LIVE} may`)
  }

  #find(id: string): Sweep {
    const sweep = this.#sweeps.get(id)
    if (sweep !== undefined) return sweep
    const near = nearest(id, this.#sweeps.keys())
    const hint = near === undefined ? `the last ${MOST_KEPT} sweeps are kept` : `did you mean ${near}?`
    throw new FaultlineError('sweep_not_found', `no sweep has the id ${JSON.stringify(id.slice(0, 100))}; ${hint}`)
  }

  #forget(): void {
    for (const [id, old] of this.#sweeps) {
      if (this.#sweeps.size <= MOST_KEPT) break
      if (!old.live) this.#sweeps.delete(id)
    }
  }
}

/** Its runs come and go, so that nobody could renew them. @throws FaultlineError invalid_request */
function requireNoOwner({ ttl }: RunStartOptions): void {
  if (ttl === undefined) return
  throw new FaultlineError('invalid_request', 'a sweep takes no ttl: its runs change, and could not be renewed', {
    pointer: '/ttl',
    remedy: 'Leave it out; max_duration bounds each run.',
  })
}
