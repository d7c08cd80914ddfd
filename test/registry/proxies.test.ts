import { describe, expect, test } from 'vitest'
import { knock, useConnected, useEcho, useUpstream } from '../plane/use-peers.ts'
import { runFault, useRegistry } from './use-registry.ts'

const RUN = 'run:run_1' as const
const latency = (name: string, ms = 1) => ({ name, kind: 'latency', attributes: { latency: ms } })

describe('creating', () => {
  test('answers the bound address and leaves nothing behind when it fails', async () => {
    const { registry } = useRegistry()
    const echo = await useEcho()
    const { view, created } = await registry.create('a', { upstream: echo.address }, 'api')
    expect(created).toBe(true)
    expect(view.listen).toMatch(/^127\.0\.0\.1:\d+$/)
    const clash = registry.create('b', { upstream: echo.address, listen: view.listen }, 'api')
    await expect(clash).rejects.toMatchObject({ code: 'address_in_use', pointer: '/listen' })
    await expect(clash).rejects.toThrow(/proxy "a" \(owner api\) listens there/)
    expect(registry.list().map(({ spec }) => spec.name)).toEqual(['a'])
  })

  test('where somebody listens names him: a proxy on one of all addresses, or the control API', async () => {
    const { address } = await useUpstream({ onPeer: () => {} })
    const { registry } = useRegistry({ control: () => address })
    const { view } = await registry.create('a', { upstream: address }, 'api')
    const listen = view.listen.replace('127.0.0.1', '0.0.0.0')
    const clash = registry.create('b', { upstream: address, listen }, 'api')
    await expect(clash).rejects.toThrow(/proxy "a" \(owner api\) listens there/)
    const own = registry.create('c', { upstream: address, listen: address }, 'api')
    await expect(own).rejects.toThrow(/address already in use; faultline's own control API listens there/)
  })

  test('of one name by many at once is done once', async () => {
    const { registry } = useRegistry()
    const all = Array.from({ length: 20 }, () => registry.create('one', { upstream: '127.0.0.1:1' }, 'api'))
    const results = await Promise.allSettled(all)
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(registry.list()).toHaveLength(1)
  })

  test('with one bad fault among good ones makes no proxy', async () => {
    const { registry, plane } = useRegistry()
    const faults = [latency('a'), { kind: 'latency', attributes: { latency: -1 } }]
    await expect(registry.create('p', { upstream: '127.0.0.1:1', faults }, 'api')).rejects.toMatchObject({
      code: 'invalid_fault',
      pointer: '/faults/1/attributes/latency',
    })
    expect(registry.list()).toEqual([])
    expect([...plane.connections()]).toEqual([])
  })

  test('a fault that carries an owner is judged like any other', async () => {
    const { registry } = useRegistry()
    const forged = { owner: 'api', kind: 'latency', name: 'x', attributes: { latency: 'soon' } }
    await expect(
      registry.create('p', { upstream: '127.0.0.1:1', faults: [forged as never] }, 'api'),
    ).rejects.toMatchObject({ code: 'invalid_fault' })
    await registry.create('p', { upstream: '127.0.0.1:1' }, 'api')
    expect(() => registry.addFault('p', forged as never, 'api')).toThrow(/owner/)
    expect(registry.get('p').spec.faults).toEqual([])
  })

  test('stops at the limits of proxies and of faults', async () => {
    const { registry } = useRegistry({ limits: { proxies: 2, faultsPerProxy: 1 } })
    await registry.create('a', { upstream: '127.0.0.1:1', faults: [latency('one')] }, 'api')
    expect(() => registry.addFault('a', latency('two'), 'api')).toThrow(/faults_per_proxy/)
    const two = await Promise.allSettled(
      ['b', 'c'].map((name) => registry.create(name, { upstream: '127.0.0.1:1' }, 'api')),
    )
    expect(two.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  test('forwards only where the allow-list lets it', async () => {
    const { registry } = useRegistry({ allowedUpstreams: ['127.0.0.1:*', 'db-*.test:5432'] })
    await registry.create('a', { upstream: '127.0.0.1:99' }, 'api')
    await registry.create('b', { upstream: 'DB-1.test:5432' }, 'api')
    for (const upstream of [
      '127.0.0.2:99',
      'db-1.test:54321',
      'evil.db-1.test:5432:1',
      'unix:/run/x.sock',
      'xdb-1.test:5432',
    ]) {
      await expect(registry.create('c', { upstream }, 'api')).rejects.toThrow()
    }
    await expect(registry.patch('a', { upstream: 'example.test:80' }, 'api')).rejects.toMatchObject({
      code: 'upstream_not_allowed',
    })
    expect(registry.get('a').spec.upstream).toBe('127.0.0.1:99')
  })
})

describe('changing', () => {
  test('nothing touches nothing: connections live, revision and faults stay', async () => {
    const { registry, facts } = useRegistry()
    const echo = await useEcho()
    const input = { upstream: echo.address, faults: [latency('a'), latency('b')] }
    const { view } = await registry.put('p', input, 'api')
    const client = await useConnected(view.listen)
    await client.send('x').gets('x')
    const [before, count] = [registry.get('p'), facts.length]
    expect(await registry.patch('p', {}, 'api')).toMatchObject({ touched: 0, created: false })
    expect(await registry.patch('p', { enabled: true, listen: view.listen }, 'api')).toMatchObject({ touched: 0 })
    expect(await registry.put('p', { ...input, listen: view.listen }, 'api')).toMatchObject({ touched: 0 })
    expect(await registry.put('p', input, 'api')).toMatchObject({ touched: 0 })
    expect(registry.get('p')).toBe(before)
    expect(facts).toHaveLength(count)
    await client.send('y').gets('xy')
  })

  test('nothing touches nothing where faults of a run stand between others', async () => {
    const { registry } = useRegistry()
    await registry.create('p', { upstream: '127.0.0.1:1', faults: [latency('a')] }, 'api')
    registry.setOwned(RUN, [{ proxy: 'p', fault: runFault(latency('r'), RUN) }])
    registry.addFault('p', latency('b'), 'api')
    const before = registry.get('p')
    await registry.patch('p', { faults: [latency('a'), latency('b')] }, 'api')
    await registry.put('p', { upstream: '127.0.0.1:1', faults: [latency('a'), latency('b')] }, 'api')
    expect(registry.get('p')).toBe(before)
    await registry.patch('p', { faults: [latency('a'), latency('b'), latency('c')] }, 'api')
    expect(registry.get('p').spec.faults.map(({ name }) => name)).toEqual(['a', 'r', 'b', 'c'])
  })

  test('to an address that is taken leaves the old one, with its connections', async () => {
    const { registry } = useRegistry()
    const [echo, other] = [await useEcho(), await useUpstream()]
    const { view } = await registry.create('p', { upstream: echo.address, faults: [latency('a')] }, 'api')
    const client = await useConnected(view.listen)
    await client.send('x').gets('x')
    const before = registry.get('p')
    await expect(registry.patch('p', { listen: other.address, faults: [] }, 'api')).rejects.toMatchObject({
      code: 'address_in_use',
    })
    expect(registry.get('p')).toBe(before)
    expect(registry.view(before)).toMatchObject({ listen: view.listen, state: 'listening' })
    await client.send('y').gets('xy')
    expect(await knock(view.listen)).toBe('accepted')
  })

  test('the address takes the connections, and says how many', async () => {
    const { registry } = useRegistry()
    const echo = await useEcho()
    const { view } = await registry.create('p', { upstream: echo.address }, 'api')
    const clients = [await useConnected(view.listen), await useConnected(view.listen)]
    for (const client of clients) await client.send('x').gets('x')
    const moved = await registry.patch('p', { listen: '127.0.0.2:0' }, 'api')
    expect(moved.touched).toBe(2)
    expect(moved.view.listen).toMatch(/^127\.0\.0\.2:/)
    for (const client of clients) await client.until(() => client.closed || client.fate !== 'open', 'the closing')
    expect(await knock(view.listen)).toBe('ECONNREFUSED')
    expect(await knock(moved.view.listen)).toBe('accepted')
  })

  test('the address meanwhile loses no fault that was added, and brings back none that was removed', async () => {
    const { registry } = useRegistry()
    // The change is interrupted further on in each round.
    for (let ticks = 0; ticks < 30; ticks++) {
      const name = `p${ticks}`
      await registry.create(name, { upstream: '127.0.0.1:1', faults: [latency('a'), latency('b')] }, 'api')
      const moving = registry.patch(name, { listen: '127.0.0.2:0' }, 'api')
      for (let i = 0; i < ticks; i++) await (i % 4 === 3 ? new Promise(setImmediate) : Promise.resolve())
      registry.addFault(name, latency('c'), 'api')
      registry.removeFault(name, 'a', 'api')
      registry.patchFault(name, 'b', { attributes: { latency: 7 } }, 'api')
      await moving
      const { faults } = registry.view(registry.get(name))
      expect(faults.map((fault) => [fault.name, fault.attributes['latency']])).toEqual([
        ['b', 7],
        ['c', 1],
      ])
    }
  })

  test('by several at once ends as if one came after the other', async () => {
    const { registry } = useRegistry()
    const { view } = await registry.create('p', { upstream: '127.0.0.1:1' }, 'api')
    await Promise.all([
      registry.patch('p', { upstream: '127.0.0.1:2' }, 'api'),
      registry.patch('p', { enabled: false }, 'api'),
      registry.patch('p', { from: 'web' }, 'api'),
      registry.patch('p', { enabled: true }, 'api'),
      registry.patch('p', { faults: [latency('z')] }, 'api'),
    ])
    expect(registry.view(registry.get('p'))).toMatchObject({
      listen: view.listen,
      upstream: '127.0.0.1:2',
      from: 'web',
      enabled: true,
      state: 'listening',
      faults: [{ name: 'z' }],
    })
    expect(registry.revision).toBe(registry.get('p').revision)
  })

  test('a name that is not there names the nearest', async () => {
    const { registry } = useRegistry()
    await registry.create('orders-db', { upstream: '127.0.0.1:1', faults: [latency('slow')] }, 'api')
    await expect(registry.patch('order-db', {}, 'api')).rejects.toThrow(/did you mean "orders-db"/)
    expect(() => registry.removeFault('orders-db', 'slwo', 'api')).toThrow(/did you mean "slow"/)
  })
})

describe('what a run owns', () => {
  test('stays when others put, and is taken away by nobody else', async () => {
    const { registry } = useRegistry()
    await registry.create('p', { upstream: '127.0.0.1:1' }, 'api')
    registry.setOwned(RUN, [{ proxy: 'p', fault: runFault(latency('r'), RUN) }])
    await registry.put('p', { upstream: '127.0.0.1:1', faults: [latency('mine')] }, 'api')
    expect(registry.get('p').spec.faults.map(({ name, owner }) => [name, owner])).toEqual([
      ['r', RUN],
      ['mine', 'api'],
    ])
    expect(() => registry.removeFault('p', 'r', 'api')).toThrow(/belongs to run:run_1/)
    expect(() => registry.patchFault('p', 'r', { toxicity: 0 }, 'api')).toThrow(/belongs to run:run_1/)
    registry.setOwned(RUN, [])
    expect(registry.get('p').spec.faults.map(({ name }) => name)).toEqual(['mine'])
  })

  test('is not pushed out by a fault of the same name', async () => {
    const { registry } = useRegistry()
    await registry.create('p', { upstream: '127.0.0.1:1' }, 'api')
    registry.setOwned(RUN, [{ proxy: 'p', fault: runFault(latency('r', 5), RUN) }])
    const before = registry.get('p')
    for (const change of [
      registry.put('p', { upstream: '127.0.0.1:1', faults: [latency('r', 9)] }, 'api'),
      registry.patch('p', { faults: [latency('r', 9)] }, 'api'),
      registry.putConfig({ p: { upstream: '127.0.0.1:1', faults: [latency('r', 9)] } }, { dryRun: false }),
    ]) {
      await expect(change).rejects.toMatchObject({ code: 'owned_by_run' })
    }
    expect(registry.get('p')).toBe(before)
  })

  test('as a whole proxy cannot be changed or removed by others', async () => {
    const { registry } = useRegistry()
    await registry.create('p', { upstream: '127.0.0.1:1' }, RUN)
    await expect(registry.remove('p', 'api')).rejects.toMatchObject({ code: 'owned_by_run' })
    await expect(registry.put('p', { upstream: '127.0.0.1:2' }, 'api')).rejects.toMatchObject({ code: 'owned_by_run' })
    await expect(registry.patch('p', { enabled: false }, 'config')).rejects.toMatchObject({ code: 'owned_by_run' })
    await registry.remove('p', RUN)
    expect(registry.list()).toEqual([])
  })

  test('tells the run when its proxy goes', async () => {
    const { registry } = useRegistry()
    const told: unknown[] = []
    registry.onOrphaned = (owner, proxy) => void told.push([owner, proxy])
    await registry.create('p', { upstream: '127.0.0.1:1' }, 'api')
    registry.setOwned(RUN, [{ proxy: 'p', fault: runFault(latency('r'), RUN) }])
    await registry.remove('p', 'api')
    expect(told).toEqual([[RUN, 'p']])
  })

  test('is set on all proxies or on none', async () => {
    const { registry } = useRegistry({ limits: { proxies: 10, faultsPerProxy: 1 } })
    await registry.create('a', { upstream: '127.0.0.1:1' }, 'api')
    await registry.create('b', { upstream: '127.0.0.1:1', faults: [latency('x')] }, 'api')
    const wanted = ['a', 'b'].map((proxy) => ({ proxy, fault: runFault(latency('r'), RUN) }))
    expect(() => registry.setOwned(RUN, wanted)).toThrow(/faults_per_proxy/)
    expect(registry.get('a').spec.faults).toEqual([])
  })
})
