import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { expect, onTestFinished } from 'vitest'
import { createApp } from '../../src/control/app.ts'
import type { ControlDeps, ControlSettings } from '../../src/control/deps.ts'
import { GlobalHalt } from '../../src/experiment/global-halt.ts'
import { hostLimits } from '../../src/daemon/host-limits.ts'
import { MachineFaults } from '../../src/host/host-faults.ts'
import { useCheckMeans } from '../support/use-check-means.ts'
import { ProfileLibrary } from '../../src/experiment/profile-library.ts'
import { Scopes } from '../../src/experiment/scopes/scopes.ts'
import { makeWorld } from '../../src/daemon/make-world.ts'
import { measuredProxies } from '../../src/daemon/measured-proxies.ts'
import { loadSettings } from '../../src/daemon/load-settings.ts'
import { catalogue } from '../../src/faults/catalogue.ts'
import { wishReader } from '../../src/faults/read-wishes.ts'
import { RealClock } from '../../src/kernel/clock.ts'
import type { Log } from '../../src/kernel/log.ts'
import { LoopLagMeter } from '../../src/kernel/loop-lag.ts'
import { createMetrics } from '../../src/metrics/metrics.ts'
import type { World } from '../../src/experiment/world.ts'
import { BugWatch } from '../../src/daemon/bug-watch.ts'
import { PlaneGround } from '../../src/plane/embedded/plane-ground.ts'

export interface Reply {
  readonly status: number
  readonly headers: LightMyRequestResponse['headers']
  readonly text: string
  /** The body as JSON. */
  readonly json: any
}

export interface CallOptions {
  readonly body?: unknown
  /** The body to the letter, instead. */
  readonly raw?: string | Buffer
  readonly headers?: Record<string, string>
}

export interface Control extends World {
  readonly app: FastifyInstance
  readonly scopes: Scopes
  /** What was logged as an error: bugs. */
  readonly bugs: object[]
  call(method: string, url: string, options?: CallOptions): Promise<Reply>
  /** Listens on a free port of loopback. @returns the URL */
  listen(): Promise<string>
}

export interface ControlOptions {
  /** Most scopes. */
  readonly scopes?: number
  readonly settings?: Partial<ControlSettings>
  readonly journal?: { readonly events?: number }
  readonly limits?: { readonly proxies: number; readonly faultsPerProxy: number }
  readonly allowedUpstreams?: readonly string[]
  readonly dialMs?: number
  readonly waitingFor?: () => readonly string[]
  readonly deps?: Partial<ControlDeps>
}

/** The control plane over the real registry, plane, journal and runs. A bug that was logged fails the test. */
export function useControl(options: ControlOptions = {}): Control {
  const clock = new RealClock()
  const limits = {
    connections: 1000,
    connectionsPerProxy: 1000,
    heldBytesPerLink: 2 ** 25,
    heldBytesTotal: 2 ** 29,
    dialMs: options.dialMs ?? 2000,
  }
  const defaults = loadSettings({}).settings
  const { proxies = 10_000, faultsPerProxy = 100 } = options.limits ?? {}
  const settings = {
    ...defaults,
    journal: { ...defaults.journal, ...options.journal },
    limits: { ...defaults.limits, proxies, faults_per_proxy: faultsPerProxy },
    allowed_upstreams: options.allowedUpstreams as string[] | undefined,
  }
  const logged: object[] = []
  const log: Log = { debug() {}, info() {}, warn() {}, error: (fields) => void logged.push(fields) }
  const ground = new PlaneGround({ clock, kinds: catalogue, wishes: wishReader, limits })
  const bugs = new BugWatch({ clock, log, onFlood() {} })
  const lag = new LoopLagMeter()
  const info = { version: '0.0.0-test', node: process.version, platform: process.platform }
  const metrics = createMetrics(
    {
      proxies: () => measuredProxies(world.registry, scopes),
      totals: () => ground.totals(),
      runs: () => ({ running: 0, ended: {} }),
      checks: () => checks.counts,
      partitions: () => world.partitions.cut,
      halted: () => halt.state().halted,
      hostFaults: () => [],
      scopes: () => scopes.counts(),
      loopLag: () => lag.read(),
      planes: () => [],
      bugs: () => 0,
      info,
    },
    { clock },
  )
  const checks = useCheckMeans()
  const library = new ProfileLibrary(undefined, checks.rules)
  const sink: World['sink'] = { emit: (fact) => world.sink.emit(fact) }
  const hostFaults = new MachineFaults({
    limits: hostLimits(settings),
    dataDir: undefined,
    clock,
    sink,
    log,
    randomBytes,
  })
  const versions = { faultline: info.version, node: info.node, platform: info.platform }
  const shared = { clock, log, settings, ground, library, bugs, checks, hostFaults, versions }
  const parts = { ...shared, keeper: metrics, control: () => undefined }
  const world = makeWorld(parts, { seed: 'seed', boot: 'test' })
  const scopes: Scopes = new Scopes({
    clock,
    log,
    sink,
    seed: 'seed',
    randomBytes,
    limit: options.scopes ?? 1000,
    isHalted: () => halt.state(),
    makeWorld: (scope) => makeWorld(parts, scope),
  })
  const halt = new GlobalHalt(world.halt, () => scopes.open().map(({ world: one }) => one.halt))
  const app = createApp({
    ...world,
    halt,
    hostFaults,
    scopes,
    metrics,
    clock,
    log,
    info: { ...info, bootId: 'test', startedAt: clock.wall() },
    settings: {
      token: undefined,
      toxiproxyApi: 'open',
      boundToLoopback: true,
      allowedHosts: [],
      bodyLimit: 16 * 1024 ** 2,
      eventReaders: 10,
      requestRate: 0,
      ...options.settings,
    },
    waitingFor: options.waitingFor ?? (() => []),
    ...options.deps,
  })
  onTestFinished(async () => {
    await app.close()
    await Promise.all([scopes.close(), world.close()])
    ground.close()
    lag.stop()
    if (options.deps === undefined) expect(logged).toEqual([])
  })
  return {
    ...world,
    app,
    scopes,
    bugs: logged,
    async call(method, url, { body, raw, headers = {} } = {}) {
      const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body))
      const response = await app.inject({
        method: method as 'GET',
        url,
        headers: {
          host: 'localhost',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(payload === undefined ? {} : { payload }),
      })
      const text = response.body
      return {
        status: response.statusCode,
        headers: response.headers,
        text,
        get json(): unknown {
          return JSON.parse(text)
        },
      }
    },
    async listen() {
      await app.listen({ host: '127.0.0.1', port: 0 })
      return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
    },
  }
}
