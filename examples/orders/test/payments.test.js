import { expect } from 'vitest'
import { hang, httpAbort, httpDuplicate, httpLostResponse, httpTruncate, rateLimit } from 'faultline/client'
import { callsTo, test } from './use-shop.js'

/**
 * The partner does the work and its answer is lost. The caller cannot know, so it asks again, with the same idempotency
 * key. Without the key the customer pays twice, and this test finds it.
 */
test('a lost answer: the retry charges once', async ({ openShop }) => {
  const shop = await openShop()
  const lost = await shop.payments.add(httpLostResponse({}, { trigger: { first: 1 } }))
  expect(await shop.order('a1')).toEqual({ code: 201, status: 'paid' })
  await expect(lost).toHaveFired({ times: 1 })
  expect([shop.partner.requests, shop.partner.charges]).toEqual([2, { a1: 7 }])
})

/**
 * A queue that delivers at least once, a proxy that retries, a customer who clicks twice: the same request comes again.
 * The proxy stands before the service itself.
 */
test('a duplicate delivery: one order, one charge', async ({ openShop, scope }) => {
  const shop = await openShop()
  const front = await scope.proxy({ name: 'front', upstream: shop.service.address, protocol: 'http' })
  const twice = await front.add(httpDuplicate({ times: 3 }))
  expect(await callsTo(front.listen).order('a1')).toEqual({ code: 201, status: 'paid' })
  await expect(twice).toHaveFired()
  expect([shop.partner.requests, shop.partner.charges]).toEqual([1, { a1: 7 }])
})

/** The partner charges and then says nothing, with the connection open. Only a time limit of one's own ends that. */
test('an answer that never comes: the time limit ends it, and the retry charges once', async ({ openShop }) => {
  const shop = await openShop({ limits: { paymentMs: 1000 } })
  const stuck = await shop.payments.add(hang({ phase: 'after_upstream' }, { trigger: { first: 1 } }))
  expect(await shop.order('a1')).toEqual({ code: 201, status: 'paid' })
  await expect(stuck).toHaveFired({ times: 1 })
  expect(shop.partner.charges).toEqual({ a1: 7 })
})

/** Half a JSON document in a message that is whole: a status of 200 is no proof that the answer can be read. */
test('an answer that breaks off: it is not taken for a success, nor charged again', async ({ openShop }) => {
  const shop = await openShop()
  const half = await shop.payments.add(httpTruncate({ fraction: 0.5, how: 'valid' }, { trigger: { first: 1 } }))
  expect(await shop.order('a1')).toEqual({ code: 201, status: 'paid' })
  await expect(half).toHaveFired({ times: 1 })
  expect([shop.partner.requests, shop.partner.charges]).toEqual([2, { a1: 7 }])
})

/** The partner takes one request in two seconds, and says when to come again. The fault counts; nothing is scripted. */
test('a rate-limited partner: Retry-After is kept', async ({ openShop }) => {
  const shop = await openShop()
  await shop.payments.add(rateLimit({ limit: 1, window: '2s' }))
  expect(await shop.order('a1')).toEqual({ code: 201, status: 'paid' })
  expect(await shop.order('a2')).toEqual({ code: 201, status: 'paid' })
  await expect(shop.payments).toHaveSeen({ status: '429' })
  expect(shop.partner.charges).toEqual({ a1: 7, a2: 7 })
})

/**
 * After three failures the breaker opens, and the partner is left alone: the counts prove that no further request was
 * made. The breaker takes its clock as an argument, so the test moves time instead of waiting.
 */
test('a circuit breaker: it opens, leaves the partner alone, and closes again', async ({ openShop }) => {
  let time = 0
  const shop = await openShop({ now: () => time })
  await shop.payments.during(httpAbort({ status: 503 }), async (outage) => {
    expect(await shop.order('a1')).toEqual({ code: 202, status: 'ordered' })
    expect(await shop.order('a2')).toEqual({ code: 202, status: 'ordered' })
    await expect(outage).toHaveFired({ times: 3 })
  })
  expect(await shop.order('a1')).toEqual({ code: 202, status: 'ordered' })
  expect(shop.partner.requests).toBe(0)
  time += 10_000
  expect(await shop.order('a1')).toEqual({ code: 201, status: 'paid' })
  expect(shop.partner.charges).toEqual({ a1: 7 })
})
