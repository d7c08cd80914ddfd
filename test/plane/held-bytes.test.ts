import { describe, expect, test } from 'vitest'
import latency from '../../src/faults/kinds/stream/latency.ts'
import slicer from '../../src/faults/kinds/stream/slicer.ts'
import { HeldBudget } from '../../src/plane/embedded/held-budget.ts'
import { LinkBench } from '../support/use-link.ts'
import { ManualClock } from '../support/manual-clock.ts'

const CHUNK = 65_536

describe('a link that holds as much as it may', () => {
  test('stops reading, counts the delay as limited, and reads on when there is room', () => {
    const bench = new LinkBench({ heldBytesPerLink: 1000 })
    const fault = bench.attach({ kind: latency, attributes: { latency: 50, jitter: 0 } })
    bench.send(new Uint8Array(600))
    expect(bench.src.paused).toBe(false)
    bench.advance(20)
    bench.send(new Uint8Array(600))
    expect([bench.src.paused, fault.limited]).toEqual([true, 1])
    bench.advance(30)
    expect([bench.src.paused, bench.bytes.length]).toEqual([false, 600])
    bench.advance(20)
    expect(bench.budget.used).toBe(0)
    expect(bench.link.pausedMs(bench.clock.now())).toBeCloseTo(30)
  })

  test('counts what its destination has not taken, so that a release moves nothing out of the count', () => {
    const bench = new LinkBench({ heldBytesPerLink: 100 })
    const fault = bench.attach({ kind: latency, attributes: { latency: 50, jitter: 0 } })
    bench.dst.reads = false
    bench.send(new Uint8Array(80))
    bench.detach(fault)
    expect([bench.budget.used, bench.link.heldBytes, bench.src.paused]).toEqual([80, 80, true])
    bench.drain()
    expect([bench.budget.used, bench.src.paused]).toEqual([0, false])
  })

  test('counts each chunk for what it costs, however small: a chatty peer cannot fill the memory', () => {
    const bench = new LinkBench({ heldBytesPerLink: 64 * 1024 })
    bench.attach({ kind: latency, attributes: { latency: 86_400_000, jitter: 0 } })
    let chunks = 0
    while (!bench.src.paused && chunks < 10_000) {
      bench.send('x')
      chunks++
    }
    expect(chunks).toBe(128)
    expect([bench.link.heldBytes, bench.budget.used]).toEqual([128, 64 * 1024])
    bench.detach(bench.faults[0] as never)
    expect([bench.bytes.length, bench.budget.used, bench.src.paused]).toEqual([128, 0, false])
  })

  test('is not woken by what others give back while it is over its own limit', () => {
    const bench = new LinkBench({ heldBytesPerLink: 500, heldBytesTotal: 1000 })
    bench.attach({ kind: slicer, attributes: { average_size: 10, size_variation: 0, delay: 1_000_000 } })
    bench.budget.add(900)
    bench.send(new Uint8Array(80))
    expect(bench.src.paused).toBe(true)
    bench.budget.sub(900)
    bench.clock.turn()
    expect(bench.src.paused).toBe(true)
    bench.advance(10_000)
    expect([bench.src.paused, bench.budget.used]).toEqual([false, 0])
  })
})

describe('the count for the daemon', () => {
  test('pauses a link that holds, but not one that holds nothing', () => {
    const bench = new LinkBench({ heldBytesTotal: 1000 })
    bench.budget.add(1000)
    bench.send(new Uint8Array(10))
    expect([bench.bytes.length, bench.src.paused]).toEqual([10, false])
    bench.attach({ kind: latency, attributes: { latency: 50, jitter: 0 } })
    bench.send(new Uint8Array(10))
    expect(bench.src.paused).toBe(true)
  })

  test('lets waiters go on in the order they came, only as many in a turn as there is room for', () => {
    const clock = new ManualClock()
    const budget = new HeldBudget(4 * CHUNK, clock)
    budget.add(4 * CHUNK)
    const woken: number[] = []
    for (let i = 0; i < 10; i++) {
      // Each reads one chunk as soon as it may, and holds it.
      budget.wait({
        budgetFreed: () => {
          woken.push(i)
          clock.soon(() => budget.add(CHUNK))
        },
      })
    }
    budget.sub(2 * CHUNK)
    clock.turn()
    expect(woken).toEqual([0, 1])
    expect(budget.used).toBeLessThanOrEqual(4 * CHUNK)
    for (let i = 0; i < 8; i++) {
      budget.sub(CHUNK)
      clock.turn()
    }
    expect(woken).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('reaches those behind waiters that have nothing to read', () => {
    const clock = new ManualClock()
    const budget = new HeldBudget(CHUNK, clock)
    budget.add(CHUNK)
    let woken = 0
    for (let i = 0; i < 500; i++) budget.wait({ budgetFreed: () => void woken++ })
    budget.sub(CHUNK)
    clock.turn()
    expect(woken).toBe(500)
  })

  test('forgets a waiter that is discarded', () => {
    const bench = new LinkBench({ heldBytesTotal: 10 })
    bench.attach({ kind: latency, attributes: { latency: 50, jitter: 0 } })
    bench.send(new Uint8Array(10))
    expect(bench.src.paused).toBe(true)
    bench.link.discard()
    bench.clock.turn()
    expect([bench.budget.used, bench.src.paused, bench.clock.pending]).toEqual([0, true, 0])
  })
})
