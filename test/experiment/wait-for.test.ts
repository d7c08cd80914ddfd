import { connect } from 'node:net'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { FaultlineError } from '../../src/contract/errors.ts'
import type { StageInput, WaitInput } from '../../src/contract/profile-wire.ts'
import { readProfile } from '../../src/experiment/read-profile.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { profile, useRuns } from './use-runs.ts'
import type { Bench } from './use-runs.ts'

const refuse = { target: 'db', kind: 'refuse' } as never

const waiting = (wait_for: WaitInput, more: Partial<StageInput> = {}) =>
  profile({
    stages: [
      {
        name: 'until',
        duration: '10s',
        faults: [{ target: 'db', kind: 'slow_accept', attributes: { delay: 1 } } as never],
        wait_for,
        ...more,
      },
      { name: 'after', duration: '1s' },
    ],
  })

async function useWaiting(): Promise<Bench & { clock: ManualClock; call: () => Promise<void> }> {
  const clock = new ManualClock()
  const bench = useRuns({ clock })
  await bench.registry.create('db', { upstream: '127.0.0.1:9' }, 'api')
  const call = async (): Promise<void> => {
    const [host = '', port = ''] = (bench.registry.get('db').plane.status().listen ?? '').split(':')
    const told = new Promise<void>((resolve) => {
      bench.journal.follow((event) => {
        if (event.type !== 'connection_refused' && event.type !== 'connection_opened') return true
        resolve()
        return false
      })
    })
    const socket = connect(Number(port), host).on('error', () => undefined)
    await Promise.all([told, once(socket, 'close')])
  }
  return { ...bench, clock, call }
}

describe('a stage that waits', () => {
  test('ends in a turn of its own when what it waits for has come, and the next begins at that moment', async () => {
    const { runs, clock, call, events } = await useWaiting()
    const { id } = await runs.start(waiting({ connections: 2, target: 'db' }))
    clock.advance(3000)
    await call()
    clock.turn()
    expect(runs.get(id).stage?.name).toBe('until')
    clock.advance(500)
    await call()
    expect(runs.get(id).stage?.name, 'not from within the traffic').toBe('until')
    clock.turn()
    expect(runs.get(id).stage).toMatchObject({ name: 'after', elapsed_ms: 0 })
    clock.advance(1000)
    expect(events('stage_ended')).toMatchObject([
      { stage: 'until', waited: 'met', mono: 4500 },
      { stage: 'after', mono: 5500 },
    ])
  })

  test('for an event counts only those of its kind', async () => {
    const { runs, clock, call } = await useWaiting()
    const { id } = await runs.start(waiting({ event: 'decision', kind: 'slow_accept' }))
    await call()
    clock.turn()
    const other = runs.get(id).stage?.name
    await runs.stop(id)
    const { id: next } = await runs.start(waiting({ event: 'decision', kind: 'latency' }))
    await call()
    clock.turn()
    expect([other, runs.get(next).stage?.name]).toEqual(['after', 'until'])
  })

  test.each([
    ['continue', 'running', undefined],
    ['fail', 'failed', 'stage until waited 10000 ms for 5 connections on db in vain'],
    ['end', 'inconclusive', 'stage until waited 10000 ms for 5 connections on db in vain'],
  ] as const)('in vain does as it was told: %s', async (otherwise, status, detail) => {
    const { runs, clock, ended } = await useWaiting()
    const { id } = await runs.start(waiting({ connections: 5, target: 'db', otherwise }))
    clock.advance(10_000)
    if (status === 'running') {
      expect(runs.get(id)).toMatchObject({ status, stage: { name: 'after' } })
      await runs.stop(id)
    } else {
      expect(await ended(id)).toMatchObject({ status, detail, healed: true })
    }
    expect(clock.pending).toBe(0)
  })

  test('is deaf once it has ended, whatever comes then', async () => {
    const { runs, clock, call } = await useWaiting()
    const { id } = await runs.start(waiting({ connections: 1 }, { duration: 100 }))
    clock.advance(99)
    await call()
    clock.advance(1)
    clock.turn()
    expect(runs.get(id).stage).toMatchObject({ name: 'after' })
    await call()
    clock.turn()
    expect(runs.get(id).stage).toMatchObject({ name: 'after' })
    await runs.stop(id)
  })
})

describe('what cannot be waited for is refused', () => {
  const problems = (wait_for: object): string => {
    try {
      readProfile(waiting(wait_for, { faults: [refuse] }))
    } catch (error) {
      if (error instanceof FaultlineError)
        return error.problems.map(({ pointer, message }) => `${pointer}: ${message}`).join('\n')
    }
    throw new Error('it was taken')
  }
  test.each([
    [
      { otherwise: 'end' },
      '/stages/0/wait_for: wait_for takes one of event, connections, exchanges, check; it has none',
    ],
    [{ event: 'decision', exchanges: 3 }, 'it has event and exchanges'],
    [{ event: 'decisoin' }, '/stages/0/wait_for/event: event is "decisoin"'],
    [{ event: 'decision', kind: 'latncy' }, 'kind is "latncy", which is not known here; did you mean latency?'],
    [
      { connections: 1, target: 'bd' },
      '/stages/0/wait_for/target: target is "bd", which is not known here; did you mean db?',
    ],
    [{ connections: 1, count: 2 }, '/stages/0/wait_for/count: count goes with event only, not with connections'],
    [
      { check: 'answers' },
      '/stages/0/wait_for/check: check is "answers", which is not known here; there is no check in the profile',
    ],
    [{ connections: 0 }, 'connections is 0, but must be a whole number from 1'],
  ])('%j', (written, expected) => {
    expect(problems(written)).toContain(expected)
  })
})
