import { describe, expect, test } from 'vitest'
import { answer, NO_ANSWER, settle, useChecks } from './use-checks.ts'

const health = { name: 'health', http: { url: 'http://127.0.0.1:1/health' } }

/** What `during` told, in order. */
function useEnd(): { ends: string[]; onEnd: (how: string, detail: string) => void } {
  const ends: string[] = []
  return { ends, onEnd: (how, detail) => void ends.push(`${how}: ${detail}`) }
}

describe('before', () => {
  test('each check is looked at once, and all must hold', async () => {
    const bench = useChecks({ steady_state: [health, { ...health, name: 'other', expect: 'status == 500' }] })
    expect(await bench.checks.before()).toEqual({
      outcome: 'failed',
      detail: 'check other failed before anything was injected: status == 500: status is 200',
    })
    expect(bench.prober.asked).toHaveLength(2)
    expect(bench.checks.view()).toMatchObject([
      { name: 'health', phases: { before: 'passed' }, counts: { passed: 1 } },
      { name: 'other', phases: { before: 'failed' }, counts: { failed: 1 }, last: { values: { status: 200 } } },
    ])
    expect(bench.facts).toContainEqual({
      type: 'check',
      run: 'run_1',
      check: 'other',
      role: 'steady_state',
      phase: 'before',
      outcome: 'failed',
      values: { status: 200 },
      detail: 'status == 500: status is 200',
    })
  })

  test('a baseline is the median of five looks', async () => {
    const bench = useChecks({ steady_state: [{ ...health, expect: ['status == 200', 'latency <= 2 * baseline'] }] })
    bench.prober.answers = (nth) => answer(200, '', [10, 900, 12, 11, 14][nth - 1])
    expect(await bench.checks.before()).toBeUndefined()
    expect(bench.checks.view()[0]).toMatchObject({ baseline: { latency: 12 } })
    const { ends, onEnd } = useEnd()
    bench.checks.during(onEnd)
    bench.prober.answers = () => answer(200, '', 24)
    await bench.pass(1000)
    expect(ends).toEqual([])
    bench.prober.answers = () => answer(200, '', 25)
    await bench.pass(1000)
    expect(ends).toEqual([
      'failed: check health failed during the run: latency <= 2 * baseline: latency is 25, the baseline 12',
    ])
  })

  test('where there is nothing to take a baseline of, it fails', async () => {
    const bench = useChecks({ steady_state: [{ ...health, expect: 'latency <= 2 * baseline' }] })
    bench.prober.answers = () => NO_ANSWER
    expect(await bench.checks.before()).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining('ECONNREFUSED'),
    })
    expect(bench.prober.asked).toHaveLength(1)
  })

  test('given up, it settles at once and says nothing', async () => {
    const bench = useChecks({ steady_state: [health] })
    bench.prober.answers = () => new Promise(() => undefined)
    const before = bench.checks.before()
    bench.checks.close()
    expect(await before).toBeUndefined()
  })
})

describe('during', () => {
  test('a failing check ends the run in the turn of its answer, and once', async () => {
    const bench = useChecks({ steady_state: [health, { ...health, name: 'second' }] })
    const { ends, onEnd } = useEnd()
    bench.checks.during(onEnd)
    await bench.pass(3000)
    bench.prober.answers = () => answer(503)
    await bench.pass(900)
    expect(ends).toEqual([])
    await bench.pass(100)
    expect(ends).toEqual(['failed: check health failed during the run: status in 200..299: status is 503'])
    await bench.pass(5000)
    expect(ends).toHaveLength(1)
    expect(bench.clock.pending).toBe(0)
  })

  test('one that may fail now and then counts failures in a row', async () => {
    const bench = useChecks({ steady_state: [{ ...health, failures: 3 }] })
    const bad = new Set([2, 3, 5, 7, 8, 9])
    bench.prober.answers = (nth) => answer(bad.has(nth) ? 503 : 200)
    const { ends, onEnd } = useEnd()
    bench.checks.during(onEnd)
    await bench.pass(8000)
    expect(ends).toEqual([])
    expect(bench.checks.view()[0]?.phases.during).toBe('passed')
    await bench.pass(1000)
    expect(ends).toHaveLength(1)
    expect(bench.checks.view()[0]?.phases.during).toBe('failed')
  })

  test('looks are taken at even times, and a look that hangs leaves out the next, not all', async () => {
    const bench = useChecks({ steady_state: [{ ...health, every: '500ms' }] })
    const began = bench.clock.now()
    let release = (): void => undefined
    bench.prober.answers = (nth) =>
      nth === 2 ? new Promise((resolve) => (release = () => resolve(answer(200)))) : answer(200)
    bench.checks.during(() => undefined)
    await bench.pass(1800)
    release()
    await bench.pass(700)
    expect(bench.prober.asked.map(({ at }) => at - began)).toEqual([500, 1000, 2000, 2500])
  })

  test('after the loop stood still one look is taken, not all that were due', async () => {
    const bench = useChecks({ steady_state: [health] })
    const { at } = bench.clock
    bench.clock.at = (due, fn) => at.call(bench.clock, Math.max(due, 31_400), fn)
    bench.checks.during(() => undefined)
    await bench.pass(32_000, 32_000)
    expect(bench.prober.asked.length).toBeLessThanOrEqual(2)
  })

  test('a stop condition stops when it is met; where nothing answers, nothing is met', async () => {
    const when = { name: 'overload', http: health.http, if: ['json /load > 90%', 'status == 200'] }
    const bench = useChecks({ stop_when: [{ ...when, if: ['json /load > 90', 'status == 200'] }] })
    const { ends, onEnd } = useEnd()
    bench.checks.during(onEnd)
    for (const given of [answer(200, '{"load": 90}'), NO_ANSWER, answer(200, 'busy'), answer(500, '{"load": 99}')]) {
      bench.prober.answers = () => given
      await bench.pass(1000)
    }
    expect(ends).toEqual([])
    bench.prober.answers = () => answer(200, '{"load": 91}')
    await bench.pass(1000)
    expect(ends).toEqual([
      'stopped: stop condition overload was met: json /load > 90 and status == 200; found {"json /load":91,"status":200}',
    ])
    // Only the changes: it was not met four times.
    expect(bench.facts.flatMap((fact) => (fact.type === 'check' ? fact.outcome : []))).toEqual(['not_met', 'met'])
    expect(bench.counts).toMatchObject({ not_met: 4, met: 1 })
  })

  test('what still looks when the phase ends is given up, and told to nobody', async () => {
    const bench = useChecks({ steady_state: [health] })
    const { ends, onEnd } = useEnd()
    bench.prober.answers = () => new Promise(() => undefined)
    bench.checks.during(onEnd)
    await bench.pass(1000)
    bench.checks.close()
    await settle()
    expect(ends).toEqual([])
    expect(bench.facts).toEqual([])
    expect(bench.clock.pending).toBe(0)
  })

  test('a look that breaks is a look without an answer', async () => {
    const bench = useChecks({ steady_state: [health] })
    const { ends, onEnd } = useEnd()
    bench.prober.answers = () => Promise.reject(new Error('a bug'))
    bench.checks.during(onEnd)
    await bench.pass(1000)
    expect(ends).toEqual([expect.stringContaining('a bug')])
  })
})

describe('after', () => {
  test('recovery is the time until it holds again, and goes on holding', async () => {
    const bench = useChecks({ steady_state: [{ ...health, every: '200ms' }] })
    // It holds at 400 ms, fails again at 600 ms, and holds for good from 800 ms.
    const good = new Set([3, 5, 6, 7])
    bench.prober.answers = (nth) => answer(good.has(nth) ? 200 : 503)
    const after = bench.checks.after(bench.clock.now())
    await bench.pass(1200)
    expect(await after).toBeUndefined()
    expect(bench.checks.view()[0]).toMatchObject({ phases: { after: 'passed' }, recovery_ms: 800 })
    expect(bench.facts.at(-1)).toEqual({ type: 'check_recovered', run: 'run_1', check: 'health', recovery_ms: 800 })
    expect(bench.clock.pending).toBe(0)
  })

  test('one that does not recover in its time fails, and says what it found last', async () => {
    const bench = useChecks({ steady_state: [{ ...health, recover_within: '3s' }] })
    bench.prober.answers = () => answer(503)
    const after = bench.checks.after(bench.clock.now())
    await bench.pass(4000)
    expect(await after).toEqual({
      outcome: 'failed',
      detail: 'check health failed after the heal: status in 200..299: status is 503',
    })
    expect(bench.checks.view()[0]).not.toHaveProperty('recovery_ms')
  })

  test('a row that began in time may be finished after it', async () => {
    const bench = useChecks({ steady_state: [{ ...health, recover_within: '1s' }] })
    bench.prober.answers = (nth) => answer(nth === 1 ? 503 : 200)
    const after = bench.checks.after(bench.clock.now())
    await bench.pass(3000)
    expect(await after).toBeUndefined()
    expect(bench.checks.view()[0]).toMatchObject({ recovery_ms: 1000 })
  })

  test('where the faults were left once is enough, and nothing recovers', async () => {
    const bench = useChecks({ steady_state: [health] })
    expect(await bench.checks.after(undefined)).toBeUndefined()
    expect(bench.prober.asked).toHaveLength(1)
    expect(bench.checks.view()[0]).not.toHaveProperty('recovery_ms')
  })
})
