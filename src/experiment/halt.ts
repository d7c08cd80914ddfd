import type { FactSink } from '../contract/events.ts'
import type { Halt as Port, HaltDone, HaltView } from '../contract/halt.ts'
import type { HostFaults } from '../contract/host.ts'
import type { Clock } from '../kernel/clock.ts'
import { isoTime } from '../kernel/iso-time.ts'
import type { Log } from '../kernel/log.ts'
import type { Registry } from '../registry/registry.ts'
import type { Partitions } from './partitions/partitions.ts'
import type { ProfileRuns } from './runs.ts'

interface HaltOptions {
  readonly gate: Registry['gate']
  readonly runs: Pick<ProfileRuns, 'endLive'>
  readonly partitions: Pick<Partitions, 'healAll'>
  readonly hostFaults?: Pick<HostFaults, 'endAll'> | undefined
  readonly sink: FactSink
  readonly clock: Clock
  readonly log: Log
}

export class Halt implements Port {
  readonly #options: HaltOptions
  #since: number | undefined

  constructor(options: HaltOptions) {
    this.#options = options
  }

  state(): HaltView {
    const { halted, reason } = this.#options.gate
    return {
      halted,
      ...(this.#since === undefined ? {} : { since: isoTime(this.#since) }),
      ...(reason === undefined ? {} : { reason }),
    }
  }

  async halt(reason?: string): Promise<HaltDone> {
    const { gate, runs, partitions, hostFaults, sink, clock, log } = this.#options
    if (!gate.halted) this.#since = clock.wall()
    // Nothing waits before the last fault is gone; the flag comes first, so that nothing is put in their place.
    const why = reason === undefined ? 'halted' : `halted: ${reason}`
    const removed = gate.halt(
      reason,
      () => [runs.endLive(why), partitions.healAll(why), hostFaults?.endAll(why) ?? Promise.resolve([])] as const,
    )
    sink.emit({ type: 'halted', ...(reason === undefined ? {} : { reason }), faults: removed.faults })
    log.warn({ reason, faults: removed.faults }, 'halted: every fault is gone, and no new one is let in')
    const [ended, healed, returned] = await Promise.all(removed.ended)
    const left = [
      ...ended.filter((run) => run.healed === false).map(({ id, detail = '' }) => `run ${id}: ${detail}`),
      ...healed.flatMap((partition) => partition.left),
      ...returned.filter((one) => one.returned !== true).map(({ id, detail = '' }) => `host fault ${id}: ${detail}`),
    ]
    return {
      ...this.state(),
      runs_ended: ended.length,
      partitions_healed: healed.length,
      faults_removed: removed.faults,
      host_faults_ended: returned.length,
      verified: left.length === 0,
      left,
    }
  }

  lift(): HaltView {
    const { gate, sink, log } = this.#options
    if (gate.halted) {
      gate.lift()
      this.#since = undefined
      sink.emit({ type: 'halt_lifted' })
      log.warn({}, 'the halt is lifted: faults are let in again')
    }
    return this.state()
  }
}
