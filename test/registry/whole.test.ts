import { describe, expect, test } from 'vitest'
import { eventually, knock, useConnected, useEcho, useUpstream } from '../plane/use-peers.ts'
import { runFault, useRegistry } from './use-registry.ts'

const RUN = 'run:run_1' as const
const latency = (name: string, ms = 1) => ({ name, kind: 'latency', attributes: { latency: ms } })
const UP = '127.0.0.1:1'

describe('a whole config', () => {
  test('creates, changes and removes in one step, and says what it did', async () => {
    const { registry } = useRegistry()
    await registry.create('stays', { upstream: UP }, 'api')
    await registry.create('changes', { upstream: UP }, 'api')
    await registry.create('goes', { upstream: UP }, 'api')
    const wanted = {
      stays: { upstream: UP },
      changes: { upstream: '127.0.0.1:2', faults: [latency('a')] },
      comes: { upstream: UP },
    }
    const diff = {
      created: ['comes'],
      updated: [{ name: 'changes', changes: ['upstream: 127.0.0.1:1 -> 127.0.0.1:2', 'fault a: attached'] }],
      removed: ['goes'],
      unchanged: ['stays'],
    }
    const before = registry.revision
    expect(await registry.putConfig(wanted, { dryRun: true })).toEqual(diff)
    expect(registry.revision).toBe(before)
    expect(registry.list().map(({ spec }) => spec.name)).toEqual(['stays', 'changes', 'goes'])
    expect(await registry.putConfig(wanted, { dryRun: false })).toEqual(diff)
    expect(registry.list().map(({ spec }) => spec.name)).toEqual(['stays', 'changes', 'comes'])
    const again = await registry.putConfig(registry.config(), { dryRun: false })
    expect(again).toMatchObject({ created: [], updated: [], removed: [] })
  })

  test('calls a label that is not there none in what it says of changes', async () => {
    const { registry } = useRegistry()
    await registry.create('a', { upstream: UP, from: 'orders' }, 'api')
    const { updated } = await registry.putConfig({ a: { upstream: UP, to: 'db' } }, { dryRun: true })
    expect(updated).toEqual([{ name: 'a', changes: ['from: orders -> none', 'to: none -> db'] }])
  })

  test('may swap the ports of two proxies', async () => {
    const { registry } = useRegistry()
    const [one, two] = [await useEcho(), await useUpstream({ onPeer: (peer) => void peer.send('two').end() })]
    const a = await registry.create('a', { upstream: one.address }, 'api')
    const b = await registry.create('b', { upstream: two.address }, 'api')
    await registry.putConfig(
      { a: { upstream: one.address, listen: b.view.listen }, b: { upstream: two.address, listen: a.view.listen } },
      { dryRun: false },
    )
    expect(registry.get('a').spec.listen).toBe(b.view.listen)
    await (await useConnected(b.view.listen)).send('one').gets('one')
    await (await useConnected(a.view.listen)).gets('two')
  })

  test('may give the port of a proxy that goes, or is disabled, to another', async () => {
    const { registry } = useRegistry()
    const echo = await useEcho()
    const gone = (await registry.create('gone', { upstream: UP }, 'api')).view.listen
    const off = (await registry.create('off', { upstream: UP }, 'api')).view.listen
    await registry.putConfig(
      {
        off: { upstream: UP, listen: off, enabled: false },
        a: { upstream: echo.address, listen: gone },
        b: { upstream: echo.address, listen: off },
      },
      { dryRun: false },
    )
    for (const listen of [gone, off]) await (await useConnected(listen)).send('x').gets('x')
  })

  test('that fails in the middle leaves everything as it was, counters and connections too', async () => {
    const { registry } = useRegistry()
    const [echo, taken] = [await useEcho(), await useUpstream()]
    const faulty = await registry.create('faulty', { upstream: echo.address, faults: [latency('a')] }, 'api')
    const moves = await registry.create('moves', { upstream: echo.address }, 'api')
    const goes = await registry.create('goes', { upstream: echo.address }, 'api')
    const client = await useConnected(faulty.view.listen)
    await client.send('x').gets('x')
    const before = registry.config()
    await expect(
      registry.putConfig(
        {
          faulty: { upstream: echo.address, faults: [latency('b')] },
          moves: { upstream: echo.address, listen: '127.0.0.2:0' },
          fresh: { upstream: echo.address, listen: goes.view.listen },
          zz: { upstream: echo.address, listen: taken.address },
        },
        { dryRun: false },
      ),
    ).rejects.toMatchObject({ code: 'address_in_use', pointer: '/proxies/zz/listen' })
    expect(registry.config()).toEqual(before)
    expect(registry.view(registry.get('faulty')).faults[0]).toMatchObject({ name: 'a', applied: 1 })
    await client.send('y').gets('xy')
    for (const { view } of [faulty, moves, goes]) {
      await (await useConnected(view.listen)).send('z').gets('z')
    }
  })

  test('is refused whole when one entry is not valid', async () => {
    const { registry } = useRegistry()
    await expect(
      registry.putConfig({ a: { upstream: UP }, b: { upstream: 'nowhere' } }, { dryRun: false }),
    ).rejects.toMatchObject({ pointer: '/proxies/b/upstream' })
    expect(registry.list()).toEqual([])
  })

  test('touches nothing that a run owns, and may not take its name', async () => {
    const { registry, plane } = useRegistry()
    const { view } = await registry.create('theirs', { upstream: UP }, RUN)
    await registry.create('mine', { upstream: UP }, 'api')
    registry.setOwned(RUN, [{ proxy: 'mine', fault: runFault(latency('r'), RUN) }])
    await expect(registry.putConfig({ theirs: { upstream: UP } }, { dryRun: false })).rejects.toMatchObject({
      code: 'owned_by_run',
    })
    await registry.putConfig({ mine: { upstream: UP, faults: [latency('m')] } }, { dryRun: false })
    expect(registry.list().map(({ spec }) => spec.name)).toEqual(['theirs', 'mine'])
    expect(registry.get('mine').spec.faults.map(({ name }) => name)).toEqual(['r', 'm'])
    await registry.putConfig({}, { dryRun: false })
    expect(registry.list().map(({ spec }) => spec.name)).toEqual(['theirs'])
    await registry.remove('theirs', RUN)
    expect(await knock(view.listen)).toBe('ECONNREFUSED')
    expect([...plane.connections()]).toEqual([])
  })
})

describe('a reset', () => {
  test('enables every proxy, removes every fault, and counts anew', async () => {
    const { registry } = useRegistry()
    const echo = await useEcho()
    const a = await registry.create('a', { upstream: echo.address, faults: [latency('x')] }, 'api')
    await registry.create('b', { upstream: echo.address, enabled: false }, 'config')
    await (await useConnected(a.view.listen)).send('x').gets('x')
    const told: unknown[] = []
    registry.onOrphaned = (owner, proxy) => void told.push([owner, proxy])
    registry.setOwned(RUN, [{ proxy: 'a', fault: runFault(latency('r'), RUN) }])
    await registry.reset()
    expect(registry.list().map((entry) => registry.view(entry))).toMatchObject([
      { name: 'a', faults: [], enabled: true, state: 'listening', listen: a.view.listen },
      { name: 'b', faults: [], enabled: true, state: 'listening' },
    ])
    expect(told).toEqual([[RUN, 'a']])
  })

  test('goes on over a proxy that cannot listen, then says so', async () => {
    const { registry } = useRegistry()
    const taken = await useUpstream()
    await registry.create(
      'first',
      { upstream: UP, listen: taken.address, enabled: false, faults: [latency('x')] },
      'api',
    )
    await registry.create('second', { upstream: UP, enabled: false, faults: [latency('x')] }, 'api')
    await expect(registry.reset()).rejects.toMatchObject({ code: 'address_in_use' })
    expect(registry.get('first').spec).toMatchObject({ enabled: false, faults: [] })
    expect(registry.view(registry.get('second'))).toMatchObject({ enabled: true, state: 'listening', faults: [] })
    taken.server.close()
    await eventually(() => !taken.server.listening, 'the port')
    await registry.patch('first', { enabled: true }, 'api')
    expect(await knock(taken.address)).toBe('accepted')
  })
})
