import { describe, expect, test } from 'vitest'
import { streamFault } from '../../src/contract/kind.ts'
import bandwidth from '../../src/faults/kinds/stream/bandwidth.ts'
import blackhole from '../../src/faults/kinds/stream/blackhole.ts'
import latency from '../../src/faults/kinds/stream/latency.ts'
import limitData from '../../src/faults/kinds/stream/limit_data.ts'
import noop from '../../src/faults/kinds/stream/noop.ts'
import resetPeer from '../../src/faults/kinds/stream/reset_peer.ts'
import slowClose from '../../src/faults/kinds/stream/slow_close.ts'
import timeout from '../../src/faults/kinds/stream/timeout.ts'
import { LinkBench } from '../support/use-link.ts'

const summary = (bench: LinkBench): string[] =>
  bench.out.map(
    (one) => `${one.what === 'bytes' ? Buffer.from(one.bytes).toString('latin1') : one.what}@${Math.round(one.at)}`,
  )

/** Refuses to let a reset pass, and counts how often it was asked. */
const deafToReset = streamFault({
  kind: 'deaf',
  summary: 'Swallows a reset.',
  bytes: 'kept',
  fidelity: 'exact',
  attributes: { type: 'object', additionalProperties: false, required: [], properties: {} },
  examples: [],
  reset: () => [],
})

describe('the end of a direction', () => {
  test('waits behind the bytes that came before it', () => {
    const bench = new LinkBench()
    bench.attach({ kind: latency, attributes: { latency: 100, jitter: 0 } })
    bench.send('a')
    bench.end()
    bench.advance(99)
    expect(summary(bench)).toEqual([])
    bench.advance(1)
    expect(summary(bench)).toEqual(['a@100', 'end@100'])
  })

  test('passes at once where nothing is held', () => {
    const bench = new LinkBench()
    bench.attach({ kind: latency, attributes: { latency: 100, jitter: 0 } })
    bench.end()
    expect(summary(bench)).toEqual(['end@0'])
  })

  test('is delayed by slow_close alone, and its bytes are not', () => {
    const bench = new LinkBench()
    bench.attach({ kind: slowClose, attributes: { delay: 250 } })
    bench.send('a')
    bench.end()
    bench.advance(1000)
    expect(summary(bench)).toEqual(['a@0', 'end@250'])
  })

  test('that a blackhole swallowed goes on when the blackhole goes', () => {
    const bench = new LinkBench()
    const hole = bench.attach({ kind: blackhole, attributes: { mode: 'discard' } })
    bench.end()
    bench.advance(1000)
    expect(summary(bench)).toEqual([])
    bench.detach(hole)
    expect(summary(bench)).toEqual(['end@1000'])
  })

  test('that a blackhole swallowed still goes on after the faults changed places', () => {
    const bench = new LinkBench()
    const first = bench.attach({ kind: noop, attributes: {} })
    const hole = bench.attach({ kind: blackhole, attributes: { mode: 'discard' } })
    bench.end()
    bench.order([hole, first])
    bench.detach(hole)
    expect(summary(bench)).toEqual(['end@0'])
  })

  test('is told once, however often a fault that holds it is switched off and on', () => {
    const bench = new LinkBench()
    const hole = bench.attach({ kind: blackhole, attributes: { mode: 'discard' } })
    bench.end()
    for (const enabled of [false, true, false]) bench.change(hole, { enabled })
    bench.detach(hole)
    expect(summary(bench)).toEqual(['end@0'])
  })

  test('is the last thing that passes: a later chunk of a broken source is not sent', () => {
    const bench = new LinkBench()
    bench.attach({ kind: noop, attributes: {} })
    bench.send('a')
    bench.end()
    bench.send('b')
    expect(summary(bench)).toEqual(['a@0', 'end@0'])
  })
})

describe('a reset of the source', () => {
  test('overtakes the bytes and the end that are held', () => {
    const bench = new LinkBench()
    bench.attach({ kind: latency, attributes: { latency: 100, jitter: 0 } })
    bench.send('a')
    bench.end()
    bench.advance(10)
    bench.reset()
    bench.advance(1000)
    expect(summary(bench)).toEqual(['reset@10'])
    expect(bench.budget.used).toBe(0)
    expect(bench.clock.pending).toBe(0)
  })

  test('does not pass a fault that swallows it, and the bytes behind it keep their times', () => {
    const bench = new LinkBench()
    bench.attach({ kind: latency, attributes: { latency: 100, jitter: 0 } })
    bench.attach({ kind: deafToReset, attributes: {} })
    bench.send('a')
    bench.reset()
    bench.advance(1000)
    expect(summary(bench)).toEqual(['a@100'])
  })

  test('that a blackhole swallowed comes out when the blackhole goes', () => {
    const bench = new LinkBench()
    const hole = bench.attach({ kind: blackhole, attributes: { mode: 'discard' } })
    bench.reset()
    expect(summary(bench)).toEqual([])
    bench.detach(hole)
    expect(summary(bench)).toEqual(['reset@0'])
  })
})

describe('closing by a fault', () => {
  test('stands behind the bytes that may still pass', () => {
    const bench = new LinkBench()
    bench.attach({ kind: limitData, attributes: { bytes: 3 } })
    bench.attach({ kind: latency, attributes: { latency: 50, jitter: 0 } })
    bench.send('abcdef')
    bench.advance(1000)
    expect(summary(bench)).toEqual(['abc@50', 'close@50'])
  })

  test('happens although the end has passed a fault behind it already', () => {
    const bench = new LinkBench()
    bench.attach({ kind: timeout, attributes: { timeout: 200 } })
    bench.attach({ kind: noop, attributes: {} })
    bench.end()
    bench.advance(1000)
    expect(summary(bench)).toEqual(['end@0', 'close@200'])
  })

  test('in the middle of a release leaves the held-bytes count at nought', () => {
    const bench = new LinkBench()
    const slow = bench.attach({ kind: latency, attributes: { latency: 1000, jitter: 0 } })
    bench.attach({ kind: limitData, attributes: { bytes: 1 } })
    for (const text of ['aaaa', 'bbbb', 'cccc']) bench.send(text)
    expect(bench.link.held).toBe(12)
    bench.detach(slow)
    expect(summary(bench)).toEqual(['a@0', 'close@0'])
    expect(bench.budget.used).toBe(0)
  })
})

test('reset_peer resets an idle link at its time and leaves no timer', () => {
  const bench = new LinkBench()
  bench.attach({ kind: resetPeer, attributes: { timeout: 30 } })
  bench.advance(100)
  expect(summary(bench)).toEqual(['reset@30'])
  expect(bench.clock.pending).toBe(0)
})

test('a link that is discarded with everything held leaves no timer and holds nothing', () => {
  const bench = new LinkBench()
  bench.attach({ kind: latency, attributes: { latency: 500, jitter: 0 } })
  bench.attach({ kind: bandwidth, attributes: { rate: 1 } })
  bench.send(new Uint8Array(5000))
  bench.advance(600)
  bench.link.discard()
  expect(bench.budget.used).toBe(0)
  expect(bench.clock.pending).toBe(0)
})
