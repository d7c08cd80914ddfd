import { describe, expect, test } from 'vitest'
import type { ProxySpec } from '../../src/contract/model.ts'
import type { ProfileInput } from '../../src/contract/profile-wire.ts'
import { compile } from '../../src/experiment/compile.ts'
import type { Plan } from '../../src/experiment/plan.ts'
import { ProfileLibrary } from '../../src/experiment/profile-library.ts'
import { readProfile } from '../../src/experiment/read-profile.ts'
import { resolveTargets } from '../../src/experiment/resolve-targets.ts'
import { proxySpec } from '../support/use-plane.ts'
import { profile, refused } from './use-runs.ts'

const proxy = (name: string, more: Partial<ProxySpec> = {}): ProxySpec => proxySpec('127.0.0.1:9', { name, ...more })

function plan(input: ProfileInput, proxies: readonly ProxySpec[], targets = {}): Plan {
  return compile(readProfile(input), { run: 'run_1', proxies, seed: 'seven', targets })
}

const latency = (more: object = {}): never => ({ target: 'db', kind: 'latency', ...more }) as never

describe('targets', () => {
  const proxies = [
    proxy('orders-db', { from: 'orders', to: 'db' }),
    proxy('stock-db', { from: 'stock', to: 'db' }),
    proxy('cache', { from: 'orders', to: 'cache' }),
  ]
  const faulted = (targets: NonNullable<ProfileInput['targets']>): string[] =>
    plan(profile({ targets }), proxies).stages[1]?.faults.map((fault) => fault.proxy) ?? []

  test('stand for one proxy by its name, or for all with a label', () => {
    expect(faulted({ db: { proxy: 'cache' } })).toEqual(['cache'])
    expect(faulted({ db: { to: 'db' } })).toEqual(['orders-db', 'stock-db'])
    expect(faulted({ db: { from: 'orders' } })).toEqual(['orders-db', 'cache'])
    expect(faulted({ db: { from: 'orders', to: 'db' } })).toEqual(['orders-db'])
  })

  test('are pointed elsewhere at the start, by name or by labels', () => {
    const compiled = (target: unknown): readonly string[] => plan(profile(), proxies, { db: target }).proxies
    expect(compiled('cache')).toEqual(['cache'])
    expect(compiled({ to: 'db' })).toEqual(['orders-db', 'stock-db'])
  })

  test('that stand for nothing are all named, with what there is instead', () => {
    const input = profile({ targets: { db: { proxy: 'orders-bd' }, other: { to: 'cahce' } } })
    const error = refused(() => plan(input, proxies))
    expect(error.code).toBe('proxy_not_found')
    expect(error.problems).toEqual([
      {
        pointer: '/targets/db',
        message: 'target db stands for nothing: there is no proxy orders-bd; did you mean orders-db?',
      },
      {
        pointer: '/targets/other',
        message: 'target other stands for nothing: no proxy is labelled to: cahce; did you mean cache?',
      },
    ])
    expect(error.remedy).toContain('--target')
  })

  test.each([
    [{ to: 'mail' }, ['db'], 'no proxy is labelled to: mail; point it at one of those there are with db=<proxy>: db'],
    [{ to: 'mail' }, [], 'no proxy is labelled to: mail: there is no proxy at all'],
    [{ proxy: 'mail' }, [], 'there is no proxy mail, nor any other'],
    [
      { from: 'x', to: 'y' },
      ['db'],
      'no proxy is labelled from: x and to: y; point it at one of those there are with db=<proxy>: db',
    ],
  ])('that stand for nothing near say what to do: %j', (target, names, message) => {
    const error = refused(() =>
      plan(
        profile({ targets: { db: target } }),
        names.map((name) => proxy(name)),
      ),
    )
    expect(error.problems[0]?.message).toBe(`target db stands for nothing: ${message}`)
  })

  test('an override of a target that the profile does not have is a mistake', () => {
    const error = refused(() => plan(profile(), [proxy('db')], { bd: 'db' }))
    expect(error).toMatchObject({
      code: 'invalid_request',
      message: 'profile trial has no target bd; did you mean db?',
    })
  })

  test('never stand for what another run made for itself', () => {
    const made = proxy('made', { to: 'db', owner: 'run:run_0' })
    expect(refused(() => plan(profile({ targets: { db: { to: 'db' } } }), [made])).code).toBe('proxy_not_found')
  })

  test('given whole are made for the run, unless the name is taken', () => {
    const input = profile({ targets: { db: { upstream: '127.0.0.1:5432', to: 'db' } } })
    expect(plan(input, [])).toMatchObject({
      proxies: ['db'],
      inline: [{ name: 'db', input: { upstream: '127.0.0.1:5432' } }],
    })
    expect(refused(() => plan(input, [proxy('db')]))).toMatchObject({ code: 'proxy_exists', status: 409 })
  })
})

describe('faults', () => {
  test('are complete, belong to the run, carry its seed, and are named after the profile', () => {
    expect(plan(profile(), [proxy('db')]).stages[1]?.faults).toEqual([
      {
        proxy: 'db',
        fault: {
          name: 'trial.latency_downstream',
          kind: 'latency',
          stream: 'downstream',
          toxicity: 1,
          attributes: { latency: 100, jitter: 0 },
          trigger: undefined,
          match: undefined,
          key: undefined,
          appliesTo: 'both',
          enabled: true,
          dryRun: false,
          owner: 'run:run_1',
          seed: 'seven',
        },
      },
    ])
  })

  test('that wait to see something look at the proxy that a target stands for', () => {
    const seenOn = (name: string): unknown => {
      const trigger = { after: { seen: { proxy: name } } }
      const targets = { db: { proxy: 'orders-db' }, front: { proxy: 'web' }, all: { from: 'orders' } }
      const stages = [{ name: 's', duration: 1000, faults: [latency({ trigger })] }]
      const proxies = [proxy('orders-db', { from: 'orders' }), proxy('stock-db', { from: 'orders' }), proxy('web')]
      const [fault] = plan(profile({ targets, stages }), proxies).stages[0]?.faults ?? []
      return fault?.fault.trigger?.after
    }
    expect(seenOn('front')).toEqual({ seen: { proxy: 'web' } })
    // A target of several proxies is none of them, and what is no target is a proxy.
    expect([seenOn('all'), seenOn('other')]).toEqual([{ seen: { proxy: 'all' } }, { seen: { proxy: 'other' } }])
  })

  test('without a name of their own are numbered where they would meet', () => {
    const faults = [latency(), latency(), latency({ stream: 'upstream' })]
    const names = plan(profile({ stages: [{ name: 's', duration: 1, faults }] }), [proxy('db')]).stages[0]?.faults
    expect(names?.map(({ fault }) => fault.name)).toEqual([
      'trial.latency_downstream',
      'trial.latency_downstream_2',
      'trial.latency_upstream',
    ])
  })

  test('of one chosen name on one proxy are refused, even by way of two targets', () => {
    const faults = [latency({ name: 'a' }), latency({ name: 'a', target: 'also' })]
    const input = profile({
      targets: { db: { proxy: 'db' }, also: { to: 'db' } },
      stages: [{ name: 's', duration: 1, faults }],
    })
    const error = refused(() => plan(input, [proxy('db', { to: 'db' })]))
    expect(error).toMatchObject({ code: 'fault_exists', pointer: '/stages/0/faults' })
  })

  test('over very many proxies are bounded', () => {
    const many = Array.from({ length: 1000 }, (_, i) => proxy(`p${i}`, { to: 'db' }))
    const faults = Array.from({ length: 21 }, () => latency())
    const input = profile({ targets: { db: { to: 'db' } }, stages: [{ name: 's', duration: 1, faults }] })
    expect(refused(() => plan(input, many)).code).toBe('limit_reached')
  })
})

describe('shipped profiles', async () => {
  const library = new ProfileLibrary(undefined)
  const views = await library.list()

  test('there are at least eight', () => {
    const names = views.map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining([
        'slow-database',
        'flaky-network',
        'distant-region',
        'mobile-link',
        'dead-peer',
        'connection-storm',
        'cut-replies',
        'brown-out',
      ]),
    )
  })

  test.each(views)('$name is valid, says what it is for and what to watch, and compiles', async (view) => {
    expect(view.problems).toBeUndefined()
    expect(view).toMatchObject({ source: 'shipped' })
    expect(view.description.length).toBeGreaterThan(60)
    expect(view.watch?.length).toBeGreaterThan(40)
    expect(view.duration_ms).toBeLessThanOrEqual(120_000)
    const read = await library.load(view.name)
    const mine = view.targets.map((target) => `my-${target}`)
    const targets = Object.fromEntries(view.targets.map((target) => [target, `my-${target}`]))
    const proxies = mine.map((name) => proxy(name))
    const compiled = compile(read, { run: 'run_1', proxies, seed: 's', targets })
    expect(compiled.proxies).toEqual(mine)
    expect(compiled.stages.at(-1)?.faults.length, 'it ends in peace, or as it began').toBe(
      compiled.stages[0]?.faults.length,
    )
  })

  test.each(views)('$name works as written where proxies carry its labels', async ({ name }) => {
    const read = await library.load(name)
    const labelled = [...read.targets].map(([target, written]) => {
      if (written.is === 'inline') throw new Error(`${target} is not aimed at proxies of the user`)
      const { to } = written.selector
      return proxy(target, { to })
    })
    expect([...resolveTargets(read, labelled, {}).proxies.keys()]).toEqual([...read.targets.keys()])
  })
})
