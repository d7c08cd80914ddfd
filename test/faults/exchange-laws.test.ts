import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AnyExchangeKind, HeaderList, RequestAnswer, ResponseAnswer } from '../../src/contract/exchange.ts'
import { catalogue } from '../../src/faults/catalogue.ts'
import { anyAttributes, casesOf } from './attribute-cases.ts'
import type { Attributes } from './attribute-cases.ts'
import { ExchangeBench } from './use-exchange-fault.ts'
import type { BodyBench, RequestLike, ResponseLike } from './use-exchange-fault.ts'

/** Longer than any attribute can ask for. */
const AN_AGE = 1e13

interface Exchange {
  readonly request: Required<RequestLike>
  readonly response: Required<ResponseLike> & { readonly body: Uint8Array }
  readonly wait: number
  readonly cuts: readonly number[]
}

const DOCUMENTS: readonly (readonly [Uint8Array, HeaderList])[] = [
  [Buffer.of(), []],
  [Buffer.from('{"id":1,"items":[{"price":5}],"customer":{"address":"x"}}'), [['Content-Type', 'application/json']]],
  [
    gzipSync('{"id":1,"items":[]}'),
    [
      ['content-type', 'application/json'],
      ['content-encoding', 'gzip'],
    ],
  ],
  [
    Buffer.from(': ping\n\ndata: 1\n\n: ping\r\n\r\ndata: 2\r\n\r\nevent: x\n\n'),
    [['Content-Type', 'text/event-stream']],
  ],
  [Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * 31) & 255)), [['content-type', 'image/png']]],
  [Buffer.from('text in no type'), []],
]

const document = fc.constantFrom(...DOCUMENTS)

const exchange: fc.Arbitrary<Exchange> = fc
  .record({
    method: fc.constantFrom('GET', 'HEAD', 'POST', 'x-own'),
    target: fc.constantFrom('/', '/a?b=c', '*', 'http://host/path'),
    client: fc.constantFrom('127.0.0.1', '::1'),
    asked: document,
    status: fc.constantFrom(200, 200, 200, 204, 206, 304, 404, 599),
    reason: fc.constantFrom('OK', '', 'Nicht da'),
    answered: document,
    sized: fc.boolean(),
    wait: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3000 })),
    cuts: fc.array(fc.nat(200), { maxLength: 6 }),
  })
  .map(({ asked, answered, sized, wait, cuts, ...head }) => ({
    request: { ...head, body: asked[0], headers: [['Host', 'a'], ['X-Api-Key', 'k'], ...asked[1]] },
    response: {
      status: head.status,
      reason: head.reason,
      body: answered[0],
      headers: sized ? [['Content-Length', String(answered[0].length)], ...answered[1]] : answered[1],
    },
    wait,
    cuts,
  }))

const exchanges = fc.array(exchange, { minLength: 1, maxLength: 6 })

type Told = RequestAnswer | ResponseAnswer

/** Each exchange in turn, as the lane would ask. A wait is waited for. */
function play(bench: ExchangeBench, all: readonly Exchange[], look: (answer: Told, phase: string) => void): void {
  for (const { request, response, wait } of all) {
    bench.now += wait
    const first = settled(bench, bench.request(request), () => bench.askAgain())
    look(first, 'request')
    if (!['go', 'change', 'repeat', 'unable'].includes(first.do)) continue
    look(
      settled(bench, bench.response(response), () => bench.respondAgain(response)),
      'response',
    )
  }
}

function settled<T extends Told>(bench: ExchangeBench, answer: T, again: () => T): T | { readonly do: 'go' } {
  if (answer.do !== 'wait' || answer.until === Infinity) return answer
  expect(Number.isNaN(answer.until)).toBe(false)
  bench.now = Math.max(bench.now, answer.until)
  const next = again()
  // The lane goes on then; a kind that named yet another moment would never be done.
  if (next.do === 'wait') expect(next.until).toBeLessThanOrEqual(bench.now)
  return next.do === 'wait' ? { do: 'go' } : next
}

const kinds = catalogue.list().filter((kind): kind is AnyExchangeKind => kind.layer === 'exchange')

describe.each(kinds.map((kind) => [kind.kind, kind] as const))('%s', (name, kind) => {
  const law = (judge: (attributes: Attributes, all: readonly Exchange[], seed: string) => void): void => {
    for (const attributes of casesOf(kind)) {
      fc.assert(
        fc.property(exchanges, fc.string(), (all, seed) => judge(attributes, all, seed)),
        { numRuns: 3 },
      )
    }
    fc.assert(fc.property(anyAttributes(kind), exchanges, fc.string(), judge), { numRuns: 40 })
  }

  test('ends each exchange at its request, where it says that it does', () => {
    law((attributes, all, seed) => {
      const bench = new ExchangeBench(name, attributes, { seed })
      if (kind.takesAll?.(attributes) !== true) return
      play(bench, all, (answer, phase) => {
        expect(phase).toBe('request')
        expect(['answer', 'raw', 'cut', 'wait']).toContain(answer.do)
      })
    })
  })

  test('says the same to the same exchanges, and its state is plain data', () => {
    law((attributes, all, seed) => {
      const [one, other] = [1, 2].map(() => {
        const bench = new ExchangeBench(name, attributes, { seed })
        const told: unknown[] = []
        play(bench, all, (answer) => told.push(comparable(answer)))
        for (const { response, cuts } of all) told.push(bodyOf(bench, response, cuts)?.log)
        expect(() => structuredClone(bench.state)).not.toThrow()
        return told
      })
      expect(one).toEqual(other)
    })
  })

  test('gives answers that can be carried out as they are, and lets go once its time is reached', () => {
    law((attributes, all, seed) => {
      play(new ExchangeBench(name, attributes, { seed }), all, expectWellFormed)
    })
  })

  test('never writes to what it was shown', () => {
    law((attributes, all, seed) => {
      const before = JSON.stringify(all)
      const bench = new ExchangeBench(name, attributes, { seed })
      play(bench, all, () => {})
      for (const { response, cuts } of all) bodyOf(bench, response, cuts)
      expect(JSON.stringify(all)).toBe(before)
    })
  })

  test('passes bytes of a body in order or not at all, as many as the head then says, and nothing behind the end', () => {
    law((attributes, all, seed) => {
      for (const { request, response, cuts } of all) {
        const bench = new ExchangeBench(name, attributes, { seed })
        bench.request(request)
        const body = bodyOf(bench, response, cuts)
        if (body === undefined) continue
        expectWithin(body.bytes, response.body)
        const ends = body.out.findIndex(({ what }) => what !== 'bytes')
        expect(ends < 0 || ends === body.out.length - 1, 'nothing behind the end').toBe(true)
        if (body.out.at(-1)?.what === 'end' && body.length !== 'unknown')
          expect(body.bytes.length).toBe(body.length === 'kept' ? response.body.length : body.length)
        expect(body.clock.pending).toBe(0)
      }
    })
  })

  test('lets go of the body that it held when it is removed', () => {
    law((attributes, all, seed) => {
      for (const { request, response, cuts, wait } of all) {
        const bench = new ExchangeBench(name, attributes, { seed })
        bench.request(request)
        const body = bodyOf(bench, response, cuts, wait)
        if (body === undefined || body.closed) continue
        const lost = body.link.slots.some((slot) => slot.lost > 0)
        body.remove()
        // What has lost bytes is closed by the lane; all else comes out whole.
        if (!lost) expect([body.bytes.length, body.out.at(-1)?.what]).toEqual([response.body.length, 'end'])
        expect(body.src.paused).toBe(false)
      }
    })
  })
})

/** The answer's body sent through the fault, cut, then left alone for so long. */
function bodyOf(
  bench: ExchangeBench,
  response: Exchange['response'],
  cuts: readonly number[],
  wait = AN_AGE,
): BodyBench | undefined {
  const body = bench.body(response)
  if (body === undefined) return undefined
  const ends = [...cuts.filter((at) => at > 0 && at < response.body.length), response.body.length].sort((a, b) => a - b)
  let from = 0
  for (const to of ends) {
    if (to > from) body.send(response.body.subarray(from, to))
    from = to
  }
  body.end()
  body.advance(wait)
  return body
}

/** An answer as text; comparing megabytes byte by byte would take longer than all else. */
const comparable = (answer: Told): string =>
  Object.entries(answer)
    .map(
      ([name, value]: [string, unknown]) =>
        `${name} ${value instanceof Uint8Array ? digest(value) : JSON.stringify(value)}`,
    )
    .join()

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const CUTS = ['fin', 'rst', 'stall']

function expectWellFormed(answer: Told, phase: string): void {
  expect(phase === 'request' ? 'swallow' : 'repeat').not.toBe(answer.do)
  switch (answer.do) {
    case 'answer':
      expect(Number.isInteger(answer.status) && answer.status >= 200 && answer.status <= 599).toBe(true)
      expectFields(answer.headers ?? [])
      if (answer.body !== undefined) expect(answer.body).toBeInstanceOf(Uint8Array)
      break
    case 'raw':
      expect(answer.bytes).toBeInstanceOf(Uint8Array)
      expect(CUTS).toContain(answer.then)
      break
    case 'cut':
      expect(CUTS).toContain(answer.how)
      break
    case 'swallow':
      expect(CUTS).toContain(answer.then)
      break
    case 'change':
      expectFields([...(answer.headers?.set ?? []), ...(answer.headers?.add ?? [])])
      if (answer.body !== undefined) expect(answer.body).toBeInstanceOf(Uint8Array)
      break
    case 'repeat':
      expect(answer.times).toBeGreaterThanOrEqual(1)
      expect(Number.isFinite(answer.gap) && answer.gap >= 0).toBe(true)
      break
    case 'unable':
      expect(answer.why).toMatch(/\w/)
      break
    case 'wait':
      expect(answer.until).toBe(Infinity)
      break
    case 'detain':
    case 'go':
  }
}

/** No name or value can begin another line, and none frames the message: that is the lane's to say. */
function expectFields(fields: HeaderList): void {
  for (const [name, value] of fields) {
    expect(name).toMatch(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/)
    expect(/^[\t\x20-\x7e\x80-\xff]*$/.test(value), `${name}: ${value.slice(0, 100)}`).toBe(true)
    expect(['content-length', 'transfer-encoding', 'connection']).not.toContain(name.toLowerCase())
  }
}

function expectWithin(part: Uint8Array, whole: Uint8Array): void {
  let i = 0
  for (const byte of whole) if (i < part.length && byte === part[i]) i++
  expect(i, 'what comes out came in, in order').toBe(part.length)
}
