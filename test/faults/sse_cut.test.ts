import fc from 'fast-check'
import { expect, test } from 'vitest'
import { useExchangeFault } from './use-exchange-fault.ts'

const STREAM = { headers: [['Content-Type', 'text/event-stream; charset=utf-8']] } as const
const EVENTS = ': hello\n\nid: 1\ndata: one\n\n: ping\n\ndata: two\ndata: more\n\nevent: ping\ndata: {}\n\n'

function told(attributes: Record<string, unknown>, text = EVENTS, cuts: readonly number[] = []): string {
  const body = useExchangeFault('sse_cut', attributes).body(STREAM)
  let from = 0
  for (const to of [...cuts.filter((at) => at < text.length).sort((a, b) => a - b), text.length]) {
    if (to > from) body?.send(text.slice(from, to))
    from = to
  }
  body?.end()
  return `${body?.text} ${body?.how ?? body?.out.at(-1)?.what}`
}

test('the stream is cut behind the n-th event, whatever ends its lines', () => {
  expect(told({ events: 1 })).toBe(': hello\n\nid: 1\ndata: one\n\n fin')
  expect(told({ events: 2, how: 'rst' }).slice(-26)).toBe('data: two\ndata: more\n\n rst')
  expect(told({ events: 1 }, 'data: 1\r\n\r\ndata: 2\r\n\r\n')).toBe('data: 1\r\n\r\n fin')
  expect(told({ events: 1 }, 'data: 1\r\rdata: 2\r\r')).toBe('data: 1\r\r fin')
})

test('comments, and events without data, count nothing', () => {
  expect(told({ events: 1 }, ': a\n\nretry: 5\n\nid: 3\n\ndata\n\ndata: 2\n\n')).toBe(
    ': a\n\nretry: 5\n\nid: 3\n\ndata\n\n fin',
  )
})

test('before the first event nothing passes but the head', () => {
  expect(told({ events: 0 })).toBe(' fin')
  expect(told({ events: 0, how: 'rst' }, '')).toBe(' rst')
})

test('a stream with fewer events passes whole', () => {
  expect(told({ events: 4 })).toBe(`${EVENTS} end`)
})

test('inside cuts the next event behind the first character of its data', () => {
  expect(told({ events: 1, inside: true })).toBe(': hello\n\nid: 1\ndata: one\n\n: ping\n\ndata: t fin')
  expect(told({ events: 0, inside: true }, 'data:x\n\n')).toBe('data:x fin')
})

test('a stall lets neither events nor heartbeats nor the end through, with the connection open', () => {
  expect(told({ events: 1, how: 'stall' })).toBe(': hello\n\nid: 1\ndata: one\n\n bytes')
})

test('no_heartbeats takes the comments away, and every event still comes', () => {
  expect(told({ events: 0, how: 'no_heartbeats' })).toBe(
    'id: 1\ndata: one\n\ndata: two\ndata: more\n\nevent: ping\ndata: {}\n\n end',
  )
  expect(told({ events: 1, how: 'no_heartbeats' }).startsWith(': hello\n\nid: 1\ndata: one\n\ndata: two')).toBe(true)
  expect(told({ events: 0, how: 'no_heartbeats' }, ': a\r\n\r\ndata: 1\r\n: b\r\n\r\n')).toBe('data: 1\r\n\r\n end')
})

test('where it acts does not depend on how the stream was cut into chunks', () => {
  const attributes = fc.record({
    events: fc.nat(3),
    how: fc.constantFrom('fin', 'stall', 'no_heartbeats'),
    inside: fc.constant(false),
  })
  fc.assert(
    fc.property(attributes, fc.boolean(), fc.array(fc.nat(120)), (given, crlf, cuts) => {
      const text = crlf ? EVENTS.replaceAll('\n', '\r\n') : EVENTS
      const [whole, cut] = [told(given, text), told(given, text, cuts)]
      // Behind a CR the stream may be cut before its LF has come.
      expect(cut.replace(/\r ?(\w+)$/, '\r\n $1')).toBe(whole)
    }),
  )
})

test('only streams of events that are not compressed are looked at', () => {
  const bench = useExchangeFault('sse_cut')
  expect(bench.response({ headers: [['content-type', 'application/json']] })).toMatchObject({ do: 'unable' })
  const zipped = { headers: [...STREAM.headers, ['content-encoding', 'gzip'] as const] }
  expect(bench.response(zipped)).toMatchObject({ do: 'unable' })
  expect(bench.body(zipped)).toBeUndefined()
  expect(bench.response(STREAM)).toEqual({ do: 'go' })
})

test('no_heartbeats cuts no event', () => {
  expect(() => useExchangeFault('sse_cut', { inside: true, how: 'no_heartbeats' })).toThrow('inside must be false')
})
