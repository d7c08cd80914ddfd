import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { useProxy } from './proxy.ts'
import { describeService } from './service.ts'
import { closeQuietly } from './session.ts'

const useBackend = 'select pg_backend_pid() as pid, pg_sleep(0.05)::text as slept'

/** What connection kinds do to a real connection pool. */
await describeService({ name: 'A pool of PostgreSQL', env: 'FAULTLINE_TEST_POSTGRES', port: 5432 }, (upstream) => {
  const usePool = (
    address: object,
    max: number,
  ): { pool: pg.Pool; backend: () => Promise<number>; lost: () => number } => {
    const pool = new pg.Pool({ ...address, user: 'postgres', max, connectionTimeoutMillis: 2000, query_timeout: 2000 })
    let lost = 0
    pool.on('error', () => lost++)
    onTestFinished(() => closeQuietly(() => pool.end()))
    const backend = async (): Promise<number> => (await pool.query<{ pid: number }>(useBackend)).rows[0]?.pid ?? 0
    return { pool, backend, lost: () => lost }
  }

  test('a connection limit that queues makes callers wait for their turn, and loses nobody', async () => {
    const proxy = await useProxy(upstream)
    proxy.add({ kind: 'connection_limit', attributes: { limit: 2, mode: 'queue' } })
    const queries = Array.from({ length: 6 }, async () => {
      const client = new pg.Client({ ...proxy.address, user: 'postgres', connectionTimeoutMillis: 5000 })
      await client.connect()
      await client.query(useBackend)
      await client.end()
    })
    const started = performance.now()
    await Promise.all(queries)
    expect(performance.now() - started).toBeGreaterThanOrEqual(149)
  })

  test('a connection limit that resets is an error of those that come too late only', async () => {
    const proxy = await useProxy(upstream)
    proxy.add({ kind: 'connection_limit', attributes: { limit: 2, mode: 'reset_new' } })
    const { backend } = usePool(proxy.address, 4)
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, backend))
    const failures = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(failures).toHaveLength(2)
    for (const { reason } of failures) expect(String(reason)).toMatch(/ECONNRESET|terminated/)
    proxy.heal()
    await expect(Promise.all(Array.from({ length: 4 }, backend))).resolves.toHaveLength(4)
  })

  test('a pool replaces what was closed for idleness, without its caller seeing it', async () => {
    const proxy = await useProxy(upstream)
    proxy.add({ kind: 'idle_close', attributes: { idle: '200ms' } })
    const { backend, lost } = usePool(proxy.address, 1)
    const first = await backend()
    await expect.poll(lost, { timeout: 5000 }).toBe(1)
    expect(await backend()).not.toBe(first)
  })

  test('a busy connection lives to its age and no longer', async () => {
    const proxy = await useProxy(upstream)
    proxy.add({ kind: 'max_age', attributes: { age: '400ms', how: 'rst' } })
    const { backend } = usePool(proxy.address, 1)
    const first = await backend()
    const started = performance.now()
    // Cut under a query it is an error; between two of them the pool has a new one already.
    const lives = (): Promise<boolean> =>
      backend().then(
        (pid) => pid === first,
        () => false,
      )
    while (await lives()) expect(performance.now() - started).toBeLessThan(2000)
    expect(performance.now() - started).toBeGreaterThan(200)
    expect(performance.now() - started).toBeLessThan(2000)
    expect(await backend()).not.toBe(first)
  })
})
