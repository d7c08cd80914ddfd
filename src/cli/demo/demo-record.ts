import type { JournalEvent } from '../../contract/events.ts'
import type { RunView } from '../../contract/run-wire.ts'
import type { Sample } from '../../daemon/demo/traffic.ts'
import type { StageRow } from './demo-table.ts'
import { stageStats } from './stage-stats.ts'

interface StageRecord {
  readonly name: string
  readonly durationMs: number
  from?: number
  to?: number
  faults?: readonly string[]
}

/** What the client saw and when each stage acted: all that the demo shows comes from here. */
export class DemoRecord {
  /** The services the client calls. */
  readonly services: readonly string[]
  readonly #samples: Sample[] = []
  readonly #stages: StageRecord[]

  constructor(run: RunView, services: readonly string[]) {
    this.services = services
    this.#stages = run.stages.map(({ name, duration_ms }) => ({ name, durationMs: duration_ms }))
  }

  sample(sample: Sample): void {
    this.#samples.push(sample)
  }

  /** Stages begin and end when the daemon says so; client and daemon share one clock here. */
  event(event: JournalEvent): void {
    if (event.type !== 'stage_started' && event.type !== 'stage_ended') return
    const stage = this.#stages[event.index]
    if (stage === undefined) return
    if (event.type === 'stage_started') stage.from = event.mono
    else stage.to = event.mono
  }

  /** What is being done to the traffic in a stage, in words. */
  faults(index: number, texts: readonly string[]): void {
    const stage = this.#stages[index]
    if (stage !== undefined) stage.faults = texts
  }

  rows(now: number): readonly StageRow[] {
    return this.#stages.map(({ name, durationMs, from, to, faults }) => {
      const window = from === undefined ? { from: now, to: now } : { from, to: to ?? now }
      return {
        name,
        state: from === undefined ? 'to come' : to === undefined ? 'now' : 'done',
        progress: Math.min((window.to - window.from) / durationMs, 1),
        faults,
        stats: stageStats(this.#samples, window),
        services: this.services.map((name) => ({
          name,
          stats: stageStats(
            this.#samples.filter(({ to: service }) => service === name),
            window,
          ),
        })),
      }
    })
  }
}
