import { FaultlineError } from '../../src/contract/errors.ts'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { JournalEvent } from '../../src/contract/events.ts'
import type { ProfileInput } from '../../src/contract/profile-wire.ts'
import type { RunView } from '../../src/contract/run-wire.ts'
import { Journal } from '../../src/experiment/journal.ts'
import type { CheckMeans } from '../../src/experiment/checks/run-checks.ts'
import { TrafficTap } from '../../src/experiment/checks/traffic-tap.ts'
import { ProfileLibrary } from '../../src/experiment/profile-library.ts'
import { Redaction } from '../../src/experiment/redaction.ts'
import { ExchangeLog } from '../../src/experiment/exchange-log.ts'
import { createExperiments } from '../../src/experiment/experiments.ts'
import type { Halt } from '../../src/experiment/halt.ts'
import type { JournalLimits } from '../../src/experiment/journals/journal-file.ts'
import { RunJournals } from '../../src/experiment/journals/run-journals.ts'
import type { RunDurations } from '../../src/experiment/longest-duration.ts'
import type { Partitions } from '../../src/experiment/partitions/partitions.ts'
import type { ProfileRuns } from '../../src/experiment/runs.ts'
import { catalogue } from '../../src/faults/catalogue.ts'
import { wishReader } from '../../src/faults/read-wishes.ts'
import { RealClock } from '../../src/kernel/clock.ts'
import type { Clock } from '../../src/kernel/clock.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { EmbeddedPlane } from '../../src/plane/embedded/plane.ts'
import { Registry } from '../../src/registry/registry.ts'
import { useCheckMeans } from '../support/use-check-means.ts'

/** A folder of its own, gone after the test. */
export function useDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-runs-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface Bench {
  readonly runs: ProfileRuns
  readonly partitions: Partitions
  readonly halt: Halt
  readonly registry: Registry
  readonly journal: Journal
  readonly journals: RunJournals
  events(type?: string): JournalEvent[]
  ended(id: string): Promise<RunView>
}

/** Runs over the real registry and plane. `clock` is that of the runs; sockets keep real time. */
export function useRuns(
  options: {
    clock?: Clock
    limits?: { live: number; kept: number }
    durations?: RunDurations
    checks?: Partial<CheckMeans>
    /** Where runs are written down; in memory without it. */
    dataDir?: string
    journals?: { limits?: Partial<JournalLimits>; kept?: number; events?: number }
  } = {},
): Bench {
  const real = new RealClock()
  const clock = options.clock ?? real
  const { events: most = 65_536, ...kept } = options.journals ?? {}
  const journal = new Journal({ clock, boot: 'test', events: most })
  const limits = {
    connections: 1000,
    connectionsPerProxy: 1000,
    heldBytesPerLink: 2 ** 25,
    heldBytesTotal: 2 ** 29,
    dialMs: 5000,
  }
  const traffic = new TrafficTap(new ExchangeLog({ clock, sink: journal, exchanges: 0 }))
  const checks = useCheckMeans(options.checks)
  const plane = new EmbeddedPlane({ clock: real, sink: traffic, kinds: catalogue, wishes: wishReader, limits })
  const registry = new Registry({
    plane,
    sink: traffic,
    seed: 'daemon-seed',
    limits: { proxies: 100, faultsPerProxy: 100 },
  })
  const journals = new RunJournals({
    events: journal,
    clock,
    log: silentLog,
    traffic,
    connectionsOpen: (proxy) => registry.find(proxy)?.plane.status().connectionsOpen ?? 0,
    boot: 'test',
    versions: { faultline: '0.0.0', node: process.version, platform: process.platform },
    secret: new Redaction().fields,
    dataDir: options.dataDir,
    pid: process.pid,
    ...kept,
  })
  const parts = {
    registry,
    kinds: catalogue,
    sink: traffic,
    clock,
    traffic,
    checks,
    log: silentLog,
    randomBytes,
    journals,
  }
  const { runs, partitions, halt } = createExperiments(
    {
      ...parts,
      ...(options.limits === undefined ? {} : { limits: options.limits }),
      ...(options.durations === undefined ? {} : { durations: options.durations }),
    },
    new ProfileLibrary(undefined, checks.rules),
  )
  onTestFinished(async () => {
    await registry.close()
    await plane.close()
  })
  const events = (type?: string): JournalEvent[] =>
    journal.read({ limit: 65_536 }).events.filter((event) => type === undefined || event.type === type)
  return {
    runs,
    partitions,
    halt,
    registry,
    journal,
    journals,
    events,
    ended: (id) =>
      new Promise((resolve) => {
        if (runs.get(id).status !== 'running') return resolve(runs.get(id))
        journal.follow((event) => {
          if (event.type !== 'run_ended' || event.run !== id) return true
          resolve(runs.get(id))
          return false
        })
      }),
  }
}

/** Names of all faults on all proxies, with their owners. */
export const faultsOf = (registry: Registry): string[] =>
  registry.list().flatMap(({ spec }) => spec.faults.map((fault) => `${spec.name}/${fault.name} of ${fault.owner}`))

export function profile(more: Partial<ProfileInput> = {}): ProfileInput {
  return {
    name: 'trial',
    targets: { db: { proxy: 'db' } },
    stages: [
      { name: 'calm', duration: '1s' },
      { name: 'slow', duration: '2s', faults: [{ target: 'db', kind: 'latency', attributes: { latency: '100ms' } }] },
      { name: 'recovery', duration: '1s' },
    ],
    ...more,
  }
}

/** The same of an act that is over at once. */
export function refused(act: () => unknown): FaultlineError {
  try {
    act()
  } catch (error) {
    if (error instanceof FaultlineError) return error
    throw error
  }
  throw new Error('it was not refused')
}

/** What an act was refused with. */
export async function refusal(act: () => Promise<unknown>): Promise<FaultlineError> {
  const error = await act().then(
    () => undefined,
    (thrown: Error) => thrown,
  )
  return refused(() => {
    if (error !== undefined) throw error
  })
}
