import { describe, expect, test } from 'vitest'
import { streamFault } from '../../src/contract/kind.ts'
import bandwidth from '../../src/faults/kinds/stream/bandwidth.ts'
import latency from '../../src/faults/kinds/stream/latency.ts'
import noop from '../../src/faults/kinds/stream/noop.ts'
import resetPeer from '../../src/faults/kinds/stream/reset_peer.ts'
import slicer from '../../src/faults/kinds/stream/slicer.ts'
import stallAfter from '../../src/faults/kinds/stream/stall_after.ts'
import timeout from '../../src/faults/kinds/stream/timeout.ts'
import { Sightings } from '../../src/plane/embedded/sightings.ts'
import { LinkBench } from '../support/use-link.ts'

const summary = (bench: LinkBench): string[] =>
  bench.out.map(
    (one) => `${one.what === 'bytes' ? Buffer.from(one.bytes).toString('latin1') : one.what}@${Math.round(one.at)}`,
  )

const delay = (ms: number): { kind: typeof latency; attributes: { latency: number; jitter: number } } => ({
  kind: latency,
  attributes: { latency: ms, jitter: 0 },
})

describe('time', () => {
  test('of chained delays adds up, and a late loop does not add to it', () => {
    const bench = new LinkBench()
    for (const name of ['a', 'b', 'c']) bench.attach({ ...delay(30), name })
    bench.send('x')
    bench.advance(90)
    expect(summary(bench)).toEqual(['x@90'])
  })

  test('never makes a chunk leave early', () => {
    const bench = new LinkBench()
    bench.attach(delay(50))
    for (let i = 0; i < 20; i++) {
      bench.send('x')
      bench.advance(3.3)
    }
    bench.advance(100)
    bench.out.forEach((one, i) => expect(one.at).toBeGreaterThanOrEqual(i * 3.3 + 50 - 0.2))
    expect(bench.out).toHaveLength(20)
  })

  test('with jitter keeps the order', () => {
    const bench = new LinkBench()
    bench.attach({ kind: latency, attributes: { latency: 50, jitter: 50 } })
    for (const letter of 'abcdefghij') bench.send(letter)
    bench.advance(200)
    expect(bench.text).toBe('abcdefghij')
  })

  test('of slices: each has a turn of its own, and what comes later waits behind them', () => {
    const bench = new LinkBench()
    bench.attach({ kind: slicer, attributes: { average_size: 2, size_variation: 0, delay: 0 } })
    bench.send('abcdef')
    bench.send('gh')
    bench.end()
    const turns = [summary(bench).length]
    bench.advance(0)
    turns.push(bench.out.length)
    expect(turns[0]).toBe(1)
    expect(bench.text).toBe('abcdefgh')
    expect(bench.out.at(-1)?.what).toBe('end')
    expect(bench.out.filter((one) => one.what === 'bytes').every((one) => one.bytes.length <= 2)).toBe(true)
  })
})

describe('a fault that is removed', () => {
  test('lets go of everything at once, in order, down the rest of the chain', () => {
    const bench = new LinkBench()
    const first = bench.attach({ ...delay(1000), name: 'first' })
    bench.attach({ ...delay(10), name: 'second' })
    for (const letter of 'abc') bench.send(letter)
    bench.end()
    bench.advance(5)
    bench.detach(first)
    bench.advance(9)
    expect(summary(bench)).toEqual([])
    bench.advance(1)
    expect(summary(bench)).toEqual(['a@15', 'b@15', 'c@15', 'end@15'])
  })

  test('resumes a source that it had paused', () => {
    const bench = new LinkBench()
    const fault = bench.attach({ kind: stallAfter, attributes: { bytes: 2 } })
    bench.send('abcd')
    expect([bench.text, bench.src.paused]).toEqual(['ab', true])
    bench.detach(fault)
    expect([bench.text, bench.src.paused]).toEqual(['abcd', false])
  })

  test('resumes a source that it had paused before any byte came', () => {
    const bench = new LinkBench()
    const fault = bench.attach({ kind: resetPeer, attributes: { timeout: 1000 } })
    expect(bench.src.paused).toBe(true)
    bench.detach(fault)
    expect([bench.src.paused, bench.clock.pending]).toEqual([false, 0])
  })

  test('closes the connection only where it really lost bytes', () => {
    const [idle, lossy] = [new LinkBench(), new LinkBench()]
    for (const bench of [idle, lossy]) bench.attach({ kind: timeout, attributes: { timeout: 0 } })
    lossy.send('gone')
    for (const bench of [idle, lossy]) bench.detach(bench.faults[0] as never)
    expect([summary(idle), summary(lossy)]).toEqual([[], ['close@0']])
  })
})

describe('a fault that stays', () => {
  test('keeps its draw when toxicity changes: below acts, above does not, back again acts', () => {
    const bench = new LinkBench()
    const fault = bench.attach({ ...delay(100), toxicity: 0 })
    const { draw } = bench.link.slots[0]?.decision ?? { draw: -1 }
    const at = (toxicity: number): boolean => {
      bench.change(fault, { toxicity })
      return bench.link.chain.length === 1
    }
    expect([at(draw), at(Math.min(1, draw + 0.001)), at(draw / 2), at(1), at(0)]).toEqual([
      false,
      true,
      false,
      true,
      false,
    ])
    expect(bench.link.slots[0]?.decision.draw).toBe(draw)
  })

  test('keeps what it holds and its place while neighbours come and go', () => {
    const bench = new LinkBench()
    const first = bench.attach({ kind: noop, attributes: {}, name: 'first' })
    bench.attach({ ...delay(100), name: 'stays' })
    bench.send('a')
    bench.advance(40)
    bench.detach(first)
    bench.attach({ kind: noop, attributes: {}, name: 'last' })
    bench.advance(59)
    expect(summary(bench)).toEqual([])
    bench.advance(1)
    expect(summary(bench)).toEqual(['a@100'])
  })

  test('releases at once when its delay changes; a new rate of bandwidth never bursts', () => {
    const slow = new LinkBench()
    const fault = slow.attach(delay(1000))
    slow.send('a')
    slow.change(fault, { attributes: { latency: 10, jitter: 0 } })
    expect(summary(slow)).toEqual(['a@0'])

    const paced = new LinkBench()
    const rate = paced.attach({ kind: bandwidth, attributes: { rate: 1 } })
    paced.send(new Uint8Array(2000))
    paced.advance(500)
    paced.change(rate, { attributes: { rate: 2 } })
    const before = paced.bytes.length
    paced.advance(0)
    expect(paced.bytes.length - before).toBeLessThanOrEqual(100)
    paced.advance(400)
    expect(paced.bytes.length).toBeLessThanOrEqual(before + 900)
    paced.advance(5000)
    expect(paced.bytes.length).toBe(2000)
  })

  test('looks again at open connections when its match changes', () => {
    const bench = new LinkBench()
    const fault = bench.attach({ ...delay(100), spec: { match: { client: ['10.0.0.0/8'] } } })
    bench.send('a')
    expect(bench.text).toBe('a')
    bench.change(fault, { match: { client: ['127.0.0.1'] } })
    bench.send('b')
    expect(bench.text).toBe('a')
    bench.change(fault, { match: { client: ['10.0.0.0/8'] } })
    expect(bench.text).toBe('ab')
    bench.send('c')
    expect(bench.text).toBe('abc')
    expect([fault.seen, fault.applied, fault.skipped.no_match]).toEqual([1, 0, 1])
  })
})

describe('what a fault counts', () => {
  test('is a unit once, however often it is switched off and on', () => {
    const bench = new LinkBench()
    const fault = bench.attach({ ...delay(1), spec: { trigger: { times: 1 } } })
    for (const enabled of [false, true, false, true]) bench.change(fault, { enabled })
    expect([fault.seen, fault.applied, bench.link.chain.length]).toEqual([1, 1, 1])
  })

  test('on dry run is skipped, and the decision stands when the dry run ends', () => {
    const bench = new LinkBench()
    const fault = bench.attach({ ...delay(50), spec: { dryRun: true } })
    bench.send('a')
    expect([bench.text, fault.skipped.dry_run]).toEqual(['a', 1])
    bench.change(fault, { dryRun: false })
    bench.send('b')
    expect(bench.text).toBe('a')
    bench.advance(50)
    expect(bench.text).toBe('ab')
  })

  test('ends with its window, and what it held goes on', () => {
    const bench = new LinkBench()
    const fault = bench.attach({ ...delay(1000), spec: { trigger: { for: 200 } } })
    fault.start(bench.clock, new Sightings(), () => bench.order(bench.faults))
    bench.send('a')
    bench.advance(199)
    expect(summary(bench)).toEqual([])
    bench.advance(1)
    bench.send('b')
    expect(summary(bench)).toEqual(['a@200', 'b@200'])
  })

  test('asked and achieved delays of what it delayed', () => {
    const bench = new LinkBench()
    const fault = bench.attach(delay(50))
    bench.send('a')
    bench.advance(60)
    expect([fault.asked.count, fault.asked.sum, fault.achieved.sum]).toEqual([1, 50, 50])
  })
})

test('a kind that asks to be woken is woken once at that moment, and not after it is gone', () => {
  const woken: number[] = []
  const sleeper = streamFault<Record<string, never>>({
    kind: 'sleeper',
    summary: 'Wakes.',
    bytes: 'kept',
    fidelity: 'exact',
    attributes: { type: 'object', additionalProperties: false, required: [], properties: {} } as never,
    examples: [],
    open: ({ now }) => [
      { do: 'wake', at: now + 5 },
      { do: 'wake', at: now + 30 },
    ],
    wake: ({ now }) => {
      woken.push(now)
      return [{ do: 'wake', at: now + 30 }]
    },
  })
  const bench = new LinkBench()
  const fault = bench.attach({ kind: sleeper, attributes: {} })
  bench.advance(70)
  expect(woken.map((at) => at - bench.start)).toEqual([30, 60])
  bench.detach(fault)
  bench.advance(1000)
  expect(woken).toHaveLength(2)
})

describe('a ramp', () => {
  const settings = (ms: number): object => ({ attributes: { latency: ms, jitter: 0 }, moving: true })

  test('that moves a delay leaves what is held to its time, and keeps the order when the delay shrinks', () => {
    const bench = new LinkBench()
    const fault = bench.attach(delay(500))
    bench.send('a')
    for (const [i, ms] of [600, 700, 100].entries()) {
      bench.advance(100)
      bench.change(fault, settings(ms))
      bench.send('bcd'[i] ?? '')
    }
    bench.advance(1000)
    expect(summary(bench)).toEqual(['a@500', 'b@700', 'c@900', 'd@900'])
  })

  test('that moves a rate paces at each new one, without a burst', () => {
    const bench = new LinkBench()
    const fault = bench.attach({ kind: bandwidth, attributes: { rate: 1 } })
    bench.send('x'.repeat(300))
    bench.advance(100)
    bench.change(fault, { attributes: { rate: 2 }, moving: true })
    bench.advance(50)
    expect(bench.text.length).toBeGreaterThan(150)
    expect(bench.text.length).toBeLessThan(300)
    bench.advance(100)
    expect(bench.text).toHaveLength(300)
  })
})
