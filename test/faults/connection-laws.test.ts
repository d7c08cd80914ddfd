import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AnyConnectionKind } from '../../src/contract/kind.ts'
import { catalogue } from '../../src/faults/catalogue.ts'
import { anyAttributes, casesOf } from './attribute-cases.ts'
import type { Attributes } from './attribute-cases.ts'
import { ConnectionBench } from './use-connection-fault.ts'

/** Longer than any attribute can ask for. */
const AN_AGE = 1e9

const kinds = catalogue.list().filter((kind): kind is AnyConnectionKind => kind.layer === 'connection')

const options = fc.record({ ordinal: fc.integer({ min: 1, max: 1e6 }), open: fc.nat(20), seed: fc.string() })

type Options = ConstructorParameters<typeof ConnectionBench>[2]

describe.each(kinds.map((kind) => [kind.kind, kind] as const))('%s', (name, kind) => {
  const law = (judge: (attributes: Attributes, given: Options) => void): void => {
    for (const attributes of casesOf(kind)) {
      fc.assert(
        fc.property(options, (given) => judge(attributes, given)),
        { numRuns: 5 },
      )
    }
    fc.assert(fc.property(anyAttributes(kind), options, judge), { numRuns: 50 })
  }

  test('does the same to the same connection, and leaves no timer behind', () => {
    law((attributes, given) => {
      const [one, other] = [1, 2].map(() => {
        const bench = new ConnectionBench(name, attributes, given).accept()
        bench.clock.advance(AN_AGE)
        bench.faults.stop()
        expect(bench.clock.pending).toBe(0)
        return bench.log
      })
      expect(one).toEqual(other)
    })
  })

  test('lets every connection on, cuts it, or makes it wait for others: never for ever and a day', () => {
    law((attributes, given) => {
      const bench = new ConnectionBench(name, attributes, given).accept()
      bench.clock.advance(AN_AGE)
      const last = bench.log.at(-1)?.split(' ')[1]
      expect(bench.faults.waitsForOthers || ['dialled', 'fin', 'rst'].includes(last ?? '')).toBe(true)
    })
  })

  test('lets a connection that it did not cut go on at once when it is removed', () => {
    fc.assert(
      fc.property(anyAttributes(kind), options, fc.integer({ min: 0, max: 100_000 }), (attributes, given, wait) => {
        const bench = new ConnectionBench(name, attributes, given).accept()
        bench.clock.advance(wait)
        bench.remove()
        const happened = bench.log.map((line) => line.split(' ').slice(1).join(' '))
        if (!happened.includes('fin') && !happened.includes('rst'))
          expect(happened.slice(-2)).toEqual(['accepted', 'dialled'])
        const before = bench.log.length
        bench.clock.advance(AN_AGE)
        expect(bench.log).toHaveLength(before)
      }),
    )
  })

  test('takes any other attributes while a connection waits or lives', () => {
    fc.assert(
      fc.property(
        anyAttributes(kind),
        anyAttributes(kind),
        options,
        fc.integer({ min: 0, max: 5000 }),
        (before, after, given, wait) => {
          const bench = new ConnectionBench(name, before, given).accept()
          bench.clock.advance(wait)
          bench.patch(after)
          bench.clock.advance(AN_AGE)
          const ends = bench.log.filter((line) => /(fin|rst)$/.test(line))
          expect(ends.length).toBeLessThanOrEqual(1)
          expect(bench.log.filter((line) => line.endsWith('accepted')).length).toBeLessThanOrEqual(1)
        },
      ),
    )
  })
})
