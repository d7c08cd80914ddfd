import { describe, expect, test } from 'vitest'
import { FaultlineError } from '../../src/contract/errors.ts'
import { readProfile } from '../../src/experiment/read-profile.ts'
import { valueAt } from '../../src/experiment/timeline/ramp.ts'
import type { Ramp } from '../../src/experiment/timeline/ramp.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { faultsOf, profile, useRuns } from './use-runs.ts'
import type { Bench } from './use-runs.ts'

const ramp = (more: Partial<Ramp>): Ramp => ({
  of: 'latency',
  from: 100,
  to: 200,
  overMs: 1000,
  shape: 'linear',
  everyMs: 100,
  whole: true,
  ...more,
})

const at = (one: Partial<Ramp>, ...offsets: number[]): number[] => offsets.map((offset) => valueAt(ramp(one), offset))

describe('a ramp', () => {
  test('linear goes evenly, and is exact at both ends and after', () => {
    expect(at({}, 0, 250, 500, 999, 1000, 5000)).toEqual([100, 125, 150, 200, 200, 200])
    expect(at({ from: 1, to: 0, whole: false }, 0, 300, 1000)).toEqual([1, 0.7, 0])
  })

  test('exponential goes by equal factors', () => {
    expect(at({ shape: 'exponential', from: 10, to: 10_000 }, 0, 333.3333333, 666.6666667, 1000)).toEqual([
      10, 100, 1000, 10_000,
    ])
  })

  test('steps are as many values as asked for, each as long as the others', () => {
    expect(at({ shape: 'steps', steps: 3 }, 0, 333, 334, 666, 667, 999, 1000)).toEqual([
      100, 100, 150, 150, 200, 200, 200,
    ])
  })

  test('sine goes from one end to the other and back, and ends where its last turn does', () => {
    const sine = { shape: 'sine', periodMs: 400 } as const
    expect(at(sine, 0, 100, 200, 300, 400, 1000, 2000)).toEqual([100, 150, 200, 150, 100, 200, 200])
  })
})

type Toxic = (latency: unknown, more?: object) => never

const slow: Toxic = (latency, more = {}) =>
  ({ target: 'db', kind: 'latency', attributes: { latency }, ...more }) as never

async function useRamp(): Promise<Bench & { clock: ManualClock; value: () => unknown }> {
  const clock = new ManualClock()
  const bench = useRuns({ clock })
  await bench.registry.create('db', { upstream: '127.0.0.1:9' }, 'api')
  const value = (): unknown => bench.registry.getFault('db', 'trial.latency_downstream').attributes['latency']
  return { ...bench, clock, value }
}

const stage = (fault: never, more: object = {}) =>
  profile({ stages: [{ name: 's', duration: '1s', faults: [fault], ...more }] })

describe('a run with a ramp', () => {
  test('moves the value ten times in a second, to its exact end, and then leaves it alone', async () => {
    const { runs, clock, value, events } = await useRamp()
    await runs.start(stage(slow({ ramp: { from: '100ms', to: '200ms', over: '500ms' } })))
    const seen = [value()]
    for (let i = 0; i < 8; i++) {
      clock.advance(100)
      seen.push(value())
    }
    expect(seen).toEqual([100, 120, 140, 160, 180, 200, 200, 200, 200])
    expect(events('command').filter((event) => 'action' in event && event.action === 'fault.set')).toHaveLength(6)
  })

  test('moves once to where it should be when the loop stood still', async () => {
    const { runs, clock, value, events } = await useRamp()
    await runs.start(stage(slow({ ramp: { from: 0, to: 1000 } })))
    const { at: arm } = clock
    clock.at = (due, fn) => arm.call(clock, Math.max(due, 1550), fn)
    clock.advance(100)
    clock.advance(450)
    expect(value()).toBe(550)
    expect(events('command').filter((event) => 'action' in event && event.action === 'fault.set')).toHaveLength(3)
  })

  test('moves toxicity too, and several numbers of one fault together', async () => {
    const { runs, registry, clock } = await useRamp()
    const toxicity = { ramp: { from: 0, to: 1 } }
    await runs.start(stage(slow({ ramp: { from: 10, to: 30 } }, { toxicity })))
    clock.advance(500)
    const fault = registry.getFault('db', 'trial.latency_downstream')
    expect(fault).toMatchObject({ toxicity: 0.5, attributes: { latency: 20, jitter: 0 } })
  })

  test('goes on beneath a pulse, and shows when it acts again', async () => {
    const { runs, registry, clock } = await useRamp()
    const pulse = { on: '200ms', off: '300ms' }
    const { id } = await runs.start(stage(slow({ ramp: { from: 0, to: 1000 } }), { pulse }))
    const now = (): unknown[] => {
      const { enabled, attributes } = registry.getFault('db', 'trial.latency_downstream')
      return [enabled, attributes['latency']]
    }
    const seen = [now()]
    for (let i = 0; i < 5; i++) {
      clock.advance(100)
      seen.push(now())
    }
    expect(seen).toEqual([
      [true, 0],
      [true, 100],
      [false, 200],
      [false, 200],
      [false, 200],
      [true, 500],
    ])
    await runs.stop(id)
    expect(faultsOf(registry)).toEqual([])
    expect(clock.pending).toBe(0)
  })

  test('moves fewer times where many faults move, over all lanes', async () => {
    const { runs, registry, clock, events } = await useRamp()
    for (let i = 0; i < 9; i++) await registry.create(`more${i}`, { upstream: '127.0.0.1:9', to: 'all' }, 'api')
    const faults = Array.from({ length: 2 }, () => slow({ ramp: { from: 0, to: 1000 } }, { target: 'all' }))
    const lane = (name: string) => ({ name, stages: [{ name: `s${name}`, duration: '1s', faults }] })
    const input = profile({
      targets: { all: { to: 'all' } },
      stages: [{ name: 'both', parallel: [lane('a'), lane('b')] }],
    })
    await runs.start(input)
    clock.advance(999)
    // 36 faults, each moved at most every 360 ms, and 9 proxies.
    const sets = events('command').filter((event) => 'action' in event && event.action === 'fault.set')
    expect(sets).toHaveLength(9 * 3)
  })

  test('ends as aborted, and leaves no timer, when its proxy is deleted on the way', async () => {
    const { runs, registry, clock, ended } = await useRamp()
    const { id } = await runs.start(stage(slow({ ramp: { from: 0, to: 1000 } })))
    clock.advance(450)
    await registry.remove('db', 'api')
    expect(await ended(id)).toMatchObject({ status: 'aborted', healed: true })
    expect(clock.pending).toBe(0)
  })
})

function problemsOf(fault: never, more: object = {}): readonly string[] {
  try {
    readProfile(stage(fault, more))
  } catch (error) {
    if (error instanceof FaultlineError) return error.problems.map(({ pointer, message }) => `${pointer}: ${message}`)
    throw error
  }
  throw new Error('it was taken')
}

const LATENCY = '/stages/0/faults/0/attributes/latency/ramp'

describe('a ramp that cannot be is refused', () => {
  test.each([
    [{ from: '1 parsec', to: 200 }, `${LATENCY}/from: latency is "1 parsec"`],
    [{ from: 0, to: -1 }, `${LATENCY}/to: latency is -1`],
    [{ from: 0, to: 1e300 }, `${LATENCY}/to: latency is 1e+300`],
    [{ from: 0, to: Number.NaN }, `${LATENCY}/to: to is null, but must be a number`],
    [{ from: 0, to: 5, shape: 'exponential' }, `${LATENCY}/from: from is 0, but must be above 0`],
    [{ from: 0, to: 5, shape: 'cubic' }, `${LATENCY}/shape: shape is "cubic", but must be one of linear`],
    [{ from: 0, to: 5, steps: 4 }, `${LATENCY}/steps: steps is for shape steps only; the shape is linear`],
    [{ from: 0, to: 5, shape: 'steps', steps: 500 }, `${LATENCY}: 500 steps in 1000 ms are too many`],
    [{ from: 0 }, `${LATENCY}/to: to is missing`],
    [{ from: 0, to: 5, ovr: 3 }, `${LATENCY}/ovr: ovr is not known here`],
  ])('%j', (written, expected) => {
    expect(problemsOf(slow({ ramp: written })).join('\n')).toContain(expected)
  })

  test('toxicity beyond 1, and a ramp of what is no number', () => {
    const wrong = problemsOf(slow(1, { toxicity: { ramp: { from: 0, to: 2 } } }))
    expect(wrong).toEqual([expect.stringMatching(/^\/stages\/0\/faults\/0\/toxicity\/ramp\/to: toxicity is 2/)])
    const text = { target: 'db', kind: 'blackhole', attributes: { mode: { ramp: { from: 0, to: 1 } } } } as never
    expect(problemsOf(text).join('\n')).toContain('/attributes/mode')
  })

  test('what its kind does not take on the way, though it takes both ends', () => {
    const ends = (from: number, to: number): object => ({ ramp: { from, to, shape: 'sine', period: '1s' } })
    const attributes = { distribution: 'pareto', minimum: ends(1, 100), maximum: 50 }
    const fault = { target: 'db', kind: 'variable_latency', attributes } as never
    expect(problemsOf(fault).join('\n')).toMatch(/minimum is 100 ms, above the maximum of 50 ms/)
  })
})
