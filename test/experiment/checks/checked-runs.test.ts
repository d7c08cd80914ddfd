import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { CheckInput } from '../../../src/contract/checks.ts'
import type { ProfileInput } from '../../../src/contract/profile-wire.ts'
import type { RunView } from '../../../src/contract/run-wire.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { faultsOf, useRuns } from '../use-runs.ts'
import type { Bench } from '../use-runs.ts'
import { answer, FakeProber, settle } from './use-checks.ts'

interface Checked extends Bench {
  readonly clock: ManualClock
  readonly prober: FakeProber
  pass(ms: number): Promise<void>
  /** Starts, and settles with the run when it has ended; time goes by as far as that takes. */
  carryOut(profile: ProfileInput): Promise<RunView>
}

/** Runs on a manual clock, whose checks a test answers. */
async function useChecked(): Promise<Checked> {
  const clock = new ManualClock()
  const prober = new FakeProber(() => clock.now())
  const bench = useRuns({ clock, checks: { prober } })
  await bench.registry.create('db', { upstream: '127.0.0.1:9' }, 'api')
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 50) {
      clock.advance(Math.min(50, left))
      await settle()
    }
  }
  const carryOut = async (profile: ProfileInput): Promise<RunView> => {
    const { id } = await bench.runs.start(profile)
    for (let i = 0; i < 2000 && bench.runs.get(id).status === 'running'; i++) await pass(50)
    return bench.runs.get(id)
  }
  return { ...bench, clock, prober, pass, carryOut }
}

const health = (more: Partial<CheckInput> = {}): CheckInput => ({
  name: 'health',
  http: { url: 'http://127.0.0.1:1/health' },
  ...more,
})

/** Acts on nobody, unless a test says otherwise. */
const trial = (more: Partial<ProfileInput> = {}): ProfileInput => ({
  name: 'trial',
  targets: { db: { proxy: 'db' } },
  stages: [{ name: 'slow', duration: '5s', faults: [{ target: 'db', kind: 'latency', attributes: { latency: 1 } }] }],
  ...more,
})

describe('a run whose check', () => {
  test('fails before injects nothing and has failed', async () => {
    const { carryOut, prober, events, registry } = await useChecked()
    prober.answers = () => answer(503)
    const revision = registry.revision
    const run = await carryOut(trial({ steady_state: [health()] }))
    expect(run).toMatchObject({
      status: 'failed',
      healed: true,
      detail:
        'nothing was injected: check health failed before anything was injected: status in 200..299: status is 503',
      checks: [{ phases: { before: 'failed' } }],
      faults: [],
    })
    expect(registry.revision).toBe(revision)
    expect(events('stage_started')).toEqual([])
  })

  test('has nothing to measure before injects nothing and proves nothing', async () => {
    const { carryOut, events } = await useChecked()
    const observed = { name: 'traffic', observed: { target: 'db', window: '1s' }, expect: 'p99 < 1s' }
    const run = await carryOut(trial({ steady_state: [observed] }))
    expect(run).toMatchObject({
      status: 'inconclusive',
      detail: expect.stringContaining('nothing passed in the last 1s'),
    })
    expect(events('stage_started')).toEqual([])
  })

  test('looks before: the start does not wait for it, and stages begin when it held', async () => {
    const { runs, prober, clock, pass, registry } = await useChecked()
    let hold = (): void => undefined
    prober.answers = (nth) => (nth === 1 ? new Promise((resolve) => (hold = () => resolve(answer(200)))) : answer(200))
    const { id, phase } = await runs.start(trial({ steady_state: [health({ timeout: '1m' })] }))
    expect(phase).toBe('before')
    await pass(700)
    expect(runs.get(id)).not.toHaveProperty('stage')
    expect(faultsOf(registry)).toEqual([])
    hold()
    await settle()
    expect(runs.get(id)).toMatchObject({ phase: 'during', stage: { name: 'slow', elapsed_ms: 0 } })
    expect(faultsOf(registry)).toHaveLength(1)
    await runs.stop(id)
    expect(clock.pending).toBe(0)
  })

  test('fails during is over in the turn of its answer, and is healed in that turn', async () => {
    const { runs, prober, clock, registry, events } = await useChecked()
    const { id } = await runs.start(trial({ steady_state: [health({ when: ['during'] })] }))
    let fail = (): void => undefined
    prober.answers = () => new Promise((resolve) => (fail = () => resolve(answer(500))))
    clock.advance(1000)
    expect(faultsOf(registry)).toHaveLength(1)
    fail()
    await settle()
    expect(faultsOf(registry)).toEqual([])
    expect(runs.get(id)).toMatchObject({ status: 'failed', healed: true, heal: { verified: true, left: [] } })
    expect(events('check').at(-1)).toMatchObject({ mono: 2000, outcome: 'failed' })
    expect(events('run_ended')).toMatchObject([{ mono: 2000, status: 'failed' }])
    expect(clock.pending).toBe(0)
  })

  test('does not recover has failed, and says so; one that does tells how long it took', async () => {
    const { carryOut, prober, registry } = await useChecked()
    registry.addFault('db', { kind: 'noop', name: 'else' }, 'api')
    const after = (successes: number): CheckInput =>
      health({ when: ['after'], every: '500ms', recover_within: '4s', successes })
    prober.answers = () => answer(500)
    expect(await carryOut(trial({ steady_state: [after(1)] }))).toMatchObject({
      status: 'failed',
      healed: true,
      detail: expect.stringContaining('check health failed after the heal'),
    })
    const first = prober.asked.length
    prober.answers = (nth) => answer(nth - first < 4 ? 500 : 200)
    expect(await carryOut(trial({ steady_state: [after(2)] }))).toMatchObject({
      checks: [{ phases: { after: 'passed' }, recovery_ms: 1500 }],
    })
    expect(faultsOf(registry)).toEqual(['db/else of api'])
  })

  test('is waited for by a stage ends it when it holds, and does not end the run until then', async () => {
    const { runs, prober, pass, events } = await useChecked()
    prober.answers = (nth) => answer(nth < 4 ? 500 : 200)
    const stages = [
      { ...(trial().stages[0] as object), wait_for: { check: 'health' } },
      { name: 'calm', duration: '10s' },
    ] as ProfileInput['stages']
    const { id } = await runs.start(trial({ steady_state: [health({ when: ['during'] })], stages }))
    await pass(4500)
    expect(runs.get(id).stage?.name).toBe('calm')
    expect(events('stage_ended')).toMatchObject([{ stage: 'slow', waited: 'met', mono: 5000 }])
    await runs.stop(id)
  })
})

describe('a stop condition', () => {
  test('that is met stops the run, and then it is looked how it recovers', async () => {
    const { carryOut, prober } = await useChecked()
    prober.answers = (nth) => answer(nth === 3 ? 503 : 200)
    const run = await carryOut(
      trial({
        steady_state: [health({ name: 'after', when: ['after'], successes: 1 })],
        stop_when: [health({ name: 'down', if: 'status >= 500' })],
      }),
    )
    expect(run).toMatchObject({
      status: 'stopped',
      healed: true,
      detail: 'stop condition down was met: status >= 500; found {"status":503}',
      checks: [
        { name: 'after', recovery_ms: 0 },
        { name: 'down', role: 'stop_when', phases: { during: 'met' }, counts: { met: 1, not_met: 2 } },
      ],
    })
  })

  test('on time stops after so much faulting, calm stages left out', async () => {
    const { carryOut, events } = await useChecked()
    const [slow] = trial().stages
    const stages = [{ name: 'calm', duration: '3s' }, slow] as ProfileInput['stages']
    const run = await carryOut(trial({ stages, stop_when: [{ name: 'long', faulted: {}, if: 'time >= 2s' }] }))
    expect(run).toMatchObject({ status: 'stopped' })
    expect(events('run_ended')).toMatchObject([{ mono: 6000 }])
  })
})

describe('whoever ends a run that waits until its checks hold again', () => {
  const waiting = trial({ steady_state: [health({ when: ['after'], recover_within: '10m' })] })

  test('does not wait, and the run is as they said', async () => {
    const { runs, prober, pass, clock } = await useChecked()
    prober.answers = () => answer(500)
    const { id } = await runs.start(waiting)
    await pass(8000)
    expect(runs.get(id)).toMatchObject({ status: 'running', phase: 'after' })
    expect(await runs.stop(id)).toMatchObject({ status: 'stopped', healed: true })
    expect(clock.pending).toBe(0)
  })

  test('with proxies of its own: they are there until then, and go', async () => {
    const { runs, prober, pass, registry } = await useChecked()
    prober.answers = () => answer(500)
    const own = {
      ...waiting,
      targets: { mine: { upstream: '127.0.0.1:9' } },
      stages: [{ name: 's', duration: '1s', faults: [{ target: 'mine', kind: 'latency' }] }],
    }
    const run = await runs.start(own)
    await pass(3000)
    expect(runs.get(run.id)).toMatchObject({ phase: 'after' })
    expect(registry.find('mine')).toBeDefined()
    await runs.close()
    expect(runs.get(run.id)).toMatchObject({ status: 'aborted', healed: true })
    expect(registry.find('mine')).toBeUndefined()
  })
})

describe('rollback', () => {
  const during = health({ when: ['during'] })
  const after = health({ name: 'after', when: ['after'] })
  test.each([
    // rollback, the check during, the check after, kept
    ['always', 200, 200, false],
    ['deviated', 200, 200, true],
    ['deviated', 500, 200, false],
    ['deviated', 200, 500, false],
    ['never', 200, 200, true],
    ['never', 500, 200, true],
    ['never', 200, 500, true],
  ] as const)('%s, with %d during and %d after: kept is %s', async (rollback, first, last, kept) => {
    const { runs, carryOut, prober, registry } = await useChecked()
    const phase = (): string => runs.list()[0]?.phase ?? ''
    prober.answers = () => answer(phase() === 'after' ? last : first)
    const run = await carryOut(
      trial({ rollback, steady_state: [during, { ...after, recover_within: '1s', successes: 1 }] }),
    )
    expect(run.kept ?? false).toBe(kept)
    expect(run.healed).toBe(!kept)
    expect(faultsOf(registry)).toHaveLength(kept ? 1 : 0)
    if (first === 500 || last === 500) expect(run.status).toBe('failed')
  })

  test('never: the faults stay the run’s, hold its target, and go when it is deleted', async () => {
    const { runs, carryOut, registry, clock } = await useChecked()
    const run = await carryOut(trial({ rollback: 'never' }))
    expect(run).toMatchObject({ kept: true, healed: false })
    expect(run).not.toHaveProperty('heal')
    expect(faultsOf(registry)).toEqual([`db/trial.latency_downstream of run:${run.id}`])
    expect(() => registry.removeFault('db', 'trial.latency_downstream', 'api')).toThrow(/belongs to run:/)
    await expect(runs.start(trial({ name: 'other' }))).rejects.toMatchObject({ code: 'target_busy' })
    const healed = await runs.stop(run.id)
    expect(healed).toMatchObject({ status: run.status, healed: true, heal: { verified: true } })
    expect(healed).not.toHaveProperty('kept')
    expect(faultsOf(registry)).toEqual([])
    expect(await runs.stop(run.id)).toEqual(healed)
    expect(clock.pending).toBe(0)
  })

  test.each(['stop', 'reset', 'daemon', 'proxy', 'condition'] as const)(
    'never leaves nothing where it is ended from outside: %s',
    async (how) => {
      const { runs, registry, pass } = await useChecked()
      const stop_when = [{ name: 'soon', faulted: {}, if: 'time > 400ms' }]
      const { id } = await runs.start(trial({ rollback: 'never', ...(how === 'condition' ? { stop_when } : {}) }))
      await pass(300)
      if (how === 'stop') await runs.stop(id)
      if (how === 'reset') await runs.abortAll('reset')
      if (how === 'daemon') await runs.close()
      if (how === 'proxy') await registry.remove('db', 'api')
      await pass(300)
      expect(runs.get(id)).toMatchObject({ healed: true })
      expect(faultsOf(registry)).toEqual([])
    },
  )

  test('faults that were left go when the longest time of the run is over', async () => {
    const { runs, carryOut, registry, pass, clock } = await useChecked()
    const { id } = await carryOut(trial({ rollback: 'never', max_duration: '8s' }))
    expect(faultsOf(registry)).toHaveLength(1)
    await pass(3000)
    expect(faultsOf(registry)).toEqual([])
    expect(runs.get(id)).toMatchObject({ healed: true })
    expect(clock.pending).toBe(0)
  })

  test.each(['reset', 'daemon', 'proxy'] as const)('faults that were left go with: %s', async (how) => {
    const { runs, carryOut, registry } = await useChecked()
    const { id } = await carryOut(trial({ rollback: 'never' }))
    if (how === 'reset') await runs.abortAll('reset')
    if (how === 'daemon') await runs.close()
    if (how === 'proxy') await registry.remove('db', 'api')
    await settle()
    expect(faultsOf(registry)).toEqual([])
    expect(runs.get(id)).toMatchObject({ healed: true })
  })
})

describe('before anything is injected', () => {
  test('all that is wrong with checks is told at once, in place', async () => {
    const { runs, registry } = await useChecked()
    const start = runs.start(
      trial({
        steady_state: [
          { name: 'a', command: { argv: ['true'] } },
          { name: 'b', observed: { target: 'bd' }, expect: 'p99 < 1s' },
          { name: 'c', http: { url: 'http://h.test/' }, expect: 'status = 200' },
          { name: 'd', http: { url: 'http://h.test/' }, expect: 'latency < 2 * baseline', when: ['after'] },
          { name: 'e', http: { ulr: 'http://h.test/' } } as never,
        ],
      }),
    )
    const error = await start.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'invalid_profile' })
    const problems = (error as { problems: readonly { pointer: string; message: string }[] }).problems
    expect(problems.map(({ pointer }) => pointer).sort()).toEqual([
      '/profile/steady_state/0/command',
      '/profile/steady_state/1/observed/target',
      '/profile/steady_state/2/expect',
      '/profile/steady_state/3/when',
      '/profile/steady_state/4/http/ulr',
      '/profile/steady_state/4/http/url',
    ])
    expect(faultsOf(registry)).toEqual([])
    expect(runs.list()).toEqual([])
  })
})

test('with real traffic, a real server and real time: what is observed, faulted and measured is what happened', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/metrics/api/v1/query?query=orders') {
      const result = [{ metric: {}, value: [1, '42.5'] }]
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }))
    } else response.end('{"db": {"state": "up"}}')
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const upstream = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const { runs, registry, ended } = useRuns()
  const { view } = await registry.create('api', { upstream, protocol: 'http' }, 'api')
  let calling = true
  onTestFinished(() => void (calling = false))
  const callers = (async () => {
    while (calling) await fetch(`http://${view.listen}/`).then((response) => response.text())
  })()
  const { id } = await runs.start({
    name: 'real',
    targets: { api: { proxy: 'api' } },
    steady_state: [
      {
        name: 'through',
        http: { url: `http://${view.listen}/` },
        expect: ['answered == true', 'header content-length exists'],
        timeout: '5s',
        successes: 1,
      },
      {
        name: 'json',
        http: { url: `http://${upstream}/` },
        expect: 'json /db/state == up',
        when: ['before'],
        timeout: '5s',
      },
      { name: 'tcp', tcp: { address: upstream }, when: ['before', 'after'], successes: 1, timeout: '5s' },
      {
        name: 'orders',
        prometheus: { url: `http://${upstream}/metrics`, query: 'orders' },
        expect: 'value == 42.5',
        when: ['before'],
      },
      {
        name: 'ratio',
        observed: { target: 'api', window: '200ms' },
        expect: 'success_ratio > 99%',
        every: '100ms',
        when: ['before', 'after'],
        successes: 1,
      },
    ],
    stop_when: [{ name: 'enough', faulted: { target: 'api' }, if: ['count >= 5', 'share > 5%', 'callers == 1'] }],
    stages: [
      { name: 'broken', duration: '1m', faults: [{ target: 'api', kind: 'http_abort', attributes: { status: 503 } }] },
    ],
  })
  const run = await ended(id)
  calling = false
  await callers
  expect(run, run.detail).toMatchObject({
    status: 'stopped',
    healed: true,
    detail: expect.stringContaining('enough was met'),
  })
  const found = new Map(run.checks.map((check) => [check.name, check]))
  expect(found.get('ratio')).toMatchObject({
    phases: { before: 'passed', after: 'passed' },
    recovery_ms: expect.any(Number),
  })
  expect(found.get('orders')?.last?.values).toEqual({ value: 42.5 })
  expect(found.get('json')?.last?.values).toEqual({ 'json /db/state': 'up' })
  expect(found.get('tcp')).toMatchObject({ phases: { before: 'passed', after: 'passed' } })
})
