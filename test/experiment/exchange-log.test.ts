import { expect, test } from 'vitest'
import { exchangeFact } from '../../src/contract/ended-exchange.ts'
import type { EndedExchange } from '../../src/contract/ended-exchange.ts'
import type { HeadBytes } from '../../src/contract/raw-head.ts'
import type { Fact } from '../../src/contract/events.ts'
import type { ExchangeFilter } from '../../src/contract/ports.ts'
import { ExchangeLog } from '../../src/experiment/exchange-log.ts'
import type { Redacted } from '../../src/experiment/redaction.ts'
import { Journal } from '../../src/experiment/journal.ts'
import { ManualClock } from '../support/manual-clock.ts'

const ended = (ordinal: number, more: Partial<EndedExchange> = {}): EndedExchange => ({
  proxy: 'p',
  ordinal,
  connection: { id: 'c1', ordinal: 1, client: '127.0.0.1' },
  lane: 'wire',
  method: 'GET',
  target: '/',
  status: 200,
  origin: 'upstream',
  complete: true,
  startedAt: 0,
  sentAt: -1,
  answeredAt: -1,
  endedAt: 5,
  injectedMs: 0,
  requestBytes: 0,
  responseBytes: 0,
  faults: [],
  unable: undefined,
  refused: undefined,
  request: [],
  response: undefined,
  ...more,
})

function useLog(options: { exchanges?: number; redact?: Redacted } = {}) {
  const clock = new ManualClock()
  const passed: Fact[] = []
  const log = new ExchangeLog({ clock, sink: { emit: (fact) => void passed.push(fact) }, exchanges: 3, ...options })
  const add = (exchange: EndedExchange): void => void log.exchange(exchange)
  const names = (filter: ExchangeFilter = {}, limit = 100): string[] =>
    log.recent(filter, limit).exchanges.map(({ exchange }) => exchange)
  return { clock, passed, log, add, names }
}

test('the latest exchanges are kept, latest first; older ones go', () => {
  const { add, names, log } = useLog()
  expect(names()).toEqual([])
  for (let n = 1; n <= 2; n++) add(ended(n))
  expect(names()).toEqual(['x2', 'x1'])
  for (let n = 3; n <= 8; n++) add(ended(n))
  expect(names()).toEqual(['x8', 'x7', 'x6'])
  expect(names({}, 2)).toEqual(['x8', 'x7'])
  expect(log.recent({}, 1).total).toBe(3)
})

test('all facts go on, without heads', () => {
  const { log, add, passed } = useLog({ exchanges: 0 })
  log.emit({ type: 'command', action: 'a', owner: 'api' })
  add(ended(1, { request: ['authorization', 'secret'] }))
  expect(passed.map(({ type }) => type)).toEqual(['command', 'exchange'])
  expect(JSON.stringify(passed)).not.toContain('secret')
  expect(log.recent({}, 10)).toEqual({ exchanges: [], total: 0 })
})

test('heads that last are kept as they are, others are copied, and neither is taken for what was there before', () => {
  const { add, log } = useLog({ exchanges: 1 })
  const lasting = (text: string): HeadBytes => ({ text, size: text.length, lasts: true, copyTo: () => expect.fail() })
  const fields = (): unknown[] => log.recent({}, 1).exchanges.map((one) => [one.request_headers, one.response_headers])
  const [a, b] = [lasting('GET / HTTP/1.1\r\nA: 1\r\n\r\n'), lasting('HTTP/1.1 200 OK\r\nB: 2\r\n\r\n')]
  add(ended(1, { request: ['C', '3'], response: ['D', '4'] }))
  expect(fields()).toEqual([[[['C', '3']], [['D', '4']]]])
  add(ended(2, { request: a, response: b }))
  expect(fields()).toEqual([[[['A', '1']], [['B', '2']]]])
  add(ended(3, { request: ['C', '3'] }))
  expect(fields()).toEqual([[[['C', '3']], undefined]])
})

test('heads that are large push out more than one, and the latest is always there', () => {
  const { add, names } = useLog({ exchanges: 1000 })
  for (let n = 1; n <= 100; n++) add(ended(n, { request: ['x-large', 'x'.repeat(1024 ** 2)] }))
  expect(names()).toHaveLength(15)
  expect(names()[0]).toBe('x100')
  add(ended(101, { request: ['x-large', 'x'.repeat(20 * 1024 ** 2)] }))
  expect(names()).toEqual(['x101'])
  add(ended(102))
  expect(names()).toEqual(['x102'])
})

test.each([
  ['/a', '/a'],
  ['/a?b=c&d', '/a?b=c&d'],
  ['/a?token=s3cret', '/a?token=(hidden)'],
  ['/a?x=1&Access-Token=s3cret&y=2', '/a?x=1&Access-Token=(hidden)&y=2'],
  ['/a?api_key=s3cret;refreshToken=s3cret', '/a?api_key=(hidden);refreshToken=(hidden)'],
  ['/a?X-Amz-Signature=s3cret&X-Amz-Credential=s3cret', '/a?X-Amz-Signature=(hidden)&X-Amz-Credential=(hidden)'],
  ['/a?%70assword=s3cret&%zz=1', '/a?%70assword=(hidden)&%zz=1'],
  ['/a?password=s3cret=s3cret?', '/a?password=(hidden)'],
  ['/a?=b&sig=&tokens=3', '/a?=b&sig=(hidden)&tokens=3'],
  ['/a?Card-No=s3cret&discard=1', '/a?Card-No=(hidden)&discard=1'],
  ['http://me:s3cret@up/a?secret=s3cret', 'http://(hidden)@up/a?secret=(hidden)'],
  ['*', '*'],
  ['up:443', 'up:443'],
])('of the target %s is shown %s, in the journal too', (target, shown) => {
  const { add, log, passed } = useLog({ redact: { parameters: ['card_no'] } })
  add(ended(1, { target, request: ['Referer', target], response: ['Location', target] }))
  const [view] = log.recent({}, 1).exchanges
  expect(view).toMatchObject({
    target: shown,
    request_headers: [['Referer', shown]],
    response_headers: [['Location', shown]],
  })
  expect(passed).toMatchObject([{ type: 'exchange', target: shown }])
})

test('secrets are hidden in whatever spelling; everything else is shown as it came', () => {
  const { add, log, clock } = useLog({ redact: { fields: ['X-Api-Key'] } })
  clock.advance(1000)
  add(
    ended(1, {
      startedAt: clock.now() - 5,
      endedAt: clock.now(),
      request: [
        ['Host', 'shop'],
        ['AUTHORIZATION', 'Bearer s3cret'],
        ['Cookie', 's3cret'],
        ['Proxy-Authorization', 's3cret'],
        ['x-api-key', 's3cret'],
      ].flat(),
      response: 'HTTP/1.1 200 OK\r\nSet-Cookie: s3cret\r\nSet-Cookie:  s3cret2 \r\nX-Other: seen\r\n\r\n',
    }),
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
  add(ended(1, { method: 'POST', target: '/pay/1/2?x=/y' }))
  const connection = { id: 'c9', ordinal: 9, client: '127.0.0.1' }
  const unanswered = ended(2, { status: undefined, proxy: 'q', connection, faults: ['slow'] })
  add(unanswered)
  add(ended(3, { method: 'POST', target: '/pay/3?a', status: 503, origin: 'injected', faults: ['a', 'slow'] }))
  expect(names(filter)).toEqual(found)
})

test.each(['', '5', '5x', '5xxx', '20x', '2000', 'ok', '0xx'])('what is no status is refused: %j', (status) => {
  expect(() => useLog().names({ status })).toThrowError(/a status such as 503, a class such as 5xx, and none/)
})

test('above the rate, exchanges are counted and not kept, and facts are all kept', () => {
  const clock = new ManualClock()
  const journal = new Journal({ clock, boot: 'b', rate: 10 })
  const types = (): string[] => journal.read({}).events.map(({ type }) => type)
  for (let n = 1; n <= 10; n++) journal.exchange(ended(n, { endedAt: clock.now() }))
  expect(types()).toHaveLength(10)
  for (let n = 11; n <= 30; n++) journal.exchange(ended(n, { endedAt: clock.now() }))
  journal.emit({ type: 'command', action: 'a', owner: 'api' })
  expect(types().slice(10)).toEqual(['command'])
  // The second ends with nothing coming by.
  clock.advance(1000)
  expect(journal.read({}).events.at(-1)).toMatchObject({ type: 'observations_left_out', count: 20, within_ms: 1000 })
  journal.exchange(ended(31, { endedAt: clock.now() }))
  expect(types().slice(10)).toEqual(['command', 'observations_left_out', 'exchange'])
  clock.advance(5000)
  expect(types()).toHaveLength(13)
})

test('places are used again: nothing of an earlier exchange shows in a later one', () => {
  const { add, log } = useLog({ exchanges: 2 })
  const wish = { kind: 'none', reason: 'malformed', detail: 'x' } as const
  const full = ended(1, {
    method: 'POST',
    target: '/long/target',
    request: `POST /long/target HTTP/1.1\r\nX-Long: ${'x'.repeat(9000)}\r\n\r\n`,
    response: 'HTTP/1.1 200 OK\r\nA: b\r\n\r\n',
    sentAt: 1,
    answeredAt: 2,
    faults: ['slow'],
    unable: [{ fault: 'f', reason: 'opaque', detail: 'd' }],
    refused: [wish],
  })
  add(full)
  add(ended(2, { method: 'POST', target: '/long/target', request: ['X-Own', 'y'] }))
  add(ended(3, { status: undefined, target: '/t', request: 'GET /t HTTP/1.1\r\n\r\n' }))
  const { at: _1, request_headers: asked, response_headers: given, ...plain } = log.recent({}, 2).exchanges[0] ?? {}
  const { type: _2, ...fact } = exchangeFact(ended(3, { status: undefined, target: '/t' }))
  expect([plain, asked, given]).toEqual([fact, [], undefined])
  const [, other] = log.recent({}, 2).exchanges
  expect([other?.target, other?.request_headers]).toEqual(['/long/target', [['X-Own', 'y']]])
  add(full)
  expect(log.recent({}, 1).exchanges[0]).toMatchObject({
    target: '/long/target',
    sent_ms: 1,
    first_ms: 2,
    faults: ['slow'],
    unable_faults: [{ fault: 'f' }],
    refused_faults: [wish],
    response_headers: [['A', 'b']],
  })
})

test('above the rate of the journal only those to which something happened are kept', () => {
  const clock = new ManualClock()
  const log = new ExchangeLog({ clock, sink: new Journal({ clock, boot: 'b', rate: 2 }), exchanges: 100 })
  const tell = (n: number, more: Partial<EndedExchange> = {}): boolean =>
    log.exchange(ended(n, { endedAt: clock.now(), ...more }))
  expect([1, 2, 3].map((n) => tell(n))).toEqual([true, true, false])
  tell(4, { faults: ['slow'] })
  tell(5, { origin: 'injected', status: 503 })
  tell(6, { complete: false })
  tell(7, { origin: 'client', complete: false })
  tell(8)
  expect(log.recent({}, 100).exchanges.map(({ exchange }) => exchange)).toEqual(['x7', 'x6', 'x5', 'x4', 'x2', 'x1'])
  clock.advance(1000)
  tell(9)
  expect(log.recent({}, 1).exchanges[0]?.exchange).toBe('x9')
})
