import { describe, expect, test } from 'vitest'
import { ManualClock } from '../support/manual-clock.ts'
import { faultsOf, profile, useRuns } from './use-runs.ts'
import type { Bench } from './use-runs.ts'

const NOBODY = '127.0.0.1:9'

async function useTimeline(): Promise<Bench & { clock: ManualClock }> {
  const clock = new ManualClock()
  const bench = useRuns({ clock })
  await bench.registry.create('db', { upstream: NOBODY }, 'api')
  return { ...bench, clock }
}

describe('a run on a manual clock', () => {
  test('attaches the faults of each stage when it begins, and takes them away when it ends', async () => {
    const { runs, registry, clock, ended } = await useTimeline()
    const { id } = await runs.start(profile())
    expect(runs.get(id)).toMatchObject({ status: 'running', stage: { name: 'calm', index: 0, of: 3 } })
    expect(faultsOf(registry)).toEqual([])
    clock.advance(999)
    expect(faultsOf(registry)).toEqual([])
    clock.advance(1)
    expect(faultsOf(registry)).toEqual([`db/trial.latency_downstream of run:${id}`])
    clock.advance(500)
    expect(runs.get(id).stage).toEqual({ name: 'slow', index: 1, of: 3, elapsed_ms: 500, duration_ms: 2000 })
    clock.advance(1500)
    expect(faultsOf(registry)).toEqual([])
    expect(runs.get(id).stage?.name).toBe('recovery')
    const end = ended(id)
    clock.advance(1000)
    expect(await end).toMatchObject({ healed: true })
    expect(runs.get(id).stage).toBeUndefined()
  })

  test('begins each stage at a moment planned from the start, so that late timers do not add up', async () => {
    const { runs, clock, events } = await useTimeline()
    const stages = Array.from({ length: 20 }, (_, i) => ({
      name: `s${i}`,
      duration: 100,
      ...(i % 2 === 0 ? {} : { faults: [{ target: 'db', kind: 'noop' }] }),
    }))
    // Each timer comes 30 ms late, as under load.
    const { at } = clock
    clock.at = (due, fn) => at.call(clock, due + 30, fn)
    const begin = clock.now()
    await runs.start(profile({ stages }))
    clock.advance(2100)
    const starts = events('stage_started').map(({ mono }) => mono - begin)
    expect(starts).toHaveLength(20)
    for (const [i, start] of starts.entries()) expect(start).toBe(i === 0 ? 0 : i * 100 + 30)
  })

  test('catches up in order when the loop stood still over several stages', async () => {
    const { runs, clock, events, ended } = await useTimeline()
    const { at } = clock
    clock.at = (due, fn) => at.call(clock, Math.max(due, 10_000), fn)
    const { id } = await runs.start(profile())
    const end = ended(id)
    clock.advance(9000)
    await end
    expect(
      events()
        .filter((event) => 'run' in event)
        .map(({ type, mono }) => [type, mono]),
    ).toEqual([
      ['run_started', 1000],
      ['stage_started', 1000],
      ['stage_ended', 10_000],
      ['stage_started', 10_000],
      ['stage_ended', 10_000],
      ['stage_started', 10_000],
      ['stage_ended', 10_000],
      ['run_healed', 10_000],
      ['run_ended', 10_000],
    ])
  })

  test('tells what happened in order, with the run, the stage and how it ended', async () => {
    const { runs, clock, events, ended } = await useTimeline()
    const { id } = await runs.start(profile({ seed: 7 }))
    const end = ended(id)
    clock.advance(4000)
    await end
    expect(events().filter((event) => 'run' in event)).toMatchObject([
      { type: 'run_started', run: id, profile: 'trial', seed: '7', stages: 3, mono: 1000 },
      { type: 'stage_started', run: id, stage: 'calm', index: 0, duration_ms: 1000, faults: 0, mono: 1000 },
      { type: 'stage_ended', run: id, stage: 'calm', index: 0, mono: 2000 },
      { type: 'stage_started', run: id, stage: 'slow', index: 1, duration_ms: 2000, faults: 1, mono: 2000 },
      { type: 'stage_ended', run: id, stage: 'slow', index: 1, mono: 4000 },
      { type: 'stage_started', run: id, stage: 'recovery', index: 2, mono: 4000 },
      { type: 'stage_ended', run: id, stage: 'recovery', index: 2, mono: 5000 },
      { type: 'run_healed', run: id, verified: true, ms: 0, left: [], mono: 5000 },
      { type: 'run_ended', run: id, profile: 'trial', status: 'inconclusive', healed: true, mono: 5000 },
    ])
  })

  test('that injected nothing is inconclusive, and says so', async () => {
    const { runs, clock, ended } = await useTimeline()
    const { id } = await runs.start(profile())
    const end = ended(id)
    clock.advance(4000)
    expect(await end).toMatchObject({
      status: 'inconclusive',
      detail: expect.stringContaining('no fault of the run acted'),
      faults: [{ stage: 'slow', proxy: 'db', fault: 'trial.latency_downstream', kind: 'latency', seen: 0, applied: 0 }],
    })
  })

  test('a fault of the same name goes on in the next stage, and is counted there anew', async () => {
    const { runs, registry, clock } = await useTimeline()
    const slow = (latency: number): object => ({ target: 'db', name: 'slow', kind: 'latency', attributes: { latency } })
    await runs.start(
      profile({
        stages: [
          { name: 'one', duration: 100, faults: [slow(10) as never] },
          { name: 'two', duration: 100, faults: [slow(20) as never] },
        ],
      }),
    )
    expect(registry.getFault('db', 'trial.slow').attributes).toMatchObject({ latency: 10 })
    clock.advance(100)
    expect(registry.getFault('db', 'trial.slow').attributes).toMatchObject({ latency: 20 })
  })

  test('leaves no timer behind, however it ends', async () => {
    const { runs, clock } = await useTimeline()
    const { id } = await runs.start(profile())
    clock.advance(1500)
    await runs.stop(id)
    expect(clock.pending).toBe(0)
  })
})
