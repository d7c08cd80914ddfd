import { expect, test } from 'vitest'
import { FaultlineError } from '../../src/contract/errors.ts'
import { runFault, useRegistry } from './use-registry.ts'

const UPSTREAM = '127.0.0.1:9'
const NOOP = { kind: 'noop' }

const codeOf = async (act: () => unknown): Promise<string> => {
  try {
    await act()
    return 'taken'
  } catch (error) {
    if (error instanceof FaultlineError) return error.code
    throw error
  }
}

test('only proxies on the list are given faults, whoever brings them and in whatever way', async () => {
  const { registry } = useRegistry({ allowedTargets: ['test-*', 'orders'] })
  for (const name of ['test-db', 'orders', 'live']) await registry.create(name, { upstream: UPSTREAM }, 'api')
  const bring = (name: string): readonly (() => unknown)[] => [
    () => registry.addFault(name, { ...NOOP, name: 'one' }, 'api'),
    () => registry.addFault(name, { kind: 'noop', name: 'two' }, 'api', { lenient: true }),
    () => registry.setOwned('run:r', [{ proxy: name, fault: runFault({ ...NOOP, name: 'three' }, 'run:r') }]),
    () => registry.patch(name, { faults: [NOOP] }, 'api'),
    () => registry.put(name, { upstream: UPSTREAM, faults: [NOOP] }, 'api'),
    () => registry.create(`${name}2`, { upstream: UPSTREAM, faults: [NOOP] }, 'api'),
    () => registry.putConfig({ [name]: { upstream: UPSTREAM, faults: [NOOP] } }, { dryRun: false }),
  ]
  for (const act of bring('live')) expect(await codeOf(act)).toBe('target_not_allowed')
  expect(registry.get('live').spec.faults).toEqual([])
  for (const act of bring('test-db')) expect(await codeOf(act)).toBe('taken')
})

test('what brings no fault is no business of the list', async () => {
  const { registry } = useRegistry({ allowedTargets: [] })
  await registry.create('live', { upstream: UPSTREAM }, 'api')
  await registry.patch('live', { enabled: false }, 'api')
  await registry.putConfig({ live: { upstream: UPSTREAM } }, { dryRun: false })
  registry.setOwned('run:r', [])
  await registry.reset()
  expect(registry.get('live').spec.enabled).toBe(true)
})

test('a list takes whole names: nothing slips by for having one of them within its own', async () => {
  const { registry } = useRegistry({ allowedTargets: ['test', 'a.b'] })
  for (const name of ['mytest', 'test2', 'axb', 'TEST']) await registry.create(name, { upstream: UPSTREAM }, 'api')
  for (const name of ['mytest', 'test2', 'axb'])
    expect(await codeOf(() => registry.addFault(name, NOOP, 'api'))).toBe('target_not_allowed')
})
