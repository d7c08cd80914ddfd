import { expect } from 'vitest'
import { blackhole, hold, latency } from 'faultline/client'
import { test } from './use-shop.js'

/** The cache is gone: the port refuses. Orders are still found, and the cache is used again when it is back. */
test('the cache is down: answers come from the database', async ({ openShop }) => {
  const shop = await openShop()
  await shop.order('a1')
  expect([await shop.find('a1'), await shop.find('a1')]).toMatchObject([{ from: 'database' }, { from: 'cache' }])
  await shop.cache.down(async () => {
    expect(await shop.find('a1')).toEqual({ code: 200, status: 'paid', from: 'database' })
  })
  await shop.cache.waitForConnections({ at_least: 1 })
  expect(await shop.find('a1')).toEqual({ code: 200, status: 'paid', from: 'cache' })
})

/** Worse than down: connections are taken, and nothing is ever said. A cache without a time limit makes all reads hang. */
test('the cache is silent: its time limit ends the wait', async ({ openShop }) => {
  const shop = await openShop({ limits: { cacheMs: 100 } })
  await shop.order('a1')
  await shop.cache.during(blackhole(), async (silence) => {
    expect(await shop.find('a1')).toEqual({ code: 200, status: 'paid', from: 'database' })
    await expect(silence).toHaveFired()
  })
})

/**
 * A minute for every answer of the database. The service gives up first and says so; the caller comes again with the
 * same key, and the order is made once.
 */
test('a slow database: the caller is told to come again, and the order is made once', async ({ openShop }) => {
  const shop = await openShop({ limits: { databaseMs: 300 } })
  await shop.db.during(latency({ latency: '1m' }), async () => {
    expect(await shop.order('a1')).toMatchObject({ code: 503 })
  })
  // As callers do who are told to come again.
  await expect.poll(() => shop.order('a1'), { timeout: 10_000 }).toEqual({ code: 201, status: 'paid' })
  expect(shop.partner.charges).toEqual({ a1: 7 })
})

/**
 * A failover resets every connection of the pool, in the middle of queries. A hold keeps their answers back until the
 * test has seen one, so the reset comes neither too early nor too late. Nobody who asks should notice.
 */
test('connections are reset under queries: the pool recovers, and nobody notices', async ({ openShop }) => {
  const shop = await openShop()
  const keys = ['a1', 'a2', 'a3', 'a4']
  await Promise.all(keys.map((key) => shop.order(key)))
  const answers = await shop.db.add(hold({}, { applies_to: 'existing' }))
  const finding = Promise.all(keys.map((key) => shop.find(key)))
  await answers.waitHeld(1)
  await shop.db.cut('rst')
  expect((await finding).map(({ code, status }) => [code, status])).toEqual(keys.map(() => [200, 'paid']))
})
