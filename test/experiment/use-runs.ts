import { randomBytes } from 'node:crypto'
import { onTestFinished } from 'vitest'
import type { JournalEvent } from '../../src/contract/events.ts'
import type { ProfileInput, RunView } from '../../src/contract/wire.ts'
import { Journal } from '../../src/experiment/journal.ts'
import { ProfileLibrary } from '../../src/experiment/profile-library.ts'
import { ProfileRuns } from '../../src/experiment/runs.ts'
import { catalogue } from '../../src/faults/catalogue.ts'
import { RealClock } from '../../src/kernel/clock.ts'
import type { Clock } from '../../src/kernel/clock.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { EmbeddedPlane } from '../../src/plane/embedded/plane.ts'
import { Registry } from '../../src/registry/registry.ts'

export interface Bench {
  readonly runs: ProfileRuns
  readonly registry: Registry
  readonly journal: Journal
  events(type?: string): JournalEvent[]
  ended(id: string): Promise<RunView>
}

/** Runs over the real registry and plane. `clock` is that of the runs; sockets keep real time. */
export function useRuns(options: { clock?: Clock; limits?: { live: number; kept: number } } = {}): Bench {
  const real = new RealClock()
  const clock = options.clock ?? real
  const journal = new Journal({ clock, boot: 'test' })
  const limits = {
    connections: 1000,
    connectionsPerProxy: 1000,
    heldBytesPerLink: 2 ** 25,
    heldBytesTotal: 2 ** 29,
    dialMs: 5000,
  }
  const plane = new EmbeddedPlane({ clock: real, sink: journal, kinds: catalogue, limits })
  const registry = new Registry({
    plane,
    sink: journal,
    seed: 'daemon-seed',
    limits: { proxies: 100, faultsPerProxy: 100 },
  })
  const runs = new ProfileRuns({
    registry,
    kinds: catalogue,
    sink: journal,
    clock,
    log: silentLog,
    library: new ProfileLibrary(undefined),
    randomBytes,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  })
  onTestFinished(async () => {
    await registry.close()
    await plane.close()
  })
  const events = (type?: string): JournalEvent[] =>
    journal.read({ limit: 65_536 }).events.filter((event) => type === undefined || event.type === type)
  return {
    runs,
    registry,
    journal,
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
