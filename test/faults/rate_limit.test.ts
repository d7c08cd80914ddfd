import fc from 'fast-check'
import { expect, test } from 'vitest'
import { useExchangeFault } from './use-exchange-fault.ts'
import type { ExchangeBench, RequestLike } from './use-exchange-fault.ts'

const statusOf = (bench: ExchangeBench, request?: RequestLike): number => {
  const answer = bench.request(request)
  return answer.do === 'answer' ? answer.status : 200
}

function fieldsOf(bench: ExchangeBench, request?: RequestLike): Record<string, string> {
  const answer = bench.request(request)
  const given = answer.do === 'answer' ? answer : bench.response()
  const headers = given.do === 'answer' ? given.headers : given.do === 'change' ? given.headers?.set : undefined
  return Object.fromEntries(headers ?? [])
}

test('a fixed window lets its limit through, and begins anew after its time', () => {
  const bench = useExchangeFault('rate_limit', { limit: 2, window: 1000 })
  bench.now = 300
  expect([1, 2, 3, 4].map(() => statusOf(bench))).toEqual([200, 200, 429, 429])
  bench.now = 1299
  expect(statusOf(bench)).toBe(429)
  bench.now = 1300
  expect([1, 2, 3].map(() => statusOf(bench))).toEqual([200, 200, 429])
})

test('a token bucket fills evenly, and never above its limit', () => {
  const bench = useExchangeFault('rate_limit', { limit: 2, window: 1000, algorithm: 'token_bucket' })
  expect([1, 2, 3].map(() => statusOf(bench))).toEqual([200, 200, 429])
  bench.now = 499
  expect(statusOf(bench)).toBe(429)
  bench.now = 500
  expect([1, 2].map(() => statusOf(bench))).toEqual([200, 429])
  bench.now = 60_000
  expect([1, 2, 3].map(() => statusOf(bench))).toEqual([200, 200, 429])
})

test('a refusal says when to come again, and coming then succeeds', () => {
  for (const algorithm of ['fixed_window', 'token_bucket']) {
    const bench = useExchangeFault('rate_limit', { limit: 3, window: 6000, algorithm })
    for (let i = 0; i < 3; i++) statusOf(bench)
    bench.now = 500
    const wait = Number(fieldsOf(bench)['retry-after'])
    expect(wait).toBe(algorithm === 'fixed_window' ? 6 : 2)
    bench.now += wait * 1000
    expect(statusOf(bench)).toBe(200)
  }
})

test('answers tell the quota, those of the upstream included', () => {
  const bench = useExchangeFault('rate_limit', { limit: 2, window: 10_000 })
  expect(fieldsOf(bench)).toEqual({ 'ratelimit-limit': '2', 'ratelimit-remaining': '1', 'ratelimit-reset': '10' })
  bench.now = 4500
  expect(fieldsOf(bench)).toMatchObject({ 'ratelimit-remaining': '0', 'ratelimit-reset': '6' })
  expect(fieldsOf(bench)).toMatchObject({ 'retry-after': '6', 'ratelimit-remaining': '0' })
})

test('fields have their older names, or none, as asked', () => {
  const old = useExchangeFault('rate_limit', { limit: 1, fields: 'x_ratelimit' })
  expect(Object.keys(fieldsOf(old))).toEqual(['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'])
  const none = useExchangeFault('rate_limit', { limit: 1, fields: 'none', retry_after: false })
  expect(fieldsOf(none)).toEqual({})
  expect(Object.keys(fieldsOf(none))).toEqual(['content-type'])
})

test('keys are counted apart, and a missing header is a key of its own', () => {
  const header = useExchangeFault('rate_limit', { limit: 1, key: 'header', header: 'X-Api-Key' })
  const from = (value: string): RequestLike => ({ headers: [['x-api-key', value]] })
  expect([from('a'), from('b'), from('a'), {}, {}].map((one) => statusOf(header, one))).toEqual([
    200, 200, 429, 200, 429,
  ])
  const client = useExchangeFault('rate_limit', { limit: 1, key: 'client' })
  expect(['1.1.1.1', '2.2.2.2', '1.1.1.1'].map((address) => statusOf(client, { client: address }))).toEqual([
    200, 200, 429,
  ])
})

test('limit 0 refuses everything, and says to come again a window later', () => {
  for (const algorithm of ['fixed_window', 'token_bucket']) {
    const bench = useExchangeFault('rate_limit', { limit: 0, window: 5000, algorithm, status: 503 })
    expect([statusOf(bench), fieldsOf(bench)['retry-after']]).toEqual([503, '5'])
  }
})

test('the keys remembered are bounded, and the one seen longest ago goes first', () => {
  const bench = useExchangeFault('rate_limit', { limit: 1, key: 'client', max_keys: 2 })
  const ask = (client: string): number => statusOf(bench, { client })
  expect(['a', 'b', 'a', 'c', 'a', 'b'].map(ask)).toEqual([200, 200, 429, 200, 429, 200])
  for (let i = 0; i < 100; i++) ask(`c${i}`)
  expect((bench.state as Map<string, unknown>).size).toBe(2)
})

test('no window, wherever it begins, lets more through than twice the limit, and a bucket never more than its fill', () => {
  const arrivals = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 80 })
  fc.assert(
    fc.property(
      arrivals,
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom('fixed_window', 'token_bucket'),
      (gaps, limit, algorithm) => {
        const bench = useExchangeFault('rate_limit', { limit, window: 1000, algorithm })
        const passed: number[] = []
        for (const gap of gaps) {
          bench.now += gap
          if (statusOf(bench) === 200) passed.push(bench.now)
        }
        for (const from of passed) {
          expect(passed.filter((at) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(2 * limit)
        }
      },
    ),
  )
})

test('a header goes with key header', () => {
  expect(() => useExchangeFault('rate_limit', { key: 'header' })).toThrow('key header needs header')
  expect(() => useExchangeFault('rate_limit', { header: 'x' })).toThrow('header means nothing with key proxy')
})
