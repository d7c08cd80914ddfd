import { createServer } from 'node:http'
import { createBreaker } from './breaker.js'
import { createCache } from './cache.js'
import { createDatabase } from './database.js'
import { createPayments, PaymentUnavailableError } from './payments.js'

const SCHEMA = `create table if not exists orders (
  key text primary key, item text not null, amount integer not null, status text not null default 'ordered')`

/**
 * Takes orders, and has a partner charge for them.
 * `POST /orders` with an idempotency key and `{ item, amount }`: 201 paid, 202 to be paid later, 503 come again.
 * `GET /orders/<key>`: from the cache, or the database.
 */
export async function startService({ databaseUrl, cacheUrl, paymentUrl, cachePrefix, limits = {}, now }) {
  const database = createDatabase({ url: databaseUrl, timeoutMs: limits.databaseMs })
  const cache = createCache({ url: cacheUrl, prefix: cachePrefix, timeoutMs: limits.cacheMs })
  const payments = createPayments({ url: paymentUrl, timeoutMs: limits.paymentMs, breaker: createBreaker({ now }) })
  await database.query(SCHEMA)

  const place = async (key, { item, amount }) => {
    const [order] = await database.query(
      'insert into orders (key, item, amount) values ($1, $2, $3) on conflict (key) do update set key = excluded.key returning *',
      [key, item, amount],
    )
    if (order.status !== 'paid') {
      await payments.charge(key, order.amount)
      await database.query("update orders set status = 'paid' where key = $1", [key])
    }
    return { status: 201, body: { key, status: 'paid' } }
  }

  const find = async (key) => {
    const cached = await cache.get(key)
    if (cached !== null) return { status: 200, body: JSON.parse(cached), from: 'cache' }
    const [order] = await database.query('select key, item, amount, status from orders where key = $1', [key])
    if (order === undefined) return { status: 404, body: { error: 'no such order' } }
    await cache.put(key, JSON.stringify(order))
    return { status: 200, body: order, from: 'database' }
  }

  const answer = async (request) => {
    const key = /^\/orders\/([\w-]+)$/.exec(request.url)?.[1]
    if (request.method === 'GET' && key !== undefined) return find(key)
    if (request.method !== 'POST' || request.url !== '/orders') return { status: 404, body: { error: 'no such route' } }
    const given = request.headers['idempotency-key']
    if (given === undefined) return { status: 400, body: { error: 'an idempotency-key is needed' } }
    try {
      return await place(given, await readJson(request))
    } catch (error) {
      if (error instanceof PaymentUnavailableError) return { status: 202, body: { key: given, status: 'ordered' } }
      throw error
    }
  }

  const server = createServer((request, response) => {
    void answer(request)
      .catch((error) => ({ status: 503, body: { error: error.message }, retryAfter: 1 }))
      .then(({ status, body, from, retryAfter }) => {
        if (from !== undefined) response.setHeader('x-from', from)
        if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter)
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      })
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `127.0.0.1:${server.address().port}`,
    async close() {
      server.close()
      server.closeAllConnections()
      cache.close()
      await database.close()
    },
  }
}

async function readJson(stream) {
  let text = ''
  for await (const chunk of stream.setEncoding('utf8')) text += chunk
  return JSON.parse(text)
}
