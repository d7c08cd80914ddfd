import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { useCaller, useHttpServer } from '../plane/http/use-http.ts'
import { eventually, useClient } from '../plane/use-peers.ts'
import { useProxy } from './proxy.ts'
import { addressOf, describeService } from './service.ts'

const service = { name: 'Inserts into PostgreSQL over HTTP', env: 'FAULTLINE_TEST_POSTGRES', port: 5432 }

interface Shop {
  readonly address: string
  /** What was ordered, with its idempotency key. */
  rows(): Promise<readonly (readonly [item: string, key: string | null])[]>
}

/**
 * A service of node:http that inserts an order for each POST into a table of its own in the real server, and answers
 * when that is committed: 201, or 200 where the unique column of the key knew it.
 */
async function useShop(): Promise<Shop> {
  const table = `faultline_orders_${randomBytes(6).toString('hex')}`
  const pool = new pg.Pool({ ...addressOf(service), user: 'postgres', max: 2, connectionTimeoutMillis: 5000 })
  onTestFinished(async () => {
    await pool.query(`drop table if exists ${table}`)
    await pool.end()
  })
  await pool.query(`create table ${table} (id serial primary key, item text not null, key text unique)`)
  const insert = async (item: string, key: unknown): Promise<number> => {
    const text = `insert into ${table} (item, key) values ($1, $2) on conflict (key) do nothing`
    return (await pool.query(text, [item, key ?? null])).rowCount === 1 ? 201 : 200
  }
  const address = await useHttpServer((req, res) => {
    let item = ''
    req.setEncoding('utf8')
    req.on('data', (text: string) => (item += text))
    req.on('end', () => {
      insert(item, req.headers['idempotency-key']).then(
        (status) => res.writeHead(status).end(item),
        (error: Error) => res.writeHead(500).end(error.message),
      )
    })
  })
  const rows = async () =>
    (await pool.query<{ item: string; key: string | null }>(`select item, key from ${table} order by id`)).rows
  return { address, rows: async () => (await rows()).map(({ item, key }) => [item, key] as const) }
}

const ORDER = 'POST /orders HTTP/1.1\r\nHost: shop\r\nContent-Length: 3\r\n\r\ntea'
const KEYED = { 'idempotency-key': 'k-1' }

await describeService(service, () => {
  describe('http_lost_response', () => {
    test.each(['fin', 'rst'] as const)('with %s: the row is there, and the caller is told nothing', async (then) => {
      const shop = await useShop()
      const proxy = await useProxy(shop.address, 'http')
      proxy.add({ kind: 'http_lost_response', attributes: { then } })
      const caller = useClient(`127.0.0.1:${proxy.address.port}`).send(ORDER)
      expect([await caller.ending(), caller.text]).toEqual([then, ''])
      expect(await shop.rows()).toEqual([['tea', null]])
    })

    test('with stall: the row is there, and the caller waits for as long as it likes', async () => {
      const shop = await useShop()
      const proxy = await useProxy(shop.address, 'http')
      proxy.add({ kind: 'http_lost_response', attributes: { then: 'stall' } })
      const caller = useClient(`127.0.0.1:${proxy.address.port}`).send(ORDER)
      await expect.poll(shop.rows, { timeout: 10_000 }).toEqual([['tea', null]])
      // An answer would be here by now.
      await new Promise((resolve) => setTimeout(resolve, 200))
      expect([caller.fate, caller.text]).toEqual(['open', ''])
      caller.socket.destroy()
      await eventually(() => proxy.openConnections() === 0, 'the end of the connection')
      expect(await shop.rows()).toHaveLength(1)
    })

    test.each([
      ['without an idempotency key: the row is there twice', {}, 201, 2],
      ['with a unique idempotency key: the row is there once', KEYED, 200, 1],
    ])('before a caller that tries again %s', async (_what, headers, status, times) => {
      const shop = await useShop()
      const proxy = await useProxy(shop.address, 'http')
      proxy.add({ kind: 'http_lost_response', trigger: { first: 1 } })
      const ask = useCaller(proxy.address.port)
      const order = { method: 'POST', body: 'tea', headers }
      await expect(ask('/orders', order)).rejects.toMatchObject({ code: 'ECONNRESET' })
      expect(await ask('/orders', order)).toMatchObject({ status, body: 'tea' })
      expect(await shop.rows()).toHaveLength(times)
    })
  })

  describe('http_duplicate', () => {
    test.each([
      ['without an idempotency key: the row is there twice', {}, 'last', 201, 2],
      ['with a unique idempotency key: the row is there once, and the last answer says so', KEYED, 'last', 200, 1],
      ['with a unique idempotency key and the first answer: the caller notices nothing', KEYED, 'first', 201, 1],
    ])('%s', async (_what, headers: { 'idempotency-key'?: string }, keep, status, times) => {
      const shop = await useShop()
      const proxy = await useProxy(shop.address, 'http')
      proxy.add({ kind: 'http_duplicate', attributes: { keep } })
      const ask = useCaller(proxy.address.port)
      expect(await ask('/orders', { method: 'POST', body: 'tea', headers })).toMatchObject({ status, body: 'tea' })
      const row = ['tea', headers['idempotency-key'] ?? null]
      expect(await shop.rows()).toEqual(Array.from({ length: times }, () => row))
      // The caller's connection is as good as before.
      proxy.heal()
      expect(await ask('/orders', { method: 'POST', body: 'milk' })).toMatchObject({ status: 201, body: 'milk' })
      expect(await shop.rows()).toHaveLength(times + 1)
    })
  })
})
