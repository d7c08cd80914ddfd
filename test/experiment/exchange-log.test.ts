import { expect, test } from 'vitest'
import type { ExchangeFact, Fact } from '../../src/contract/events.ts'
import type { HeaderList } from '../../src/contract/exchange.ts'
import type { ExchangeFilter } from '../../src/contract/ports.ts'
import { ExchangeLog } from '../../src/experiment/exchange-log.ts'
import { Journal } from '../../src/experiment/journal.ts'
import { ManualClock } from '../support/manual-clock.ts'

export const exchangeFact = (n: number, more: Partial<ExchangeFact> = {}): ExchangeFact => ({
  type: 'exchange',
  proxy: 'p',
  exchange: `x${n}`,
  connection: 'c1',
  ordinal: 1,
  client: '127.0.0.1',
  lane: 'wire',
  method: 'GET',
  target: '/',
  status: 200,
  origin: 'upstream',
  complete: true,
  total_ms: 5,
  injected_ms: 0,
  request_bytes: 0,
  response_bytes: 0,
  faults: [],
  ...more,
})

function useLog(options: { exchanges?: number; redact?: string[] } = {}) {
  const clock = new ManualClock()
  const passed: Fact[] = []
  const log = new ExchangeLog({ clock, sink: { emit: (fact) => void passed.push(fact) }, exchanges: 3, ...options })
  const add = (fact: ExchangeFact, request: HeaderList = [], response?: HeaderList): void =>
    log.emit(fact, { request, response, size: JSON.stringify([request, response]).length })
  const names = (filter: ExchangeFilter = {}, limit = 100): string[] =>
    log.recent(filter, limit).exchanges.map(({ exchange }) => exchange)
  return { clock, passed, log, add, names }
}

test('the latest exchanges are kept, latest first; older ones go', () => {
  const { add, names, log } = useLog()
  expect(names()).toEqual([])
  for (let n = 1; n <= 2; n++) add(exchangeFact(n))
  expect(names()).toEqual(['x2', 'x1'])
  for (let n = 3; n <= 8; n++) add(exchangeFact(n))
  expect(names()).toEqual(['x8', 'x7', 'x6'])
  expect(names({}, 2)).toEqual(['x8', 'x7'])
  expect(log.recent({}, 1).total).toBe(3)
})

test('all facts go on, without heads', () => {
  const { log, add, passed } = useLog({ exchanges: 0 })
  log.emit({ type: 'command', action: 'a', owner: 'api' })
  add(exchangeFact(1), [['authorization', 'secret']])
  expect(passed.map(({ type }) => type)).toEqual(['command', 'exchange'])
  expect(JSON.stringify(passed)).not.toContain('secret')
  expect(log.recent({}, 10)).toEqual({ exchanges: [], total: 0 })
})

test('heads that are large push out more than one, and the latest is always there', () => {
  const { add, names } = useLog({ exchanges: 1000 })
  for (let n = 1; n <= 100; n++) add(exchangeFact(n), [['x-large', 'x'.repeat(1024 ** 2)]])
  expect(names()).toHaveLength(15)
  expect(names()[0]).toBe('x100')
  add(exchangeFact(101), [['x-large', 'x'.repeat(20 * 1024 ** 2)]])
  expect(names()).toEqual(['x101'])
  add(exchangeFact(102))
  expect(names()).toEqual(['x102'])
})

test('secrets are hidden in whatever spelling; everything else is shown as it came', () => {
  const { add, log, clock } = useLog({ redact: ['X-Api-Key'] })
  clock.advance(1000)
  add(
    exchangeFact(1),
    [
      ['Host', 'shop'],
      ['AUTHORIZATION', 'Bearer s3cret'],
      ['Cookie', 's3cret'],
      ['Proxy-Authorization', 's3cret'],
      ['x-api-key', 's3cret'],
    ],
    [
      ['Set-Cookie', 's3cret'],
      ['Set-Cookie', 's3cret2'],
      ['X-Other', 'seen'],
    ],
  )
  const [view] = log.recent({}, 1).exchanges
  expect(JSON.stringify(view)).not.toContain('s3cret')
  expect(view?.request_headers.map(([name]) => name)).toEqual([
    'Host',
    'AUTHORIZATION',
    'Cookie',
    'Proxy-Authorization',
    'x-api-key',
  ])
  expect(view?.request_headers[0]).toEqual(['Host', 'shop'])
  expect(view?.response_headers).toEqual([
    ['Set-Cookie', '(hidden)'],
    ['Set-Cookie', '(hidden)'],
    ['X-Other', 'seen'],
  ])
  // The head came 5 ms before the end.
  expect(view?.at).toBe('2023-11-14T22:13:21.995Z')
})

test.each([
  [{ proxy: 'q' }, ['x2']],
  [{ method: 'POST' }, ['x3', 'x1']],
  [{ path: '/pay/*' }, ['x3']],
  [{ path: '/pay/**' }, ['x3', 'x1']],
  [{ status: '503' }, ['x3']],
  [{ status: '2xx' }, ['x1']],
  [{ status: 'none' }, ['x2']],
  [{ origin: 'injected' }, ['x3']],
  [{ fault: 'slow' }, ['x3', 'x2']],
  [{ connection: 'c9' }, ['x2']],
  [{ method: 'POST', status: '5xx', fault: 'slow' }, ['x3']],
] as [ExchangeFilter, string[]][])('a filter finds what fits it all: %j', (filter, found) => {
  const { add, names } = useLog()
  add(exchangeFact(1, { method: 'POST', target: '/pay/1/2?x=/y' }))
  const { status: _, ...unanswered } = exchangeFact(2, { proxy: 'q', connection: 'c9', faults: ['slow'] })
  add(unanswered)
  add(exchangeFact(3, { method: 'POST', target: '/pay/3?a', status: 503, origin: 'injected', faults: ['a', 'slow'] }))
  expect(names(filter)).toEqual(found)
})

test.each(['', '5', '5x', '5xxx', '20x', '2000', 'ok', '0xx'])('what is no status is refused: %j', (status) => {
  expect(() => useLog().names({ status })).toThrowError(/a status such as 503, a class such as 5xx, and none/)
})

test('above the rate, exchanges are counted and not kept, and facts are all kept', () => {
  const clock = new ManualClock()
  const journal = new Journal({ clock, boot: 'b', rate: 10 })
  const types = (): string[] => journal.read({}).events.map(({ type }) => type)
  for (let n = 1; n <= 10; n++) journal.emit(exchangeFact(n))
  expect(types()).toHaveLength(10)
  for (let n = 11; n <= 30; n++) journal.emit(exchangeFact(n))
  journal.emit({ type: 'command', action: 'a', owner: 'api' })
  expect(types().slice(10)).toEqual(['command'])
  // The second ends with nothing coming by.
  clock.advance(1000)
  expect(journal.read({}).events.at(-1)).toMatchObject({ type: 'observations_left_out', count: 20, within_ms: 1000 })
  journal.emit(exchangeFact(31))
  expect(types().slice(10)).toEqual(['command', 'observations_left_out', 'exchange'])
  clock.advance(5000)
  expect(types()).toHaveLength(13)
})
