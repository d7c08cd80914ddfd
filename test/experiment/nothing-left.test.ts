import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FaultlineError } from '../../src/contract/errors.ts'
import type { ProfileInput } from '../../src/contract/profile-wire.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { faultsOf, useRuns } from './use-runs.ts'
import type { Bench } from './use-runs.ts'

const PROXIES = ['a', 'b', 'c'] as const
const KINDS = ['latency', 'noop', 'bandwidth', 'connection_limit'] as const

const proxy = fc.constantFrom(...PROXIES)
const stage = fc.record({
  duration: fc.integer({ min: 1, max: 50 }),
  faults: fc.array(fc.record({ target: proxy, kind: fc.constantFrom(...KINDS) }), { maxLength: 3 }),
})
const inline = fc.boolean()

const action = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('start'),
      stages: fc.array(stage, { minLength: 1, maxLength: 4 }),
      inline,
      share: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('stop'), which: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove'), proxy }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('create'), proxy }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('abort') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('attach'), proxy }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('wait'), ms: fc.integer({ min: 0, max: 80 }) }) },
)
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never

/** A mistake of the user is an answer like another; anything else fails the test. */
async function allowRefusal(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof FaultlineError)) throw error
  })
}

let named = 0

function profile(
  stages: { duration: number; faults: { target: string; kind: string }[] }[],
  withInline: boolean,
): ProfileInput {
  const existing = Object.fromEntries(PROXIES.map((name) => [name, { proxy: name }]))
  return {
    name: `p${named++}`,
    targets: { ...existing, ...(withInline ? { made: { upstream: '127.0.0.1:9' } } : {}) },
    stages: stages.map(({ duration, faults }, index) => ({
      name: `s${index}`,
      duration,
      faults: [...faults, { target: withInline ? 'made' : 'a', kind: 'noop' }],
    })),
  }
}

async function carryOut({ runs, registry }: Bench, clock: ManualClock, step: Action): Promise<void> {
  if ('stages' in step) await allowRefusal(runs.start(profile(step.stages, step.inline), { share: step.share }))
  else if ('which' in step) await allowRefusal(runs.stop(runs.list()[step.which]?.id ?? 'none'))
  else if ('ms' in step) clock.advance(step.ms)
  else if (step.do === 'abort') await runs.abortAll('test')
  else if ('proxy' in step) {
    if (step.do === 'remove') await allowRefusal(registry.remove(step.proxy, 'api'))
    else if (step.do === 'create') await allowRefusal(registry.create(step.proxy, { upstream: '127.0.0.1:9' }, 'api'))
    else if (registry.find(step.proxy) !== undefined) {
      await allowRefusal((async () => registry.addFault(step.proxy, { kind: 'noop' }, 'api'))())
    }
  }
}

test('whatever is started, stopped, removed and made, in any order: nothing of any run is left', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (steps) => {
      const clock = new ManualClock()
      const bench = useRuns({ clock })
      const { runs, registry } = bench
      for (const name of PROXIES) await registry.create(name, { upstream: '127.0.0.1:9' }, 'api')
      for (const step of steps) await carryOut(bench, clock, step)
      await runs.close()
      expect(faultsOf(registry).filter((fault) => !fault.endsWith(' of api'))).toEqual([])
      for (const { spec, plane } of registry.list()) {
        expect(spec.owner).toBe('api')
        expect(plane.status().state).toBe('listening')
      }
      for (const run of runs.list())
        expect(run).toMatchObject({ healed: true, status: expect.not.stringMatching(/^running$/) })
      expect(clock.pending).toBe(0)
      expect(bench.events('run_started')).toHaveLength(bench.events('run_ended').length)
      await registry.close()
    }),
    { numRuns: 60 },
  )
})
