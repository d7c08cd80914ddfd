import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { RequestHead } from '../../src/contract/exchange.ts'
import type { Match } from '../../src/contract/model.ts'
import { MatchedBody } from '../../src/plane/embedded/body-match.ts'
import { compileJudge, failedCondition } from '../../src/plane/embedded/match.ts'

const head = (method = 'POST'): RequestHead => ({
  method,
  target: '/pay',
  path: '/pay',
  query: undefined,
  version: '1.1',
  headers: [],
})

const judge = (match: Match, text?: string, method?: string): boolean | undefined => {
  const body = text === undefined ? undefined : new MatchedBody(Buffer.from(text), undefined)
  return compileJudge(match)?.judge({ client: '127.0.0.1', request: head(method), body })
}

const ORDER =
  '{"customer":{"tier":"gold","vip":true,"note":null},"items":[{"sku":"A-1","price":5},{"sku":"B-2","price":250}]}'

describe('a condition on a body', () => {
  test.each<[Match['body'], boolean]>([
    [{ contains: '"gold"' }, true],
    [{ contains: 'Gold' }, false],
    [{ regex: '"price":[0-9]{3}' }, true],
    [{ regex: '^\\[' }, false],
    [{ json: { '/customer/tier': 'gold' } }, true],
    [{ json: { 'customer.tier': 'go*' } }, true],
    [{ json: { '/customer/tier': 'silver' } }, false],
    [{ json: { '/customer/vip': true } }, true],
    [{ json: { '/customer/vip': 'true' } }, true],
    [{ json: { '/customer/vip': false } }, false],
    [{ json: { '/customer/note': null } }, true],
    [{ json: { '/customer/age': null } }, false],
    [{ json: { '/customer/age': '**' } }, false],
    [{ json: { '/customer': '**' } }, true],
    [{ json: { 'items[*].price': 250 } }, true],
    [{ json: { 'items[*].price': '25?' } }, true],
    [{ json: { 'items[*].price': { min: 100 } } }, true],
    [{ json: { 'items[*].price': { min: 6, max: 249 } } }, false],
    [{ json: { 'items[0].price': { max: 5 } } }, true],
    [{ json: { 'customer.tier': { min: 0 } } }, false],
    [{ json: { '/items/length': '**' } }, false],
    [{ json: { 'items[*].sku': 'A-*', 'customer.vip': true } }, true],
    [{ json: { 'items[*].sku': 'C-*', 'customer.vip': true } }, false],
    [{ contains: 'gold', regex: 'silver' }, false],
  ])('%j on an order: %s', (body, holds) => {
    expect(judge({ body: body as NonNullable<Match['body']> }, ORDER)).toBe(holds)
  })

  test('on JSON does not hold for what is none, and text may be any', () => {
    expect(judge({ body: { json: { a: '**' } } }, '<html>')).toBe(false)
    expect(judge({ body: { contains: 'ü' } }, 'für')).toBe(true)
    expect(judge({ body: { regex: '^$' } }, '')).toBe(true)
  })

  test('is left open while there is no body, unless the head decides', () => {
    const match: Match = { method: ['POST'], body: { contains: 'x' } }
    expect(judge(match)).toBeUndefined()
    expect(judge(match, undefined, 'GET')).toBe(false)
    const either: Match = { any: [{ method: ['GET'] }, { body: { contains: 'x' } }] }
    expect([judge(either, undefined, 'GET'), judge(either), judge(either, 'x')]).toEqual([true, undefined, true])
    const not: Match = { not: { method: ['POST'], body: { contains: 'x' } } }
    expect([judge(not, undefined, 'GET'), judge(not), judge(not, 'x'), judge(not, 'y')]).toEqual([
      true,
      undefined,
      false,
      true,
    ])
    const all: Match = { all: [{ body: { contains: 'x' } }, { path: '/other' }] }
    expect(judge(all)).toBe(false)
    expect(judge({ body: { contains: 'x' }, exclude: ['/pay'] })).toBe(false)
  })

  test('is left open where the body is not in its coding, or unfolds to more than 64 KiB', () => {
    const of = (bytes: Uint8Array, coding: string): boolean | undefined =>
      compileJudge({ body: { contains: 'a' } })?.judge({
        client: '::1',
        request: head(),
        body: new MatchedBody(bytes, coding),
      })
    expect(of(gzipSync('a'.repeat(65_536)), 'gzip')).toBe(true)
    expect(of(gzipSync('a'.repeat(65_537)), 'gzip')).toBeUndefined()
    expect(of(Buffer.from('a'), 'gzip')).toBeUndefined()
    expect(of(Buffer.from('a'), 'zstd')).toBeUndefined()
    expect(of(Buffer.from('a'), 'identity')).toBe(true)
  })

  test('that fails is named by its place in the match', () => {
    const unit = { client: '::1', request: head(), body: new MatchedBody(Buffer.from(ORDER), undefined) }
    expect(failedCondition({ body: { contains: 'gold', json: { '/customer/vip': false } } }, unit)).toBe(
      'body/json//customer/vip',
    )
    expect(failedCondition({ all: [{ path: '/pay' }, { body: { regex: '^x' } }] }, unit)).toBe('all/1/body/regex')
  })
})
