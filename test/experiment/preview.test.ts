import { describe, expect, test } from 'vitest'
import type { ProxySpec } from '../../src/contract/model.ts'
import type { PreviewView } from '../../src/contract/plan-wire.ts'
import type { ProfileInput } from '../../src/contract/profile-wire.ts'
import { planPreview } from '../../src/experiment/plan-preview.ts'
import { ProfileLibrary } from '../../src/experiment/profile-library.ts'
import { readProfile } from '../../src/experiment/read-profile.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { proxySpec } from '../support/use-plane.ts'
import { faultsOf, profile, useRuns } from './use-runs.ts'

const db = proxySpec('127.0.0.1:9', { name: 'db' })
const web = proxySpec('127.0.0.1:9', { name: 'web', protocol: 'http' })

const previewed = (input: ProfileInput, proxies: readonly ProxySpec[] = [db, web], limit?: number): PreviewView =>
  planPreview(readProfile(input), { proxies, seed: 'seven' }, {}, limit)

const brief = ({ rows }: PreviewView): string[] =>
  rows.map(({ at_ms, what, stage, fault, attributes, toxicity }) =>
    [at_ms, what, stage ?? fault, attributes?.['latency'], toxicity === 1 ? undefined : toxicity]
      .filter((part) => part !== undefined)
      .join(' '),
  )

const slow = (more: object = {}): never =>
  ({ target: 'db', kind: 'latency', attributes: { latency: 100 }, ...more }) as never

describe('a preview', () => {
  test('tells what would happen when, in virtual time', () => {
    const view = previewed(profile())
    expect(brief(view)).toEqual([
      '0 stage_begins calm',
      '1000 stage_ends calm',
      '1000 stage_begins slow',
      '1000 fault_attached trial.latency_downstream 100',
      '3000 stage_ends slow',
      '3000 stage_begins recovery',
      '3000 fault_removed trial.latency_downstream',
      '4000 stage_ends recovery',
      '4000 run_ends',
    ])
    expect(view).toMatchObject({ duration_ms: 4000, complete: true, proxies: ['db'], stages: 3, seed: 'seven' })
  })

  test('prints the values of a ramp, not too many of them, and its end', () => {
    const ramp = { from: 0, to: 1000, over: '10s' }
    const stages = [{ name: 's', duration: '20s', faults: [slow({ attributes: { latency: { ramp } } })] }]
    const values = previewed(profile({ stages })).rows.flatMap(({ at_ms, attributes }) =>
      attributes === undefined ? [] : [[at_ms, attributes['latency']]],
    )
    expect(values).toEqual(Array.from({ length: 11 }, (_, i) => [i * 1000, i * 100]))
  })

  test('shows pulses as acting and resting, with the jitter of this very seed', () => {
    const stages = [{ name: 's', duration: 100, jitter: 4, pulse: { on: 20, off: 20 }, faults: [slow()] }]
    const moments = (seed: string): (number | string)[][] =>
      planPreview(readProfile(profile({ stages })), { proxies: [db], seed }, {}).rows.map(({ at_ms, what }) => [
        what,
        at_ms,
      ])
    const one = moments('one')
    expect(moments('one')).toEqual(one)
    expect(moments('two')).not.toEqual(one)
    const edges = one.filter(([what]) => what === 'fault_rests' || what === 'fault_acts').map(([, at]) => Number(at))
    for (const [i, edge] of edges.entries()) expect(Math.abs(edge - 20 * (i + 1))).toBeLessThanOrEqual(4)
    expect(edges.length).toBeGreaterThanOrEqual(3)
  })

  test('of very much is cut short, and says so, before it takes memory or time', () => {
    const stages = [{ name: 's', duration: '24h', repeat: 10_000, pulse: { on: 10, off: 10 }, faults: [slow()] }]
    const view = previewed(profile({ stages }), [db], 50)
    expect(view).toMatchObject({ complete: false, duration_ms: 86_400_000 * 10_000, stages: 10_000 })
    expect(view.rows).toHaveLength(50)
  })

  test('is what a run then does', async () => {
    const clock = new ManualClock()
    const { runs, registry, events } = useRuns({ clock })
    await registry.create('db', { upstream: '127.0.0.1:9' }, 'api')
    const input = profile({
      stages: [
        { name: 'a', duration: 70, jitter: 30, repeat: 3, faults: [slow()] },
        {
          name: 'both',
          parallel: [
            {
              name: 'x',
              stages: [
                { name: 'x1', duration: 35, jitter: 7 },
                { name: 'x2', duration: 10 },
              ],
            },
            { name: 'y', stages: [{ name: 'y1', duration: 50, faults: [slow()] }] },
          ],
        },
      ],
    })
    const planned = (await runs.preview(input)).rows.flatMap(({ at_ms, what, stage }) =>
      what === 'stage_begins' ? [[at_ms, stage]] : [],
    )
    expect(faultsOf(registry)).toEqual([])
    expect(events('command').filter((event) => 'owner' in event && event.owner.startsWith('run:'))).toEqual([])
    await runs.start(input)
    clock.advance(1000)
    const done = events('stage_started').map((event) => [
      Math.round((event.mono - 1000) * 1000) / 1000,
      'stage' in event && event.stage,
    ])
    expect(done).toEqual(planned)
  })
})

const codes = (input: ProfileInput, proxies?: readonly ProxySpec[]): string[] =>
  previewed(input, proxies)
    .warnings.filter(({ code }) => code !== 'unobserved_fault')
    .map(({ code, pointer }) => `${code} ${pointer}`)

const staged = (...faults: never[]): ProfileInput =>
  profile({ targets: { db: { proxy: 'db' } }, stages: [{ name: 's', duration: '1s', faults }] })

const http = (kind: string, more: object = {}): never => ({ target: 'db', kind, ...more }) as never

describe('the linter warns of', () => {
  test('nothing where all is well, but that nobody looks', () => {
    expect(previewed(profile()).warnings).toEqual([
      {
        code: 'unobserved_fault',
        pointer: '/stages',
        message: 'no check and no stop condition looks at what the faults do',
      },
    ])
  })

  test('a target that stands for nothing, and one that nothing is aimed at', () => {
    const input = profile({ targets: { db: { proxy: 'bd' }, more: { proxy: 'web' } } })
    const view = previewed(input)
    expect(codes(input)).toEqual(['target_not_found /targets/db', 'unused_target /targets/more'])
    expect(view.proxies).toContain('(db)')
    expect(view.rows.some(({ proxy, what }) => proxy === '(db)' && what === 'fault_attached')).toBe(true)
  })

  test('what would refuse the start', () => {
    const taken = proxySpec('127.0.0.1:9', { name: 'db', faults: [{ name: 'trial.latency_downstream' } as never] })
    expect(codes(profile(), [taken])).toEqual(['would_be_refused '])
    expect(codes(staged(http('http_abort')))).toEqual(['would_be_refused '])
  })

  test.each([
    ['never_acts /stages/0/faults/0', staged(slow({ toxicity: 0 }))],
    ['never_acts /stages/0/faults/0', staged(slow({ enabled: false }))],
    ['never_acts /stages/0/faults/0', staged(slow({ dry_run: true }))],
    ['never_acts /stages/0/faults/0', staged(slow({ trigger: { after: { time: '2s' } } }))],
    [
      'delay_below_jitter /stages/0/faults/0/attributes/jitter',
      staged(slow({ attributes: { latency: 10, jitter: 20 } })),
    ],
    [
      'flat_ramp /stages/0/faults/0/attributes/latency',
      staged(slow({ attributes: { latency: { ramp: { from: 1, to: 1 } } } })),
    ],
    ['ramp_cut_off /stages/0/faults/0/toxicity', staged(slow({ toxicity: { ramp: { from: 0, to: 1, over: '2s' } } }))],
    ['shadowed_fault /stages/0/faults', staged(http('blackhole'), slow())],
    ['shadowed_fault /stages/0/faults', staged(http('refuse'), http('slow_accept'))],
    [
      'sum_over_one /stages/0/faults',
      staged(slow({ one_of: { group: 'g', weight: 0.7 } }), slow({ one_of: { group: 'g', weight: 0.7 } })),
    ],
    ['unused_parameter /parameters/p', profile({ parameters: { p: { default: 1 } } })],
    [
      'unreachable_stage /stages/2',
      profile({
        max_duration: 150,
        stages: [
          { name: 's', duration: 100, faults: [slow()] },
          { name: 't', duration: 50 },
          { name: 'u', duration: 1, repeat: 3 },
        ],
      }),
    ],
    [
      'never_rests /stages/0/pulse',
      profile({ stages: [{ name: 's', duration: '1s', pulse: { on: '1s', off: '1s' }, faults: [slow()] }] }),
    ],
  ])('%s', (expected, input) => {
    expect(codes(input)).toEqual([expected])
  })

  test('stages that begin only when what cannot come has come', () => {
    const wait_for = { exchanges: 3, target: 'db', otherwise: 'fail' } as const
    const stages = [
      { name: 's', duration: 5, wait_for, faults: [slow()] },
      { name: 't', duration: 5 },
    ]
    expect(codes(profile({ stages }))).toEqual(['waits_in_vain /stages/0/wait_for', 'unreachable_stage /stages/1'])
    expect(codes(profile({ targets: { db: { proxy: 'web' } }, stages }))).toEqual([])
    const kind = { event: 'decision', kind: 'bandwidth' }
    expect(codes(profile({ stages: [{ ...stages[0], wait_for: kind } as never] }))).toEqual([
      'waits_in_vain /stages/0/wait_for',
    ])
  })

  test('no shadow where the fault before lets some through', () => {
    expect(codes(staged(http('blackhole', { toxicity: 0.5 }), slow()))).toEqual([])
    expect(codes(staged(http('blackhole', { stream: 'upstream' }), slow()))).toEqual([])
    expect(codes(staged(slow(), http('blackhole')))).toEqual([])
  })
})

describe('shipped profiles', async () => {
  const library = new ProfileLibrary(undefined)
  const names = (await library.list()).map(({ name }) => name)

  test.each(names)('%s previews without a doubt, and runs to its end in virtual time, healed', async (name) => {
    const clock = new ManualClock()
    const { runs, registry, ended } = useRuns({ clock })
    const read = await library.load(name)
    for (const target of read.targets.keys())
      await registry.create(target, { upstream: '127.0.0.1:9', protocol: 'http' }, 'api')
    const targets = Object.fromEntries([...read.targets.keys()].map((target) => [target, target]))
    const view = await runs.preview(name, { targets })
    expect(view.warnings.filter(({ code }) => code !== 'unobserved_fault')).toEqual([])
    expect(view.complete).toBe(true)
    const { id } = await runs.start(name, { targets })
    let over = false
    const end = ended(id).finally(() => (over = true))
    // Listeners that were closed open again in real time; checks look before, and for a while after.
    for (let passed = 0; !over && passed <= view.duration_ms + 600_000; passed += 500) {
      clock.advance(500)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await end).toMatchObject({ healed: true })
    expect(faultsOf(registry)).toEqual([])
  })
})
