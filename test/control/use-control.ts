import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { expect, onTestFinished } from 'vitest'
import { createApp } from '../../src/control/app.ts'
import type { ControlDeps, ControlSettings } from '../../src/control/deps.ts'
import { ExchangeLog } from '../../src/experiment/exchange-log.ts'
import { Journal } from '../../src/experiment/journal.ts'
import { ProfileLibrary } from '../../src/experiment/profile-library.ts'
import { ProfileRuns } from '../../src/experiment/runs.ts'
import { catalogue } from '../../src/faults/catalogue.ts'
import { RealClock } from '../../src/kernel/clock.ts'
import type { Log } from '../../src/kernel/log.ts'
import { LoopLagMeter } from '../../src/kernel/loop-lag.ts'
import { createMetrics } from '../../src/metrics/metrics.ts'
import { EmbeddedPlane } from '../../src/plane/embedded/plane.ts'
import { Registry } from '../../src/registry/registry.ts'

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

export interface Control {
  readonly app: FastifyInstance
  readonly registry: Registry
  readonly journal: Journal
  readonly plane: EmbeddedPlane
  readonly runs: ProfileRuns
  /** What was logged as an error: bugs. */
  readonly bugs: object[]
  call(method: string, url: string, options?: CallOptions): Promise<Reply>
  /** Listens on a free port of loopback. @returns the URL */
  listen(): Promise<string>
}

export interface ControlOptions {
  readonly settings?: Partial<ControlSettings>
  readonly journal?: { readonly events?: number }
  readonly limits?: { readonly proxies: number; readonly faultsPerProxy: number }
  readonly allowedUpstreams?: readonly string[]
  readonly waitingFor?: () => readonly string[]
  readonly deps?: Partial<ControlDeps>
}

/** The control plane over the real registry, plane, journal and runs. A bug that was logged fails the test. */
export function useControl(options: ControlOptions = {}): Control {
  const clock = new RealClock()
  const journal = new Journal({ clock, boot: 'test', ...options.journal })
  const limits = {
    connections: 1000,
    connectionsPerProxy: 1000,
    heldBytesPerLink: 2 ** 25,
    heldBytesTotal: 2 ** 29,
    dialMs: 2000,
  }
  const exchanges = new ExchangeLog({ clock, sink: journal, exchanges: 1000 })
  const plane = new EmbeddedPlane({ clock, sink: exchanges, kinds: catalogue, limits })
  const registry = new Registry({
    plane,
    sink: journal,
    seed: 'seed',
    allowedUpstreams: options.allowedUpstreams,
    limits: options.limits ?? { proxies: 10_000, faultsPerProxy: 100 },
  })
  const bugs: object[] = []
  const log: Log = { debug() {}, info() {}, warn() {}, error: (fields) => void bugs.push(fields) }
  const library = new ProfileLibrary(undefined)
  const runs = new ProfileRuns({ registry, kinds: catalogue, sink: journal, clock, log, library, randomBytes })
  const lag = new LoopLagMeter()
  const info = { version: '0.0.0-test', node: process.version, platform: process.platform }
  const metrics = createMetrics(
    {
      proxies: () => [],
      totals: () => plane.totals(),
      runs: () => ({ running: 0, ended: {} }),
      loopLag: () => lag.read(),
      bugs: () => 0,
      info,
    },
    { clock },
  )
  const app = createApp({
    registry,
    plane,
    journal,
    exchanges,
    runs,
    profiles: library,
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
    await runs.close()
    await registry.close()
    await plane.close()
    lag.stop()
    if (options.deps === undefined) expect(bugs).toEqual([])
  })
  return {
    app,
    registry,
    journal,
    plane,
    runs,
    bugs,
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
