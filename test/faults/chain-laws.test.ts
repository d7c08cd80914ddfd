import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AnyStreamKind } from '../../src/contract/kind.ts'
import { catalogue } from '../../src/faults/catalogue.ts'
import type { AttachedFault } from '../../src/plane/embedded/attached-fault.ts'
import { LinkBench } from '../support/use-link.ts'
import { anyAttributes } from './attribute-cases.ts'
import type { Attributes } from './attribute-cases.ts'

/** One thing that happens to a connection with any number of faults on it. */
type Deed =
  | { readonly do: 'send'; readonly size: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'attach'; readonly kind: AnyStreamKind; readonly attributes: Attributes }
  | { readonly do: 'change'; readonly place: number; readonly seed: number }
  | { readonly do: 'detach'; readonly place: number }

const kept = catalogue
  .list()
  .filter((kind): kind is AnyStreamKind => kind.layer === 'stream' && kind.bytes === 'kept')
  // It would end most stories in their first chapter.
  .filter(({ kind }) => kind !== 'reset_peer')

const attach = fc
  .constantFrom(...kept)
  .chain((kind) => anyAttributes(kind).map((attributes): Deed => ({ do: 'attach', kind, attributes })))

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 3000 }).map((size): Deed => ({ do: 'send', size })) },
  { weight: 3, arbitrary: fc.double({ min: 0, max: 200, noNaN: true }).map((ms): Deed => ({ do: 'wait', ms })) },
  { weight: 3, arbitrary: attach },
  fc.record({ do: fc.constant('change' as const), place: fc.nat(9), seed: fc.nat() }),
  fc.record({ do: fc.constant('detach' as const), place: fc.nat(9) }),
)

const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 31 + (i >> 8)) & 0xff)

test('no byte is lost, doubled or moved, whatever faults that keep them come, change and go in a row', () => {
  fc.assert(
    fc.property(fc.array(deed, { minLength: 5, maxLength: 30 }), (deeds) => {
      const bench = new LinkBench()
      const faults: AttachedFault[] = []
      let sent = 0
      for (const [i, one] of deeds.entries()) {
        const place = 'place' in one ? one.place % Math.max(1, faults.length) : 0
        const fault = faults[place]
        if (one.do === 'send') bench.send(bytes.subarray(sent, (sent += one.size)))
        else if (one.do === 'wait') bench.advance(one.ms)
        else if (one.do === 'attach') faults.push(bench.attach({ ...one, name: `f${i}` }))
        else if (fault === undefined) continue
        else if (one.do === 'detach') {
          faults.splice(place, 1)
          bench.detach(fault)
        } else {
          const [attributes = {}] = fc.sample(anyAttributes(fault.kind), { seed: one.seed, numRuns: 1 })
          bench.change(fault, { attributes })
        }
        expect(Buffer.compare(bench.bytes, bytes.subarray(0, bench.bytes.length))).toBe(0)
      }
      bench.end()
      for (const fault of faults) bench.detach(fault)
      expect(bench.bytes).toHaveLength(sent)
      expect(bench.out.at(-1)?.what).toBe('end')
      expect(bench.src.paused).toBe(false)
    }),
    { numRuns: 150 },
  )
})
