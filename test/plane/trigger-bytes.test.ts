import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import blackhole from '../../src/faults/kinds/stream/blackhole.ts'
import latency from '../../src/faults/kinds/stream/latency.ts'
import timeout from '../../src/faults/kinds/stream/timeout.ts'
import { LinkBench } from '../support/use-link.ts'
import { faultSpec, proxySpec, usePlane } from '../support/use-plane.ts'
import { acting, useHttpProxy } from './http/use-acting.ts'
import { useCaller, useHttpServer } from './http/use-http.ts'
import { eventually, useClient, useUpstream } from './use-peers.ts'

describe('a fault on bytes that waits for bytes', () => {
  test('acts from the very next byte, however the input is cut', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 220 }),
        fc.constantFrom('fault' as const, 'connection' as const),
        (input, cuts, count, per) => {
          const bench = new LinkBench()
          const fault = bench.attach({
            kind: blackhole,
            attributes: {},
            spec: { trigger: { after: { bytes: count }, per } },
          })
          for (let at = 0, i = 0; at < input.length; i++) {
            const to = at + (cuts[i % cuts.length] ?? 1)
            bench.send(input.subarray(at, to))
            at = to
          }
          expect([...bench.bytes]).toEqual([...input.subarray(0, count)])
          expect([fault.seen, fault.applied]).toEqual(input.length >= count ? [1, 1] : [0, 0])
        },
      ),
    )
  })

  test('acts in its moment also where no byte follows', () => {
    const bench = new LinkBench()
    bench.attach({ kind: timeout, attributes: { timeout: 50 }, spec: { trigger: { after: { bytes: 3 } } } })
    bench.send('abc')
    expect(bench.text).toBe('abc')
    bench.advance(50)
    expect(bench.closed).toBe(true)
  })

  test('counts from its attachment, with several each for itself and those before it in place', () => {
    const bench = new LinkBench()
    bench.send('0123456789')
    bench.attach({
      kind: latency,
      attributes: { latency: 10, jitter: 0 },
      name: 'a',
      spec: { trigger: { after: { bytes: 4 } } },
    })
    bench.attach({
      kind: latency,
      attributes: { latency: 100, jitter: 0 },
      name: 'b',
      spec: { trigger: { after: { bytes: 6 } } },
    })
    bench.send('abcdefgh')
    expect(bench.out.map((one) => [one.at, one.what === 'bytes' ? Buffer.from(one.bytes).toString() : ''])).toEqual([
      [0, '0123456789'],
      [0, 'abcd'],
    ])
    bench.advance(200)
    expect(
      bench.out.slice(2).map((one) => [one.at, one.what === 'bytes' ? Buffer.from(one.bytes).toString() : '']),
    ).toEqual([
      // It begins to act at its place: on what the one before it lets go from then on.
      [110, 'ef'],
      [110, 'gh'],
    ])
  })

  test('starts to count anew when its trigger changes', () => {
    const bench = new LinkBench()
    const fault = bench.attach({
      kind: latency,
      attributes: { latency: 9, jitter: 0 },
      spec: { trigger: { after: { bytes: 2 } } },
    })
    bench.send('abcd')
    expect(bench.text).toBe('ab')
    bench.change(fault, { trigger: { after: { bytes: 3 } } })
    bench.send('efgh')
    expect(bench.text).toBe('abcdefg')
  })

  test('counts nothing while it is not enabled, nor bytes of connections that do not match', () => {
    const bench = new LinkBench()
    const fault = bench.attach({
      kind: blackhole,
      attributes: {},
      spec: { enabled: false, trigger: { after: { bytes: 2 } } },
    })
    bench.send('abcd')
    bench.change(fault, { enabled: true })
    bench.send('ef')
    bench.send('gh')
    expect(bench.text).toBe('abcdef')
    const other = new LinkBench()
    other.attach({
      kind: blackhole,
      attributes: {},
      spec: { match: { client: ['10.0.0.0/8'] }, trigger: { after: { bytes: 2 } } },
    })
    other.send('abcd')
    other.send('efgh')
    expect(other.text).toBe('abcdefgh')
  })
})

test('bytes are counted over all connections of the proxy, or for each by itself', async () => {
  const upstream = await useUpstream()
  const { plane, seed } = usePlane()
  const trigger = { after: { bytes: 6 } }
  const faults = (per: 'fault' | 'connection') => [
    faultSpec('blackhole', {}, { stream: 'upstream', trigger: { ...trigger, per } }),
  ]
  const proxy = await plane.open(proxySpec(upstream.address, { faults: faults('fault') }), seed)
  const [a, b] = [useClient(proxy.status().listen), useClient(proxy.status().listen)]
  const [one, two] = [await upstream.peer(0), await upstream.peer(1)]
  a.send('aaaa')
  await one.gets('aaaa')
  b.send('bbbb')
  await two.gets('bb')
  a.send('cc')
  await eventually(() => proxy.status().bytes.upstream.received === 10, 'swallowing the last')
  expect(proxy.fault('blackhole')?.applied).toBe(2)
  expect([one.text, two.text]).toEqual(['aaaa', 'bb'])
  proxy.setFaults(faults('connection'))
  await eventually(() => one.fate !== 'open' && two.fate !== 'open', 'closing what had lost bytes')
  const [c, d] = [useClient(proxy.status().listen), useClient(proxy.status().listen)]
  const [three, four] = [await upstream.peer(2), await upstream.peer(3)]
  c.send('ccccccCC')
  d.send('dddd')
  await three.gets('cccccc')
  await four.gets('dddd')
  expect(three.text).toBe('cccccc')
})

test('a fault on connections waits for bytes of both directions; then new ones meet it', async () => {
  const upstream = await useUpstream()
  const { plane, seed } = usePlane()
  const fault = faultSpec('refuse', { mode: 'close_listener' }, { stream: undefined, trigger: { after: { bytes: 5 } } })
  const proxy = await plane.open(proxySpec(upstream.address, { faults: [fault] }), seed)
  const client = useClient(proxy.status().listen)
  const server = await upstream.peer(0)
  client.send('abc')
  await server.gets('abc')
  expect(proxy.status().state).toBe('listening')
  server.send('de')
  await client.gets('de')
  await eventually(() => proxy.status().state === 'refused', 'refusing')
})

test('a fault on exchanges waits for bytes of bodies, of exchanges that match and are over', async () => {
  const upstream = await useHttpServer((req, res) => {
    req.resume()
    req.on('end', () => res.end('12345'))
  })
  const { proxy, port } = await useHttpProxy(upstream, [
    acting(
      { request: () => ({ do: 'answer', status: 503 }) },
      { match: { path: '/a' }, trigger: { after: { bytes: 10 } } },
    ),
  ])
  const ask = useCaller(port)
  const statuses: number[] = []
  for (const [path, body] of [
    ['/a', ''],
    ['/b', 'xxxxxxxxxx'],
    ['/a', 'xxxx'],
    ['/a', 'x'],
    ['/a', ''],
    ['/b', ''],
  ] as const)
    statuses.push((await ask(path, { method: 'POST', body })).status)
  expect(statuses).toEqual([200, 200, 200, 503, 503, 200])
  expect(proxy.fault('test_acts')).toMatchObject({ applied: 2, skipped: { trigger: 2, no_match: 2 } })
})
