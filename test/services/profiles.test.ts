import { readFileSync } from 'node:fs'
import { connect } from '@nats-io/transport-node'
import { Redis } from 'ioredis'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import type { ProxyHandle } from '../../src/client/proxy-handle.ts'
import type { RunStartInput } from '../../src/contract/run-wire.ts'
import { startFaultline } from '../../src/embed/start-faultline.ts'
import { parseDuration } from '../../src/kernel/units.ts'
import { describeService } from './service.ts'
import type { Service } from './service.ts'

/** A profile takes more than a minute as it is shipped: here its stages are so many times shorter, and all else is as it is. */
const SHORTER = 10

interface Trial {
  readonly profile: string
  readonly target: string
  readonly service: Service
  /** A new connection, something asked of it, and its end. Fails when the server does not serve. */
  readonly ask: (proxy: ProxyHandle) => Promise<unknown>
}

const LIMIT_MS = 2000

const TRIALS: readonly Trial[] = [
  {
    profile: 'slow-database',
    target: 'db',
    service: { name: 'PostgreSQL', env: 'FAULTLINE_TEST_POSTGRES', port: 5432 },
    async ask({ host, port }) {
      const client = new pg.Client({
        host,
        port,
        user: 'postgres',
        connectionTimeoutMillis: LIMIT_MS,
        query_timeout: LIMIT_MS,
      })
      client.on('error', () => undefined)
      try {
        await client.connect()
        await client.query('select 1')
      } finally {
        await client.end().catch(() => undefined)
      }
    },
  },
  {
    profile: 'stale-pool',
    target: 'db',
    service: { name: 'Redis', env: 'FAULTLINE_TEST_REDIS', port: 6379 },
    async ask({ host, port }) {
      const limits = { connectTimeout: LIMIT_MS, commandTimeout: LIMIT_MS, maxRetriesPerRequest: 0 }
      const redis = new Redis({ host, port, ...limits, lazyConnect: true, retryStrategy: () => null })
      redis.on('error', () => undefined)
      try {
        await redis.connect()
        await redis.ping()
      } finally {
        redis.disconnect()
      }
    },
  },
  {
    profile: 'flaky-network',
    target: 'service',
    service: { name: 'NATS', env: 'FAULTLINE_TEST_NATS', port: 4222 },
    async ask({ host, port }) {
      const nats = await connect({ servers: `${host}:${port}`, timeout: LIMIT_MS, reconnect: false })
      try {
        nats.publish('faultline.profiles', new Uint8Array(64))
        await nats.flush()
      } finally {
        await nats.close()
      }
    },
  },
]

function shipped(name: string): Exclude<RunStartInput['profile'], string> {
  const profile = parse(readFileSync(`chaos-profiles/${name}.yaml`, 'utf8')) as Exclude<
    RunStartInput['profile'],
    string
  >
  const stages = profile.stages.map((stage) => ({
    ...stage,
    ...('duration' in stage ? { duration: Math.ceil((parseDuration(stage.duration) ?? 0) / SHORTER) } : {}),
  }))
  return { ...profile, stages }
}

for (const { profile, target, service, ask } of TRIALS) {
  await describeService(service, (upstream) => {
    test(`${profile} runs for real: its faults act, it heals, and its check holds afterwards`, async () => {
      const chaos = await startFaultline({ seed: 7 })
      onTestFinished(() => chaos.stop())
      const scope = await chaos.scope()
      const proxy = await scope.proxy({ upstream, name: target })
      let over = false
      const served = { well: 0, badly: 0 }
      const caller = async (): Promise<void> => {
        while (!over) {
          await ask(proxy).then(
            () => served.well++,
            () => served.badly++,
          )
        }
      }
      const callers = Array.from({ length: 4 }, caller)
      const run = await scope.run(shipped(profile), { targets: { [target]: target } })
      const ended = await run.ended({ timeout: '60s' })
      over = true
      await Promise.all(callers)
      expect(ended).toMatchObject({ status: 'completed', healed: true })
      expect(ended.checks).toMatchObject([{ name: 'served-again' }])
      expect(ended.faults.some(({ applied }) => (applied ?? 0) > 0)).toBe(true)
      expect(served.well).toBeGreaterThan(0)
    }, 90_000)
  })
}
