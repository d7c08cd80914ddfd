import { describe, expect, test } from 'vitest'
import type { Fact } from '../../../src/contract/events.ts'
import type { FaultSpec } from '../../../src/contract/model.ts'
import type { CountingProxy, PlaneLimits } from '../../../src/contract/ports.ts'
import type { RequestFaults } from '../../../src/contract/wishes.ts'
import { resolveRequestFaults } from '../../../src/faults/request-faults.ts'
import { proxySpec, usePlane } from '../../support/use-plane.ts'
import { connected, eventually, useClient, useUpstream } from '../use-peers.ts'
import { exchangeFaultSpec, look } from './use-exchange.ts'
import { useCaller, useHttpServer } from './use-http.ts'

const ANY: RequestFaults = {
  kinds: { http_abort: 'any', http_delay: 'any', http_truncate: 'any', hang: 'any' },
  toxicity: 1,
  max_active: 1000,
}

interface Bench {
  readonly proxy: CountingProxy
  readonly port: number
  readonly facts: Fact[]
  readonly ask: ReturnType<typeof useCaller>
  allow(rules: RequestFaults | undefined): Promise<void>
  /** By kind and outcome, those that are not 0. */
  counts(): Readonly<Record<string, number>>
  of<T extends Fact['type']>(type: T): Extract<Fact, { type: T }>[]
}

interface Options {
  readonly rules?: RequestFaults | 'none' | undefined
  readonly faults?: readonly FaultSpec[]
  readonly limits?: Partial<PlaneLimits>
  readonly seed?: string
  readonly evidence?: boolean
}

async function useProxy(upstream: string, options: Options = {}): Promise<Bench> {
  const { faults = [], limits, seed = 'test', evidence = false } = options
  const rules = options.rules === 'none' ? undefined : (options.rules ?? ANY)
  const { plane, facts } = usePlane({ kinds: [look], ...(limits === undefined ? {} : { limits }) })
  const spec = proxySpec(upstream, { protocol: 'http', faults, requestFaults: rules, evidenceHeader: evidence })
  const proxy = await plane.open(spec, seed)
  const { listen } = proxy.status()
  const port = Number(listen.split(':').at(-1))
  return {
    proxy,
    port,
    facts,
    ask: useCaller(port),
    allow: (requestFaults) => proxy.reconfigure({ ...spec, listen, requestFaults }),
    counts: () =>
      Object.fromEntries(
        [...(proxy.status().wishes ?? [])].flatMap(([kind, counts]) =>
          Object.entries(counts).flatMap(([outcome, n]) => (n === 0 ? [] : [[`${kind} ${outcome}`, n]])),
        ),
      ),
    of: (type) => facts.filter((fact) => fact.type === type) as never,
  }
}

const wish = (text: string, more: object = {}): { headers: Record<string, string> } => ({
  headers: { 'x-faultline-fault': text, ...more },
})

/** Answers with what it got in the field, and counts. */
async function useMirror(): Promise<{ address: string; seen: string[] }> {
  const seen: string[] = []
  const address = await useHttpServer((req, res) => {
    seen.push(`${req.url} ${String(req.headers['x-faultline-fault'] ?? '-')}`)
    res.end('hello')
  })
  return { address, seen }
}

describe.each(['wire', 'exchange'] as const)('in the %s lane', (lane) => {
  // A fault that acts on everything and changes nothing keeps the connection in the exchange lane.
  const faults = lane === 'wire' ? [] : [exchangeFaultSpec('test_look')]
  const used = faults.map(({ name }) => name)

  test('a request gets the fault that it asks for, and those round it on the same connection do not', async () => {
    const { address, seen } = await useMirror()
    const { ask, counts, of } = await useProxy(address, { faults })
    expect((await ask('/1')).status).toBe(200)
    const refused = await ask('/2', wish('http_abort; status=418; body="as asked"'))
    expect([refused.status, refused.body]).toEqual([418, 'as asked'])
    expect((await ask('/3')).status).toBe(200)
    expect(seen).toEqual(['/1 -', '/3 -'])
    expect(counts()).toEqual({ 'http_abort applied': 1 })
    const named = of('exchange').map(({ target, faults: names, origin, lane: at }) => [target, names, origin, at])
    const last = [
      ['/2', [...used, 'request:http_abort'], 'injected', 'exchange'],
      ['/3', used, 'upstream', 'exchange'],
    ]
    expect(named).toEqual([['/1', used, 'upstream', lane], ...last])
    expect(of('decision').filter(({ kind }) => kind === 'http_abort')).toMatchObject([
      { fault: 'request:http_abort', connection: 'x2', ordinal: 2, outcome: 'applied' },
    ])
  })

  test('several faults act in their order, behind those that are attached', async () => {
    const { address, seen } = await useMirror()
    const attached = exchangeFaultSpec('http_delay', {
      delay: 30,
      jitter: 0,
      distribution: 'uniform',
      at: 'before_upstream',
    })
    const { ask, counts, of } = await useProxy(address, { faults: [...faults, attached], evidence: true })
    const { status, headers } = await ask('/', wish('http_delay;delay=40, http_abort;status=503'))
    expect([status, headers['x-faultline-fault']]).toEqual([
      503,
      [...used, 'http_delay', 'request:http_delay', 'request:http_abort'].join(', '),
    ])
    expect(seen).toEqual([])
    expect(of('exchange')[0]?.injected_ms).toBeGreaterThanOrEqual(69)
    expect(counts()).toEqual({ 'http_delay applied': 1, 'http_abort applied': 1 })
  })

  test('the body of an answer is within reach, and so is a request that would become a tunnel', async () => {
    const { address, seen } = await useMirror()
    const { ask, counts, port } = await useProxy(address, { faults })
    expect((await ask('/', wish('http_truncate;bytes=2;how=valid'))).body).toBe('he')
    expect(seen).toHaveLength(1)
    const client = useClient(`127.0.0.1:${port}`)
    client.send(
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Faultline-Fault: http_abort\r\n\r\n',
    )
    await client.until(() => client.text.startsWith('HTTP/1.1 503'), 'the refusal')
    await eventually(() => counts()['http_abort applied'] === 1, 'the count')
    expect(seen).toHaveLength(1)
  })

  test('what ends the exchange supersedes the wishes behind it', async () => {
    const { address } = await useMirror()
    const { ask, counts } = await useProxy(address, { faults })
    expect((await ask('/', wish('http_abort;status=500, http_abort;status=501, hang'))).status).toBe(500)
    expect(counts()).toEqual({ 'http_abort applied': 1, 'http_abort superseded': 1, 'hang superseded': 1 })
  })

  test.each([
    ['http_abort; status=', 'none malformed', 'cannot be read'],
    ['http_abort; status=600', 'http_abort invalid', 'status is 600'],
    ['http_reset', 'http_reset not_allowed', 'request_faults allows http_abort'],
    ['no_such_kind', 'none not_allowed', 'no_such_kind may not be asked for'],
    ['http_abort; proxy=other', 'http_abort other_proxy', 'asked of proxy "other"'],
  ])('%s passes without a fault, and is counted and told: %s', async (text, outcome, detail) => {
    const { address, seen } = await useMirror()
    const { ask, counts, of } = await useProxy(address, { faults })
    expect((await ask('/', wish(text))).status).toBe(200)
    expect(seen).toEqual([`/ ${text}`])
    expect(counts()).toEqual({ [outcome]: 1 })
    const [kind, reason] = outcome.split(' ')
    expect(of('request_fault_refused')).toMatchObject([{ proxy: 'p', exchange: 'x1', connection: 'c1', kind, reason }])
    expect(of('request_fault_refused')[0]?.detail).toContain(detail)
    expect(of('exchange')).toMatchObject([{ lane, faults: used, refused_faults: [{ kind, reason }] }])
  })

  test('a wish that is refused leaves the one beside it', async () => {
    const { address } = await useMirror()
    const { ask, counts } = await useProxy(address, { faults })
    expect((await ask('/', wish('http_reset, http_abort;status=500'))).status).toBe(500)
    expect(counts()).toEqual({ 'http_reset not_allowed': 1, 'http_abort applied': 1 })
  })

  test("Envoy's fields ask as well, at a chance of a hundred or none", async () => {
    const { address } = await useMirror()
    const { ask, counts } = await useProxy(address, { faults })
    const envoy = (more: Record<string, string>): Promise<{ status: number }> =>
      ask('/', { headers: { 'x-envoy-fault-abort-request': '429', ...more } })
    expect((await envoy({})).status).toBe(429)
    expect((await envoy({ 'x-envoy-fault-abort-request-percentage': '0' })).status).toBe(200)
    expect((await envoy({ 'x-envoy-fault-abort-request': '7' })).status).toBe(200)
    expect((await ask('/', { headers: { 'x-envoy-fault-abort-grpc-request': '14' } })).status).toBe(200)
    expect(counts()).toEqual({
      'http_abort applied': 1,
      'http_abort toxicity': 1,
      'http_abort invalid': 1,
      'none invalid': 1,
    })
  })

  test('the field goes on upstream, for whom else it may concern', async () => {
    const { address, seen } = await useMirror()
    const { ask } = await useProxy(address, { faults })
    await ask('/', wish('http_delay;delay=1'))
    expect(seen).toEqual(['/ http_delay;delay=1'])
  })

  test('the draws follow the seed and the number of the exchange, whichever lane it is in', async () => {
    const { address } = await useMirror()
    const { ask, of } = await useProxy(address, { faults, seed: 'draws' })
    for (let i = 0; i < 20; i++) await ask('/', wish('http_abort;toxicity=0.5'))
    const drawn = of('decision').filter(({ kind }) => kind === 'http_abort')
    expect(drawn.map(({ outcome }) => (outcome === 'applied' ? 'x' : '-')).join('')).toBe('x--x---x-xx--xx-x--x')
    for (const { draw = 1, outcome } of drawn) expect(outcome).toBe(draw < 0.5 ? 'applied' : 'toxicity')
  })

  test('one that holds an exchange is let go when it is no longer allowed, and when counters are reset', async () => {
    const { address } = await useMirror()
    const { ask, allow, proxy, of, counts } = await useProxy(address, { faults })
    const releases = [() => allow({ ...ANY, max_active: 7 }), async () => proxy.resetCounters()]
    for (const [i, release] of releases.entries()) {
      const held = ask('/held', wish('hang'))
      await eventually(() => of('decision').filter(({ kind }) => kind === 'hang').length > i, 'the decision')
      await release()
      expect((await held).status).toBe(200)
    }
    await allow(undefined)
    expect((await ask('/', wish('http_abort'))).status).toBe(200)
    expect(counts()).toEqual({ 'hang applied': 2 })
  })

  test('no more act at once than are allowed, and the others are told that', async () => {
    const { address } = await useMirror()
    const { port, counts, proxy, of } = await useProxy(address, { faults, rules: { ...ANY, max_active: 2 } })
    const held = [useCaller(port)('/', wish('hang')), useCaller(port)('/', wish('hang'))]
    await eventually(() => of('decision').filter(({ kind }) => kind === 'hang').length === 2, 'two that hang')
    expect((await useCaller(port)('/', wish('http_abort, http_delay;toxicity=0'))).status).toBe(200)
    proxy.resetCounters()
    await Promise.all(held)
    expect((await useCaller(port)('/', wish('http_abort'))).status).toBe(503)
    expect(counts()).toEqual({
      'http_abort limit': 1,
      'http_delay toxicity': 1,
      'hang applied': 2,
      'http_abort applied': 1,
    })
  })

  test('a caller that leaves while its wish holds the exchange leaves nothing behind', async () => {
    const { address } = await useMirror()
    const { port, counts, of } = await useProxy(address, { faults, rules: { ...ANY, max_active: 1 } })
    for (let i = 1; i <= 3; i++) {
      const client = useClient(`127.0.0.1:${port}`)
      await connected(client)
      client.send('GET / HTTP/1.1\r\nHost: x\r\nX-Faultline-Fault: hang\r\n\r\n')
      await eventually(() => of('decision').filter(({ kind }) => kind === 'hang').length === i, 'the decision')
      client.socket.destroy()
      await eventually(() => counts()['hang applied'] === i, `the end of exchange ${i}`)
    }
    expect(counts()).toEqual({ 'hang applied': 3 })
  })
})

describe('a proxy that allows none', () => {
  test('takes no notice, and relays every byte as it came', async () => {
    const upstream = await useUpstream()
    const { port, proxy, facts } = await useProxy(upstream.address, { rules: 'none' })
    const client = useClient(`127.0.0.1:${port}`)
    const request =
      'GET / HTTP/1.1\r\nHost: x\r\nX-Faultline-Fault: http_abort\r\nx-envoy-fault-abort-request: 500\r\n\r\n'
    client.send(request)
    await eventually(() => upstream.peers[0]?.text === request, 'the request upstream')
    expect(facts.filter(({ type }) => type === 'decision' || type === 'request_fault_refused')).toEqual([])
    expect([...(proxy.status().wishes ?? [])]).toEqual([])
  })
})

describe('hostile fields', () => {
  test.each([
    ['a field of 60 KB', `http_body;replace="${'x'.repeat(60_000)}"`],
    ['ten thousand faults', Array(10_000).fill('hang').join()],
    ['ten thousand parameters', `hang${';p=1'.repeat(10_000)}`],
    ['a name of 60 KB', 'h'.repeat(60_000)],
    ['no name at all', ';;;===,,,((('],
    ['bytes above 127', 'http_abort;body="\u00fc\u00ff"'],
    ['names of the language', '__proto__;constructor=1, constructor;__proto__=2'],
  ])('%s: passes untouched, in the wire lane, with one refusal', async (_, text) => {
    const upstream = await useUpstream()
    const { port, of, counts } = await useProxy(upstream.address)
    const client = useClient(`127.0.0.1:${port}`)
    const request = `GET / HTTP/1.1\r\nHost: x\r\nX-Faultline-Fault: ${text}\r\n\r\n`
    client.socket.write(Buffer.from(request, 'latin1'))
    await eventually(() => upstream.peers[0]?.text === request, 'the request upstream')
    upstream.peers[0]?.send('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
    await eventually(() => of('exchange').length === 1, 'the end of the exchange')
    expect(of('exchange')[0]).toMatchObject({ lane: 'wire', status: 200 })
    expect(counts()).toEqual({ 'none malformed': 1 })
  })

  test('a wish whose field is cut anywhere is the same wish', async () => {
    const { address } = await useMirror()
    const { port } = await useProxy(address)
    const request = 'GET / HTTP/1.1\r\nHost: x\r\nx-FAULTLINE-fault:http_abort;status=418\r\n\r\n'
    for (let at = 1; at < request.length; at += 7) {
      const client = useClient(`127.0.0.1:${port}`)
      await connected(client)
      client.send(request.slice(0, at))
      await new Promise((resolve) => setImmediate(resolve))
      client.send(request.slice(at))
      await client.until(() => client.text.startsWith('HTTP/1.1 418'), `the answer, cut at ${at}`)
      client.socket.destroy()
    }
  })

  test('a pipeline of requests, each with another wish, gives each its own answer', async () => {
    const { address } = await useMirror()
    const { port } = await useProxy(address)
    const client = useClient(`127.0.0.1:${port}`)
    const statuses = [500, 200, 501, 418, 200, 599]
    const ask = (status: number): string =>
      `GET / HTTP/1.1\r\nHost: x\r\n${status === 200 ? '' : `X-Faultline-Fault: http_abort;status=${status}\r\n`}\r\n`
    client.send(statuses.map(ask).join(''))
    const got = (): number[] => [...client.text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status))
    await client.until(() => got().length === statuses.length, 'all answers')
    expect(got()).toEqual(statuses)
  })

  test('where too many bytes are held to keep heads back, a wish is counted as too late', async () => {
    const upstream = await useUpstream()
    const { port, counts, of } = await useProxy(upstream.address, { limits: { heldBytesTotal: 0 } })
    const client = useClient(`127.0.0.1:${port}`)
    client.send('GET / HTTP/1.1\r\nHost: x\r\nX-Faultline-Fault: http_abort\r\n\r\n')
    await eventually(() => upstream.peers[0]?.text.includes('http_abort') === true, 'the request upstream')
    upstream.peers[0]?.send('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
    await eventually(() => counts()['http_abort too_late'] === 1, 'the count')
    expect(of('exchange')).toMatchObject([
      { lane: 'wire', refused_faults: [{ kind: 'http_abort', reason: 'too_late' }] },
    ])
  })
})

test('what a request would get is foretold, with the very draw, and nothing is used up', async () => {
  const { address } = await useMirror()
  const rules = resolveRequestFaults({ kinds: { http_abort: { status: [503] } }, toxicity: 0.5 }, '')
  const { proxy, ask, of, counts } = await useProxy(address, { rules })
  const foresee = (text: string): unknown =>
    proxy.explain({
      client: '127.0.0.1',
      request: {
        method: 'GET',
        target: '/',
        path: '/',
        query: undefined,
        version: '1.1',
        headers: [['X-Faultline-Fault', text]],
      },
    }).faults
  const [first] = foresee('http_abort') as { draw: number; acts: boolean; why: string }[]
  expect(foresee('http_abort')).toEqual([first])
  expect(first).toMatchObject({ fault: 'request:http_abort', kind: 'http_abort', layer: 'exchange' })
  expect(foresee('http_abort;status=500, hang')).toMatchObject([
    {
      fault: 'request:http_abort',
      acts: false,
      reason: 'not_allowed',
      why: expect.stringContaining('one of 503') as string,
    },
    { fault: 'request:hang', acts: false, reason: 'not_allowed' },
  ])
  expect(foresee('hang;')).toMatchObject([{ fault: 'request', kind: 'none', acts: false, reason: 'malformed' }])
  expect([of('decision'), of('request_fault_refused'), counts()]).toEqual([[], [], {}])
  const { status } = await ask('/', wish('http_abort'))
  expect(status).toBe(first?.acts === true ? 503 : 200)
  expect(of('decision')[0]?.draw).toBe(first?.draw)
})
