import { randomBytes } from 'node:crypto'
import type { CountsKeeper } from '../contract/metrics.ts'
import type { HostFaults } from '../contract/host.ts'
import type { JournalHeader } from '../contract/journal.ts'
import type { CheckMeans } from '../experiment/checks/run-checks.ts'
import { TrafficTap } from '../experiment/checks/traffic-tap.ts'
import type { ScopeClock } from '../contract/scope-wire.ts'
import { ExchangeLog } from '../experiment/exchange-log.ts'
import { createExperiments } from '../experiment/experiments.ts'
import { Journal } from '../experiment/journal.ts'
import { RunJournals } from '../experiment/journals/run-journals.ts'
import type { ProfileLibrary } from '../experiment/profile-library.ts'
import { Proof } from '../experiment/proof.ts'
import { Redaction } from '../experiment/redaction.ts'
import { ManualTime } from '../experiment/scopes/manual-time.ts'
import { Waits } from '../experiment/waits.ts'
import type { World } from '../experiment/world.ts'
import { catalogue } from '../faults/catalogue.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { ManualClock } from '../kernel/manual-clock.ts'
import { keepCounts } from '../metrics/keep-counts.ts'
import type { ToxiproxyPlanes } from '../plane/toxiproxy/toxiproxy-planes.ts'
import type { PlaneGround } from '../plane/embedded/plane-ground.ts'
import { PlaneRoom } from '../plane/embedded/plane-room.ts'
import { Registry } from '../registry/registry.ts'
import type { BugWatch } from './bug-watch.ts'
import type { Settings } from './settings.ts'

/** A test needs few of these, and there are many tests. */
const MOST_SCOPED = { proxies: 100, events: 4096, eventBytes: 4 * 1024 ** 2 }

/** What all worlds of a daemon share. */
export interface WorldParts {
  readonly clock: Clock
  readonly log: Log
  readonly settings: Settings
  readonly ground: PlaneGround
  readonly keeper: CountsKeeper
  readonly library: ProfileLibrary
  readonly bugs: BugWatch
  readonly checks: CheckMeans
  readonly hostFaults: HostFaults
  readonly versions: JournalHeader['versions']
  /** Where the control API listens. */
  readonly control: () => string | undefined
}

export interface WorldOptions {
  /** None is the default scope. */
  readonly scope?: string
  readonly seed: string
  /** In front of its event ids: letters and digits. */
  readonly boot: string
  /** Default real. */
  readonly clock?: ScopeClock
  /** What drives Toxiproxy servers, for the default scope. */
  readonly openPlanes?: ((shelf: Registry['foreign']) => ToxiproxyPlanes) | undefined
}

export interface OpenWorld extends World {
  readonly planes: ToxiproxyPlanes | undefined
  /** Takes up what earlier daemons left. */
  start(): Promise<void>
}

/** A world of its own: nothing but the ground of the plane, the machine, the profiles and the clock is shared with others. */
export function makeWorld(
  parts: WorldParts,
  { scope, seed, boot, clock: kind = 'real', openPlanes }: WorldOptions,
): OpenWorld {
  const { clock, log, settings, ground, keeper, library, control, checks, hostFaults } = parts
  const { events, bytes, rate, exchanges: kept, redact: fields, redact_query: parameters } = settings.journal
  const isDefault = scope === undefined
  const journal = new Journal({
    clock,
    boot,
    events: isDefault ? events : Math.min(events, MOST_SCOPED.events),
    bytes: isDefault ? bytes : Math.min(bytes, MOST_SCOPED.eventBytes),
    rate,
  })
  const exchanges = new ExchangeLog({ clock, sink: journal, exchanges: kept, redact: { fields, parameters } })
  const traffic = new TrafficTap(exchanges)
  const sink = parts.bugs.watch(traffic)
  const proof = new Proof(() => registry)
  const manual = kind === 'manual' ? new ManualClock(clock) : undefined
  const time = manual && new ManualTime({ clock: manual, real: clock, sink })
  const counted = keepCounts(new PlaneRoom(ground, sink, scope, manual), keeper, { scope })
  const plane = keepCounts(counted, proof)
  const { proxies, faults_per_proxy: faultsPerProxy } = settings.limits
  const registry: Registry = new Registry({
    plane,
    sink,
    seed,
    allowedUpstreams: settings.allowed_upstreams,
    allowedTargets: settings.allowed_targets,
    limits: { proxies: isDefault ? proxies : Math.min(proxies, MOST_SCOPED.proxies), faultsPerProxy },
    control,
  })
  const planes = openPlanes?.(registry.foreign)
  const journals = new RunJournals({
    events: journal,
    clock,
    log,
    traffic,
    connectionsOpen: (proxy) => registry.find(proxy)?.plane.status().connectionsOpen ?? 0,
    boot,
    versions: parts.versions,
    secret: new Redaction({ fields }).fields,
    planes,
    // Runs of a test end with its scope, and their journals with them.
    dataDir: isDefault ? settings.data_dir : undefined,
    limits: { total: settings.journal.run_bytes },
    kept: settings.journal.runs,
    pid: process.pid,
  })
  const durations = { usual: settings.runs.max_duration, longest: settings.runs.longest }
  const experiments = createExperiments(
    {
      registry,
      planes,
      journals,
      hostFaults,
      kinds: catalogue,
      sink,
      clock,
      manual,
      log,
      traffic,
      randomBytes,
      checks,
      durations,
    },
    library,
  )
  const waits = new Waits({ clock, registry, journal, traffic, time })
  const close = async (): Promise<void> => {
    time?.close()
    waits.close()
    await experiments.close()
    if (scope !== undefined) await hostFaults.endAll('its scope ended', `scope:${scope}`)
    await registry.close()
    await Promise.all([plane.close(), planes?.close()])
    journal.close()
  }
  const start = async (): Promise<void> => {
    await planes?.start()
    await journals.start()
  }
  return { registry, plane, journal, exchanges, ...experiments, planes, proof, waits, time, sink, start, close }
}
