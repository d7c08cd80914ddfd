import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { createMetrics } from '../metrics/metrics.ts'
import { createApp } from '../control/app.ts'
import { injectFetch } from '../control/inject-fetch.ts'
import { GlobalHalt } from '../experiment/global-halt.ts'
import { ProfileLibrary } from '../experiment/profile-library.ts'
import { Scopes } from '../experiment/scopes/scopes.ts'
import type { World } from '../experiment/world.ts'
import { catalogue } from '../faults/catalogue.ts'
import { wishReader } from '../faults/read-wishes.ts'
import { RealClock } from '../kernel/clock.ts'
import { LoopLagMeter } from '../kernel/loop-lag.ts'
import { randomId } from '../kernel/random-id.ts'
import { PlaneGround } from '../plane/embedded/plane-ground.ts'
import { applyProxies } from './apply-proxies.ts'
import { BugWatch } from './bug-watch.ts'
import { checkMeans } from './check-means.ts'
import { boundAddress, cannotListen, controlAddress, urlOf } from './control-address.ts'
import { controlSettings } from './control-settings.ts'
import type { Daemon, DaemonOptions } from './daemon.ts'
import { planeLimits } from './machine-limits.ts'
import { makeWorld } from './make-world.ts'
import { metricsSource } from './metrics-source.ts'
import { openHostFaults } from './open-host-faults.ts'
import { planesOpener } from './open-planes.ts'

/**
 * Puts everything together; the only place that makes clocks, seeds and sockets.
 * @throws FaultlineError when it cannot start; then nothing is left open
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { settings, config, log, version, listen = true, onFlood } = options
  const address = controlAddress(settings)
  const clock = new RealClock()
  const startedAt = clock.wall()
  const bootId = randomId(randomBytes, 8)
  const seed = String(settings.seed ?? randomBytes(8).readBigUInt64BE())
  const bugs = new BugWatch({ clock, log, onFlood })
  const ground = new PlaneGround({ clock, kinds: catalogue, wishes: wishReader, limits: planeLimits(settings) })
  const lag = new LoopLagMeter()
  const about = { version, node: process.version, platform: process.platform }
  const sink: World['sink'] = { emit: (fact) => world.sink.emit(fact) }
  const hostFaults = openHostFaults(settings, { clock, sink, log, randomBytes })
  const checks = checkMeans(settings, clock)
  const metrics = createMetrics(
    metricsSource(() => ({ world, scopes, ground, checks, halt, hostFaults, lag, bugs }), about),
    { clock, runtimeMetrics: settings.runtime_metrics },
  )
  const parts = {
    clock,
    log,
    settings,
    ground,
    keeper: metrics,
    library: new ProfileLibrary(settings.profiles, checks.rules),
    bugs,
    checks,
    hostFaults,
    versions: { faultline: version, node: about.node, platform: about.platform },
    control: () => boundAddress(app.server),
  }
  const openPlanes = await planesOpener(settings, { clock, sink, log, kinds: catalogue })
  const world = makeWorld(parts, { seed, boot: bootId, openPlanes })
  const scopes: Scopes = new Scopes({
    clock,
    log,
    sink,
    seed,
    limit: settings.limits.scopes,
    randomBytes,
    isHalted: () => halt.state(),
    makeWorld: (scope) => makeWorld(parts, scope),
  })
  const halt = new GlobalHalt(world.halt, () => scopes.open().map(({ world: one }) => one.halt))
  const waiting = new Set(['config'])
  const app = createApp({
    ...world,
    halt,
    hostFaults,
    scopes,
    metrics,
    clock,
    log,
    info: { ...about, bootId, startedAt },
    settings: controlSettings(settings, address.isLoopback),
    waitingFor: () => [...waiting],
  })
  const stop = async (): Promise<void> => {
    waiting.add('stop')
    await Promise.all([world.runs.close(), scopes.close()])
    await hostFaults.close()
    await Promise.all([app.close(), world.close()])
    ground.close()
    lag.stop()
  }
  try {
    await hostFaults.start()
    await world.start()
    if (listen) {
      await app.listen({ host: address.host, port: address.port }).catch((error: unknown) => {
        throw cannotListen(urlOf(address.host, address.port), error)
      })
    }
    if (config !== undefined) await applyProxies(world.registry, config)
    waiting.delete('config')
  } catch (error) {
    await stop()
    throw error
  }
  const bound = app.server.address() as AddressInfo | null
  return {
    url: bound === null ? undefined : urlOf(bound.address, bound.port),
    fetch: injectFetch(app),
    isLoopback: address.isLoopback,
    seed,
    clock,
    registry: world.registry,
    halt,
    bugs,
    stop,
  }
}
