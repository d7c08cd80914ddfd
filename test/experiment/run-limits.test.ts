import { connect } from 'node:net'
import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readProfile } from '../../src/experiment/read-profile.ts'
import { useEchoServer } from '../cli/use-faultline.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { faultsOf, profile, refusal, useRuns } from './use-runs.ts'
import type { Bench } from './use-runs.ts'

const NOBODY = '127.0.0.1:9'

async function useLimits(options: Parameters<typeof useRuns>[0] = {}): Promise<Bench & { clock: ManualClock }> {
  const clock = new ManualClock()
  const bench = useRuns({ clock, ...options })
  await bench.registry.create('db', { upstream: NOBODY }, 'api')
  return { ...bench, clock }
}

const long = (duration: string | number, more: object = {}) =>
  profile({
    stages: [{ name: 'slow', duration, faults: [{ target: 'db', kind: 'latency', attributes: { latency: 1 } }] }],
    ...more,
  })

describe('the longest duration', () => {
  test('ends a run, healed, whatever its stages say', async () => {
    const { runs, registry, clock, ended } = await useLimits()
    const { id, max_duration_ms: longest } = await runs.start(long('1h', { max_duration: '10m' }))
    expect(longest).toBe(600_000)
    clock.advance(599_999)
    expect(runs.get(id).status).toBe('running')
    const end = ended(id)
    clock.advance(1)
    expect(await end).toMatchObject({
      status: 'aborted',
      healed: true,
      detail: expect.stringContaining('max_duration'),
    })
    expect(faultsOf(registry)).toEqual([])
    expect(clock.pending).toBe(0)
  })

  test('of a profile that does not say is that of the settings, and stages that would be cut off are refused', async () => {
    const { runs } = await useLimits({ durations: { usual: 60_000, longest: 120_000 } })
    expect((await runs.start(long('1m'))).max_duration_ms).toBe(60_000)
    const error = await refusal(() => runs.start(long('61s', { name: 'other' })))
    expect([error.code, error.pointer]).toEqual(['limit_reached', '/stages'])
    expect(error.remedy).toContain('max_duration')
    expect((await runs.preview(long('61s'))).warnings).toContainEqual(
      expect.objectContaining({ code: 'would_be_refused', message: expect.stringContaining('runs.max_duration') }),
    )
  })

  test('may be raised up to what the settings allow, and no further', async () => {
    const { runs } = await useLimits({ durations: { usual: 60_000, longest: 120_000 } })
    const error = await refusal(() => runs.start(long('1s', { max_duration: 120_001 })))
    expect([error.code, error.pointer]).toEqual(['limit_reached', '/max_duration'])
    expect((await runs.start(long('90s', { max_duration: '2m' }))).max_duration_ms).toBe(120_000)
  })

  test('that is none is told with its place', () => {
    expect(() => readProfile(long('1s', { max_duration: 0 }))).toThrow('max_duration is 0')
    expect(() => readProfile(long('1s', { max_duration: 'for ever' }))).toThrow('max_duration')
  })
})

describe('a run that was started with a ttl', () => {
  test('ends when its owner falls silent, healed, and lives as long as it is renewed', async () => {
    const { runs, registry, clock, ended } = await useLimits()
    const { id, expires_at: first } = await runs.start(long('1h'), { ttl: '10s' })
    for (let i = 0; i < 10; i++) {
      clock.advance(9_999)
      expect(runs.renew(id).status).toBe('running')
    }
    expect(Date.parse(runs.get(id).expires_at ?? '') - Date.parse(first ?? '')).toBe(99_990)
    const end = ended(id)
    clock.advance(10_000)
    expect(await end).toMatchObject({
      status: 'aborted',
      healed: true,
      detail: expect.stringContaining('did not renew'),
    })
    expect(faultsOf(registry)).toEqual([])
    expect(runs.renew(id)).toMatchObject({ status: 'aborted' })
    expect(runs.get(id).expires_at).toBeUndefined()
    expect(clock.pending).toBe(0)
  })

  test('leaves no timer when it ends before', async () => {
    const { runs, clock } = await useLimits()
    const { id } = await runs.start(long('1h'), { ttl: 5000 })
    await runs.stop(id)
    expect(clock.pending).toBe(0)
    clock.advance(100_000)
    expect(runs.get(id).status).toBe('stopped')
  })

  test('needs one that can be kept: others are refused before anything happens', async () => {
    const { runs } = await useLimits()
    for (const ttl of [999, '2h', 'soon', -1])
      expect((await refusal(() => runs.start(long('1s'), { ttl }))).code).toBe('invalid_request')
    expect(runs.list()).toEqual([])
  })

  test('a run without one lives on when nobody speaks, and renewing it changes nothing', async () => {
    const { runs, clock } = await useLimits()
    const { id } = await runs.start(long('1h'))
    expect(runs.renew(id)).toEqual(runs.get(id))
    clock.advance(3_000_000)
    expect(runs.get(id).status).toBe('running')
  })
})

describe('a dry run', () => {
  test('decides and counts everything, and does nothing', async () => {
    const bench = useRuns()
    const { view } = await bench.registry.create('db', { upstream: await useEchoServer() }, 'api')
    const slow = [
      { target: 'db', kind: 'latency', attributes: { latency: '1h' } },
      { target: 'db', kind: 'refuse', attributes: { mode: 'close_listener' } },
    ]
    const { id, dry_run: dry } = await bench.runs.start(
      profile({ stages: [{ name: 'slow', duration: 500, faults: slow as never }] }),
      { dry_run: true },
    )
    expect(dry).toBe(true)
    const socket = connect(Number(view.listen.split(':').at(-1)), '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.write('hello')
    expect(String((await once(socket, 'data'))[0])).toBe('hello')
    const end = await bench.ended(id)
    expect(end).toMatchObject({ status: 'inconclusive', healed: true, detail: expect.stringContaining('a dry run') })
    expect(end.faults).toContainEqual(expect.objectContaining({ kind: 'latency', seen: 1, applied: 0, would_apply: 1 }))
    expect(bench.events('decision')).toContainEqual(expect.objectContaining({ kind: 'latency', outcome: 'dry_run' }))
  })

  test('of a partition leaves its links whole, and says nothing of a cut', async () => {
    const bench = useRuns()
    await bench.registry.create('a-b', { upstream: NOBODY, from: 'a', to: 'b' }, 'api')
    const stages = [{ name: 'cut', duration: 50, partition: { between: [['a'], ['b']], mode: 'refuse' as const } }]
    const { id } = await bench.runs.start({ name: 'trial', stages }, { dry_run: true })
    expect(bench.registry.get('a-b').plane.status().state).toBe('listening')
    await bench.ended(id)
    expect(bench.events('partition_cut')).toEqual([])
  })
})

describe('two runs', () => {
  test('on one target: the second is refused with the first one’s id, unless it shares', async () => {
    const { runs } = await useLimits()
    const { id } = await runs.start(long('1m'))
    const error = await refusal(() => runs.start(long('1m', { name: 'second' })))
    expect([error.code, error.status]).toEqual(['target_busy', 409])
    expect(error.message).toContain(id)
    const shared = await runs.start(long('1m', { name: 'second' }), { share: true })
    await runs.stop(id)
    expect(runs.get(shared.id).status).toBe('running')
  })

  test('started in the same turn: one of them holds the target', async () => {
    const { runs } = await useLimits()
    const starts = await Promise.allSettled([runs.start(long('1m')), runs.start(long('1m', { name: 'second' }))])
    expect(starts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })
})
