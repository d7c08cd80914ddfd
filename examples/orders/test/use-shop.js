import pg from 'pg'
import { test as withScope } from 'faultline/vitest'
import { startService } from '../src/service.js'
import { startPartner } from './partner.js'

const DATABASE_URL = process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const REDIS_URL = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379'

/**
 * `openShop(options)` gives a test a service of its own, with a proxy before each thing it needs. Names of proxies, the
 * schema of the database and the prefix of the cache are the scope's, so tests may run beside each other.
 */
export const test = withScope.extend({
  openShop: async ({ scope }, use) => {
    const endings = []
    await use(async (options = {}) => {
      const partner = await startPartner()
      const [db, cache, payments] = await Promise.all([
        scope.proxy({ name: 'db', upstream: new URL(DATABASE_URL).host }),
        scope.proxy({ name: 'cache', upstream: new URL(REDIS_URL).host }),
        scope.proxy({ name: 'payments', upstream: partner.address, protocol: 'http' }),
      ])
      const schema = await createSchema(scope.id)
      const service = await startService({
        databaseUrl: `${db.rewrite(DATABASE_URL)}?options=-csearch_path%3D${scope.id}`,
        cacheUrl: cache.rewrite(REDIS_URL),
        cachePrefix: `${scope.id}:`,
        paymentUrl: `http://${payments.listen}`,
        ...options,
      })
      endings.push(async () => {
        await service.close()
        await schema.drop()
        partner.close()
      })
      return { db, cache, payments, partner, service, ...callsTo(service.address) }
    })
    for (const end of endings) await end()
  },
})

/** Straight to the database: what a test prepares is not what it breaks. */
async function createSchema(name) {
  const client = new pg.Client(DATABASE_URL)
  await client.connect()
  await client.query(`create schema ${name}`)
  return {
    async drop() {
      await client.query(`drop schema ${name} cascade`)
      await client.end()
    },
  }
}

/** What callers of the service do. */
export const callsTo = (address) => ({
  async order(key) {
    const response = await fetch(`http://${address}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ item: 'tea', amount: 7 }),
    })
    const { status } = await response.json()
    return { code: response.status, status }
  },
  async find(key) {
    const response = await fetch(`http://${address}/orders/${key}`)
    const { status } = await response.json()
    return { code: response.status, status, from: response.headers.get('x-from') }
  },
})
