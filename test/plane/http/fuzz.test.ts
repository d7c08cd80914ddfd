import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { disagreement } from './disagreement.ts'
import { bytesOf, CUTS, MUTANT, type Stream } from './message-arbitraries.ts'
import { cut, latin1, trace } from './trace.ts'

/** For a long run by hand: FRAMER_FUZZ_MS=300000. */
const budget = Number(process.env['FRAMER_FUZZ_MS'] ?? 1200)
const limits = { interruptAfterTimeLimit: budget, numRuns: budget * 100, markInterruptAsFailure: false }

/** What was seen, so that a fuzzer that only ever makes rubbish is found out. */
const seen = new Map<string, number>()
function count(stream: Stream, closed: boolean): void {
  const { then, messages } = trace(stream.direction, [bytesOf(stream)], stream.asked, closed)
  for (const key of [`then ${then}`, ...messages.map(({ head, ends }) => `${head.body} ${ends >= 0}`)]) {
    seen.set(key, (seen.get(key) ?? 0) + 1)
  }
}

describe('the framer under random streams', { timeout: budget * 4 + 20_000 }, () => {
  test("what it frames, Node's own parser frames alike", () => {
    fc.assert(
      fc.property(MUTANT, fc.boolean(), (stream, closed) => {
        count(stream, closed)
        expect(disagreement(stream.direction, bytesOf(stream), stream.asked, closed)).toBeUndefined()
      }),
      limits,
    )
    const known = ['none', 'length', 'chunked', 'until_close'].map((kind) => seen.get(`${kind} true`) ?? 0)
    expect(Math.min(...known)).toBeGreaterThan(0)
    if (budget > 10_000) process.stderr.write(`${JSON.stringify(Object.fromEntries(seen), undefined, 1)}\n`)
  })

  test('how the stream is cut changes nothing', () => {
    fc.assert(
      fc.property(MUTANT, CUTS, (stream, cuts) => {
        const bytes = bytesOf(stream)
        const whole = trace(stream.direction, [bytes], stream.asked)
        expect(trace(stream.direction, cut(bytes, cuts), stream.asked)).toEqual(whole)
        const single = [...bytes].map((byte) => Uint8Array.of(byte))
        expect(trace(stream.direction, single, stream.asked)).toEqual(whole)
      }),
      limits,
    )
  })

  test('what comes again and again, a piece each time, is framed as in one piece', () => {
    fc.assert(
      fc.property(MUTANT, ({ direction, asked, text }) => {
        const often = [...asked, ...asked, ...asked, ...asked, ...asked, ...asked]
        const pieces = Array.from({ length: 6 }, () => latin1(text))
        expect(trace(direction, pieces, often)).toEqual(trace(direction, [latin1(text.repeat(6))], often))
      }),
      limits,
    )
  })
})
