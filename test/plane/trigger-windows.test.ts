import { expect, test } from 'vitest'
import latency from '../../src/faults/kinds/stream/latency.ts'
import { Windows, windowPlan } from '../../src/plane/embedded/windows.ts'
import type { WindowState } from '../../src/plane/embedded/windows.ts'
import type { Trigger } from '../../src/contract/model.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { LinkBench } from '../support/use-link.ts'

/** The states of a trigger's windows with the moments they begin, over so many ms. */
function states(trigger: Trigger, ms: number): [number, WindowState][] {
  const clock = new ManualClock()
  const start = clock.now()
  const plan = windowPlan(trigger)
  if (plan === undefined) throw new Error('this trigger has no window')
  const told: [number, WindowState][] = []
  const windows = new Windows(plan, clock, (state) => told.push([clock.now() - start, state]))
  told.unshift([0, windows.state])
  clock.advance(ms)
  windows.stop()
  expect(clock.pending).toBe(0)
  return told
}

test('a window of `for` is open from attach and over after it', () => {
  expect(states({ for: 50 }, 200)).toEqual([
    [0, 'open'],
    [50, 'over'],
  ])
})

test('`after.time` rests first, and `for` counts from its end', () => {
  expect(states({ after: { time: 30 }, for: 50 }, 200)).toEqual([
    [0, 'resting'],
    [30, 'open'],
    [80, 'over'],
  ])
})

test('a pulse acts and rests in turn without drifting, and ends with `for`', () => {
  expect(states({ pulse: { on: 10, off: 20 }, for: 65 }, 200)).toEqual([
    [0, 'open'],
    [10, 'resting'],
    [30, 'open'],
    [40, 'resting'],
    [60, 'open'],
    [65, 'over'],
  ])
})

test('a trigger without time has no window', () => {
  expect(windowPlan({ first: 3, after: 2 })).toBeUndefined()
  expect(windowPlan({ after: { count: 2 } })).toBeUndefined()
})

test('a latency that pulses delays only what comes while it acts', () => {
  const bench = new LinkBench()
  const fault = bench.attach({ kind: latency, attributes: { latency: 5, jitter: 0 } })
  bench.send('a')
  expect(bench.text).toBe('')
  bench.change(fault, { enabled: false })
  expect(bench.text).toBe('a')
})
