import { describe, expect, test } from 'vitest'
import { streamFault } from '../../src/contract/kind.ts'
import latency from '../../src/faults/kinds/stream/latency.ts'
import limitData from '../../src/faults/kinds/stream/limit_data.ts'
import slicer from '../../src/faults/kinds/stream/slicer.ts'
import type { AttachedFault } from '../../src/plane/embedded/attached-fault.ts'
import type { Slot } from '../../src/plane/embedded/slot.ts'
import { LinkBench } from '../support/use-link.ts'

const MS = 1000
const CHUNK = 65_536

interface SliceBench extends LinkBench {
  readonly fault: AttachedFault
  readonly slot: Slot
}

function useSlicer(average_size: number, delay: number): SliceBench {
  const bench = new LinkBench()
  const fault = bench.attach({ kind: slicer, attributes: { average_size, size_variation: 0, delay } })
  return Object.assign(bench, { fault, slot: bench.link.slots[0] as Slot })
}

const log = (bench: LinkBench): string[] =>
  bench.out.map(
    (one) => `${Math.round(one.at)} ${one.what === 'bytes' ? Buffer.from(one.bytes).toString('latin1') : one.what}`,
  )

const counts = ({ link, budget }: LinkBench): number[] => [link.held, link.weight, budget.used]

describe('a chunk that leaves in slices', () => {
  test('is held as one item, however small they are, and weighs what it takes in memory', () => {
    const bench = useSlicer(1, 0)
    bench.send(new Uint8Array(CHUNK))
    expect(bench.bytes.length).toBe(1)
    expect([bench.link.held, bench.slot.heldBytes]).toEqual([CHUNK - 1, CHUNK - 1])
    expect(bench.link.weight).toBe(CHUNK + 4 * CHUNK)
    const items = bench.link.take(bench.slot)
    expect(items.map(({ bytes }) => bytes.length)).toEqual([CHUNK - 1])
    expect(counts(bench)).toEqual([0, 0, 0])
  })

  test('counts down to nothing, never below, and ends behind its last slice', () => {
    const bench = useSlicer(1, 0.01 * MS)
    bench.send(new Uint8Array(5000))
    bench.end()
    let before = bench.link.held
    while (bench.link.held > 0) {
      bench.advance(1)
      expect(bench.link.held).toBeLessThan(before)
      expect(bench.slot.heldBytes).toBe(bench.link.held)
      expect(bench.bytes.length + bench.link.held).toBe(5000)
      expect(bench.budget.used).toBe(bench.link.weight)
      before = bench.link.held
    }
    bench.advance(1)
    expect(counts(bench)).toEqual([0, 0, 0])
    expect(bench.out).toHaveLength(5001)
    expect(bench.out.at(-1)?.what).toBe('end')
    expect(bench.clock.pending).toBe(0)
  })

  test('keeps later chunks and the end behind it, each slice with its gap', () => {
    const bench = useSlicer(2, 10 * MS)
    bench.send('abcdefgh')
    bench.advance(5)
    bench.send('ij')
    bench.end()
    bench.advance(100)
    expect(log(bench)).toEqual(['0 ab', '10 cd', '20 ef', '30 gh', '40 ij', '40 end'])
  })

  test('tells for every slice how late it was to be and was', () => {
    const bench = useSlicer(2, 10 * MS)
    bench.send('abcdefgh')
    bench.advance(100)
    const { asked, achieved } = bench.fault
    expect([asked.count, asked.sum]).toEqual([3, 60])
    expect([achieved.count, achieved.sum]).toEqual([3, 60])
  })

  test('goes on in slices of its own where the next fault delays them', () => {
    const bench = useSlicer(2, 10 * MS)
    bench.attach({ kind: latency, attributes: { latency: 25, jitter: 0 } })
    bench.send('abcdefgh')
    bench.advance(100)
    expect(log(bench)).toEqual(['25 ab', '35 cd', '45 ef', '55 gh'])
    expect(counts(bench)).toEqual([0, 0, 0])
  })

  test('without a gap has a turn of the loop for each', () => {
    const bench = useSlicer(1, 0)
    let turns = 0
    const soon = bench.clock.soon.bind(bench.clock)
    bench.clock.soon = (fn) => (turns++, soon(fn))
    bench.send('abcde')
    expect(log(bench)).toEqual(['0 a'])
    bench.advance(0)
    expect([log(bench).length, turns]).toEqual([5, 5])
  })
})

describe('what is left of a chunk', () => {
  const middle = (): SliceBench => {
    const bench = useSlicer(2, 10 * MS)
    bench.send('abcdefgh')
    bench.send('ij')
    bench.end()
    bench.advance(10)
    return bench
  }

  test('leaves in one piece when the fault goes', () => {
    const bench = middle()
    bench.detach(bench.fault)
    expect(log(bench)).toEqual(['0 ab', '10 cd', '10 efgh', '10 ij', '10 end'])
    expect(counts(bench)).toEqual([0, 0, 0])
    bench.advance(100)
    expect([bench.out.length, bench.clock.pending]).toEqual([5, 0])
  })

  test('leaves in one piece when attributes change', () => {
    const bench = middle()
    bench.change(bench.fault, { attributes: { average_size: 3, size_variation: 0, delay: 0 } })
    bench.advance(0)
    expect(log(bench)).toEqual(['0 ab', '10 cd', '10 efgh', '10 ij', '10 end'])
    expect(counts(bench)).toEqual([0, 0, 0])
  })

  test('leaves before faults change places', () => {
    const bench = useSlicer(2, 10 * MS)
    const other = bench.attach({ kind: latency, attributes: { latency: 5, jitter: 0 } })
    bench.send('abcdefgh')
    bench.advance(17)
    bench.order([other, bench.fault])
    expect(log(bench)).toEqual(['5 ab', '15 cd', '17 efgh'])
    expect(counts(bench)).toEqual([0, 0, 0])
  })

  test('is forgotten with the connection, and given back once', () => {
    const reset = middle()
    reset.reset()
    expect([reset.out.at(-1)?.what, ...counts(reset)]).toEqual(['reset', 0, 0, 0])

    const closed = useSlicer(2, 10 * MS)
    closed.attach({ kind: limitData, attributes: { bytes: 3 } })
    closed.send('abcdefgh')
    closed.advance(100)
    expect(log(closed)).toEqual(['0 ab', '10 c', '10 close'])
    expect(counts(closed)).toEqual([0, 0, 0])
  })

  test('is whole where a fault names no end of the last slice', () => {
    const bench = new LinkBench()
    const kind = streamFault({
      ...slicer,
      kind: 'halves',
      chunk: (_context, { bytes, at }) => [{ do: 'send', bytes, at: at + 1, ends: Uint32Array.of(2), gap: 1 }],
    })
    bench.attach({ kind, attributes: { average_size: 1, size_variation: 0, delay: 0 } })
    bench.send('abcdef')
    bench.advance(10)
    expect(log(bench)).toEqual(['1 ab', '2 cdef'])
    expect(counts(bench)).toEqual([0, 0, 0])
  })
})
