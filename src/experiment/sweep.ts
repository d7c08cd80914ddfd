import { FaultlineError } from '../contract/errors.ts'
import type { RunStartOptions } from '../contract/ports.ts'
import type { ParameterValues } from '../contract/profile-wire.ts'
import type { RunStatus, RunView, SweepPoint, SweepView } from '../contract/run-wire.ts'
import { isoTime } from '../kernel/iso-time.ts'
import type { RunParts } from './run-parts.ts'
import type { ProfileRuns } from './runs.ts'

type PointStatus = SweepPoint['status']

export interface SweepPlan {
  readonly id: string
  readonly profile: string
  /** As it was written when the sweep began: an edit meanwhile changes nothing. */
  readonly written: object
  readonly points: readonly ParameterValues[]
  readonly options: RunStartOptions
}

interface Point {
  readonly parameters: ParameterValues
  run: RunView | undefined
  status: PointStatus
  detail: string | undefined
}

type SweepRuns = Pick<ProfileRuns, 'start' | 'stop' | 'get' | 'whenEnded'>

/** One profile carried out once for each combination of its matrix, one after another. */
export class Sweep {
  readonly #plan: SweepPlan
  readonly #runs: SweepRuns
  readonly #parts: Pick<RunParts, 'clock' | 'log'>
  readonly #points: Point[]
  readonly #startedWall: number
  #endedWall: number | undefined
  #stopped = false
  #current: string | undefined
  /** The run that ended because the sweep did. */
  #stoppedRun: string | undefined
  readonly #begun: Promise<void>
  #tellBegun: () => void = () => undefined
  readonly #ended: Promise<void>

  constructor(plan: SweepPlan, runs: SweepRuns, parts: Pick<RunParts, 'clock' | 'log'>) {
    this.#plan = plan
    this.#runs = runs
    this.#parts = parts
    this.#startedWall = parts.clock.wall()
    this.#points = plan.points.map((parameters) => ({
      parameters,
      run: undefined,
      status: 'pending',
      detail: undefined,
    }))
    this.#begun = new Promise((resolve) => (this.#tellBegun = resolve))
    this.#ended = this.#go()
  }

  get live(): boolean {
    return this.#endedWall === undefined
  }

  /** Settles when its first run has begun, or could not. */
  whenBegun(): Promise<void> {
    return this.#begun
  }

  /** The run that is going on is ended by somebody else. */
  goNoFurther(): void {
    this.#stopped = true
  }

  /** Stops the run that is going on, and begins no other. Settles when that is healed. */
  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#current !== undefined) await this.#stopRun(this.#current)
    await this.#ended
  }

  view(): SweepView {
    const { id, profile } = this.#plan
    const points = this.#points.map((point) => this.#pointView(point))
    // A run that was stopped because the sweep was says nothing about the system.
    const breaks = this.#points.findIndex(
      ({ status, run }) => status === 'failed' || (status === 'stopped' && run?.id !== this.#stoppedRun),
    )
    return {
      id,
      profile,
      status: this.#status(),
      started_at: isoTime(this.#startedWall),
      ...(this.#endedWall === undefined ? {} : { ended_at: isoTime(this.#endedWall) }),
      points,
      ...(breaks < 0 ? {} : { breaks_at: breaks }),
    }
  }

  #pointView({ parameters, run, status, detail }: Point): SweepPoint {
    const now = run === undefined || status !== 'running' ? run : this.#runs.get(run.id)
    const faults = now?.faults ?? []
    return {
      parameters,
      status,
      ...(now === undefined ? {} : { run: now.id, seen: sum(faults, 'seen'), applied: sum(faults, 'applied') }),
      ...(detail === undefined ? {} : { detail }),
    }
  }

  #status(): RunStatus {
    if (this.live) return 'running'
    const has = (status: PointStatus): boolean => this.#points.some((point) => point.status === status)
    if (has('aborted')) return 'aborted'
    if (this.#stopped) return 'stopped'
    if (has('failed') || has('stopped') || has('pending')) return 'failed'
    return has('inconclusive') ? 'inconclusive' : 'completed'
  }

  // Must not throw: nobody waits for it where it goes on by itself.
  async #go(): Promise<void> {
    const { written, options } = this.#plan
    for (const point of this.#points) {
      if (this.#stopped) break
      try {
        point.status = 'running'
        point.run = await this.#runs.start(written, {
          ...options,
          parameters: { ...options.parameters, ...point.parameters },
        })
        this.#current = point.run.id
        this.#tellBegun()
        // It may have been stopped while the run's proxies were being made.
        if (this.#isStopped()) await this.#stopRun(point.run.id)
        point.run = await this.#runs.whenEnded(point.run.id)
        point.status = point.run.status
        point.detail = point.run.detail
      } catch (error) {
        point.status = 'failed'
        point.detail = (error as Error).message
        break
      }
      if (point.status === 'aborted' || point.run.healed === false) break
    }
    this.#endedWall = this.#parts.clock.wall()
    this.#tellBegun()
    const { id, profile } = this.#plan
    this.#parts.log.info({ sweep: id, profile, status: this.#status() }, 'sweep ended')
  }

  async #stopRun(id: string): Promise<void> {
    if (this.#runs.get(id).status === 'running') this.#stoppedRun = id
    await this.#runs.stop(id)
  }

  #isStopped(): boolean {
    return this.#stopped
  }
}

/** What is not known of a part is not known of the whole. */
const sum = (faults: RunView['faults'], field: 'seen' | 'applied'): number | null =>
  faults.reduce<number | null>(
    (total, { [field]: count }) => (total === null || count === null ? null : total + count),
    0,
  )

export function noMatrix(profile: string): FaultlineError {
  return new FaultlineError('invalid_request', `profile ${profile} has no matrix, so that there is nothing to sweep`, {
    remedy: 'Give it a matrix, or start a run.',
  })
}
