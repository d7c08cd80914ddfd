import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { keepCounts } from '../metrics/keep-counts.ts'
import { createMetrics } from '../metrics/metrics.ts'
import { formatAddress } from '../contract/address.ts'
import { FaultlineError } from '../contract/errors.ts'
import { createApp } from '../control/app.ts'
import { ExchangeLog } from '../experiment/exchange-log.ts'
import { Journal } from '../experiment/journal.ts'
import { ProfileLibrary } from '../experiment/profile-library.ts'
import { ProfileRuns } from '../experiment/runs.ts'
import { catalogue } from '../faults/catalogue.ts'
import { RealClock, type Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import { LoopLagMeter } from '../kernel/loop-lag.ts'
import { randomId } from '../kernel/random-id.ts'
import { EmbeddedPlane } from '../plane/embedded/plane.ts'
import { Registry } from '../registry/registry.ts'
import { applyProxies } from './apply-proxies.ts'
import { BugWatch } from './bug-watch.ts'
import type { ConfigFile } from './config-file.ts'
import { controlAddress, urlOf } from './control-address.ts'
import { planeLimits } from './machine-limits.ts'
import { measuredProxies } from './measured-proxies.ts'
import type { Settings } from './settings.ts'

export interface DaemonOptions {
  readonly settings: Settings
  readonly config?: ConfigFile | undefined
  readonly log: Log
  readonly version: string
  /** Called when bugs do not stop, so that going on makes no sense. */
  readonly onFlood: () => void
}

export interface Daemon {
  /** Where the control API is. */
  readonly url: string
  readonly isLoopback: boolean
  readonly seed: string
  readonly clock: Clock
  readonly registry: Registry
  /** For exceptions that nobody caught. */
  readonly bugs: BugWatch
  /** Heals what runs, closes every socket. */
  stop(): Promise<void>
}

/**
 * Puts everything together; the only place that makes clocks, seeds and sockets.
 * @throws FaultlineError when it cannot start; then nothing is left open
 */
export async function startDaemon({ settings, config, log, version, onFlood }: DaemonOptions): Promise<Daemon> {
  const address = controlAddress(settings)
  const clock = new RealClock()
  const startedAt = clock.wall()
  const bootId = randomId(randomBytes, 8)
  const seed = String(settings.seed ?? randomBytes(8).readBigUInt64BE())
  const kinds = catalogue
  const { events, bytes, rate, exchanges, redact } = settings.journal
  const journal = new Journal({ clock, boot: bootId, events, bytes, rate })
  const exchangeLog = new ExchangeLog({ clock, sink: journal, exchanges, redact })
  const bugs = new BugWatch({ clock, sink: exchangeLog, log, onFlood })
  const sink = bugs
  const limits = planeLimits(settings)
  const embedded = new EmbeddedPlane({ clock, sink, kinds, limits })
  const lag = new LoopLagMeter()
  const platform = process.platform
  const metrics = createMetrics(
    {
      proxies: () => measuredProxies(registry),
      totals: () => embedded.totals(),
      runs: () => {
        const { running, ...ended } = runs.counts()
        return { running, ended }
      },
      loopLag: () => lag.read(),
      bugs: () => bugs.count,
      info: { version, node: process.version, platform },
    },
    { clock, runtimeMetrics: settings.runtime_metrics },
  )
  const plane = keepCounts(embedded, metrics)
  const registry = new Registry({
    plane,
    sink,
    seed,
    allowedUpstreams: settings.allowed_upstreams,
    limits: { proxies: settings.limits.proxies, faultsPerProxy: settings.limits.faults_per_proxy },
    control: () => {
      const bound = app.server.address()
      return bound === null || typeof bound === 'string' ? undefined : formatAddress(bound.address, bound.port)
    },
  })
  const library = new ProfileLibrary(settings.profiles)
  const runs = new ProfileRuns({ registry, kinds, sink, clock, log, library, randomBytes })
  const waiting = new Set(['config'])
  const app = createApp({
    registry,
    plane,
    journal,
    exchanges: exchangeLog,
    runs,
    profiles: library,
    metrics,
    clock,
    log,
    info: { version, bootId, startedAt, node: process.version, platform },
    settings: {
      token: settings.token,
      toxiproxyApi: settings.toxiproxy_api,
      boundToLoopback: address.isLoopback,
      allowedHosts: settings.allowed_hosts ?? [],
      bodyLimit: settings.limits.body,
      eventReaders: settings.limits.event_readers,
      requestRate: settings.limits.requests,
    },
    waitingFor: () => [...waiting],
  })
  const stop = async (): Promise<void> => {
    waiting.add('stop')
    await runs.close()
    await Promise.all([app.close(), registry.close(), plane.close()])
    lag.stop()
  }
  try {
    await app.listen({ host: address.host, port: address.port }).catch((error: unknown) => {
      throw cannotListen(urlOf(address.host, address.port), error)
    })
    if (config !== undefined) await applyProxies(registry, config)
    waiting.delete('config')
  } catch (error) {
    await stop()
    throw error
  }
  const bound = app.server.address() as AddressInfo
  return { url: urlOf(bound.address, bound.port), isLoopback: address.isLoopback, seed, clock, registry, bugs, stop }
}

function cannotListen(url: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === undefined) return error
  const why = code === 'EADDRINUSE' ? 'another program listens there' : message
  const remedy = 'Free the port, or choose another with --port (0 takes a free one).'
  return new FaultlineError(
    code === 'EADDRINUSE' ? 'address_in_use' : 'listen_failed',
    `the control API cannot listen on ${url}: ${why}`,
    { remedy },
  )
}
