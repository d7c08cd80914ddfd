import { brotliCompressSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Match, SkipReason } from '../../../src/contract/model.ts'
import { connected, eventually, useClient, useUpstream } from '../use-peers.ts'
import type { Peer } from '../use-peers.ts'
import { plainMessages } from './plain-message.ts'
import { acting, looking, settled, useHttpProxy } from './use-acting.ts'
import type { HttpBench } from './use-acting.ts'
import { useRecorder } from './use-recorder.ts'

/** Answers each request with its path. */
const usePathRecorder = () => useRecorder(({ path }, res) => res.setHeader('Content-Length', path.length).end(path))

const refusing = (match: Match, name = 'test_acts') =>
  acting({ request: () => ({ do: 'answer', status: 503, body: Buffer.from('injected') }) }, { match, name })

const skipped = ({ proxy }: HttpBench, reason: SkipReason, fault = 'test_acts'): number =>
  proxy.fault(fault)?.skipped[reason] ?? -1

const NO_CHUNK = '1\r\nab'

const post = (path: string, body: string, fields = ''): string =>
  `POST ${path} HTTP/1.1\r\nHost: up\r\n${fields}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

const aRequest = fc.record({
  word: fc.constantFrom('', '', 'fault', 'look'),
  shape: fc.constantFrom('plain', 'length', 'chunked', 'trailers'),
  before: fc.stringMatching(/^[a-z \r\n]{0,30}$/),
  behind: fc.stringMatching(/^[a-z \r\n]{0,30}$/),
  piece: fc.integer({ min: 1, max: 9 }),
})

function written(
  { word, shape, before, behind, piece }: typeof aRequest extends fc.Arbitrary<infer T> ? T : never,
  i: number,
) {
  const body = shape === 'plain' ? '' : before + word + behind
  const head = `${shape === 'plain' ? 'GET' : 'POST'} /${i} HTTP/1.1\r\nHost: up\r\n`
  const trailers = shape === 'trailers' ? 'X-Sum: 7\r\n' : ''
  const chunks = (body.match(new RegExp(`[^]{1,${piece}}`, 'g')) ?? [])
    .map((part) => `${part.length.toString(16)};a="b"\r\n${part}\r\n`)
    .join('')
  const text =
    shape === 'plain'
      ? `${head}\r\n`
      : shape === 'length'
        ? `${head}Content-Length: ${body.length}\r\n\r\n${body}`
        : `${head}Transfer-Encoding: chunked\r\n\r\n${chunks}0\r\n${trailers}\r\n`
  return { path: `/${i}`, body, text, chosen: shape !== 'plain' && body.includes('fault'), trailers: trailers !== '' }
}

const aCut = fc.array(fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 20, max: 300 })), {
  minLength: 1,
  maxLength: 40,
})

async function sendInPieces(caller: Peer, text: string, cuts: readonly number[], turns: boolean): Promise<void> {
  for (let at = 0, i = 0; at < text.length; i++) {
    const to = at + (cuts[i % cuts.length] ?? 1)
    caller.send(text.slice(at, to))
    at = to
    if (turns) await new Promise((resolve) => setImmediate(resolve))
  }
}

describe('requests chosen by their bodies', () => {
  test('are exactly those, wherever the input is cut and whichever lane it is in', async () => {
    const { address, seen } = await usePathRecorder()
    const bench = await useHttpProxy(address, [
      refusing({ body: { contains: 'fault' } }),
      looking({ match: { body: { regex: 'lo{2}k' } } }),
    ])
    await fc.assert(
      fc.asyncProperty(
        fc.array(aRequest, { minLength: 1, maxLength: 6 }),
        aCut,
        fc.boolean(),
        async (requests, cuts, turns) => {
          seen.length = 0
          const sent = requests.map(written)
          const bytes = sent.map(({ text }) => text).join('')
          const caller = useClient(bench.address)
          await connected(caller)
          await sendInPieces(caller, bytes, cuts, turns)
          const wanted = sent.map(({ path, chosen }) => (chosen ? 'injected' : path))
          const bodies = (): string[] => plainMessages(caller.text, bytes).map(({ body }) => body)
          const got = (): boolean => JSON.stringify(bodies()) === JSON.stringify(wanted)
          await caller.until(got, 'the answers', 2000).catch(() => undefined)
          expect(bodies()).toEqual(wanted)
          const arrived = sent.filter(({ chosen }) => !chosen)
          expect(seen.map(({ path, body, trailers }) => [path, body, trailers])).toEqual(
            arrived.map(({ path, body, trailers }) => [path, body, trailers ? 'X-Sum,7' : '']),
          )
          caller.socket.destroy()
        },
      ),
      { numRuns: 150, interruptAfterTimeLimit: 25_000 },
    )
    await settled(bench)
  }, 30_000)

  test('leave the others byte for byte as they are, in the wire lane', async () => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, [refusing({ body: { contains: '#' } })])
    let made = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(aRequest, { minLength: 1, maxLength: 6 }),
        aCut,
        fc.boolean(),
        async (requests, cuts, turns) => {
          const bytes = requests.map((one, i) => written(one, i).text).join('')
          const caller = useClient(bench.address)
          const server = await upstream.peer(made++)
          await sendInPieces(caller, bytes, cuts, turns)
          await server.getsBytes(bytes.length).catch(() => undefined)
          expect(server.text).toBe(bytes)
          caller.socket.destroy()
          server.socket.destroy()
        },
      ),
      { numRuns: 100, interruptAfterTimeLimit: 20_000 },
    )
    await settled(bench)
    expect(skipped(bench, 'body_not_available')).toBe(0)
  }, 30_000)

  test('may be compressed', async () => {
    const { address } = await usePathRecorder()
    const bench = await useHttpProxy(address, [refusing({ body: { json: { '/tier': 'gold' } } })])
    const caller = useClient(bench.address)
    const gold = JSON.stringify({ tier: 'gold' })
    const bodies: [Buffer, string, string][] = [
      [gzipSync(gold), 'gzip', '503'],
      [brotliCompressSync(gold), 'br', '503'],
      [gzipSync('{"tier":"tin"}'), 'gzip', '200'],
      [Buffer.from(gold), 'secret', '200'],
      [gzipSync(gold).subarray(0, -6), 'gzip', '200'],
      [gzipSync(`${gold}${' '.repeat(70_000)}`), 'gzip', '200'],
    ]
    for (const [i, [body, coding, status]] of bodies.entries()) {
      caller.send(
        `POST /${i} HTTP/1.1\r\nHost: up\r\nContent-Encoding: ${coding}\r\nContent-Length: ${body.length}\r\n\r\n`,
      )
      caller.send(body)
      await caller.until(() => plainMessages(caller.text).length > i, `answer ${i}`)
      expect(plainMessages(caller.text)[i]?.start).toContain(` ${status} `)
    }
    expect(skipped(bench, 'body_not_available')).toBe(3)
    expect(skipped(bench, 'no_match')).toBe(1)
  })
})

describe('a body that cannot be had', () => {
  /** Runs in the wire lane, or behind a first request that took the connection to the exchange lane. */
  async function useLaneOf(lane: 'wire' | 'exchange', match: Match = { body: { contains: 'x' } }) {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, [refusing(match), looking({ match: { path: '/first' } })])
    const caller = useClient(bench.address)
    const server = await upstream.peer(0)
    if (lane === 'exchange') {
      caller.send('GET /first HTTP/1.1\r\nHost: up\r\n\r\n')
      await server.gets('\r\n\r\n')
      server.send('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst')
      await caller.gets('first')
    }
    return { upstream, bench, caller, server }
  }

  describe.each(['wire', 'exchange'] as const)('in the %s lane', (lane) => {
    test.each([
      ['is announced above 64 KiB', 'Content-Length: 65537\r\n', 'aaa'],
      ['waits for 100 Continue', 'Content-Length: 3\r\nExpect: 100-continue\r\n', ''],
      ['turns out to be above 64 KiB', 'Transfer-Encoding: chunked\r\n', `10001\r\n${'a'.repeat(65_537)}`],
      ['is no chunk after all', 'Transfer-Encoding: chunked\r\n', NO_CHUNK],
    ])('that %s goes on, and the fault is skipped', async (_name, fields, body) => {
      const { bench, caller, server } = await useLaneOf(lane)
      caller.send(`POST /held HTTP/1.1\r\nHost: up\r\n${fields}\r\n${body}`)
      // In the exchange lane what cannot be framed is refused.
      if (lane === 'exchange' && body === NO_CHUNK) await caller.gets('HTTP/1.1 400')
      else await server.gets('/held HTTP/1.1')
      expect(skipped(bench, 'body_not_available')).toBe(1)
      expect(bench.proxy.fault('test_acts')?.applied).toBe(0)
    })

    test('of 64 KiB in full is looked at', async () => {
      const { caller } = await useLaneOf(lane)
      caller.send(post('/held', `${'a'.repeat(65_535)}x`))
      await caller.gets('HTTP/1.1 503')
    })

    test('never comes whole: the head goes on in the end, for an upstream may answer early', async () => {
      const { bench, caller, server } = await useLaneOf(lane)
      caller.send('POST /held HTTP/1.1\r\nHost: up\r\nContent-Length: 10\r\n\r\nabc')
      await eventually(() => bench.plane.totals().heldBytes > 0, 'holding it')
      expect(server.text).not.toContain('/held')
      await server.gets('abc')
      expect(skipped(bench, 'body_not_available')).toBe(1)
      server.send('HTTP/1.1 413 Too Much\r\nContent-Length: 0\r\n\r\n')
      await caller.gets('413')
      caller.socket.destroy()
      server.socket.destroy()
      await settled(bench)
    })

    test('breaks off with the end of what the caller says', async () => {
      const { bench, caller, server } = await useLaneOf(lane)
      caller.send('POST /held HTTP/1.1\r\nHost: up\r\nContent-Length: 10\r\n\r\nabc').end()
      await eventually(() => skipped(bench, 'body_not_available') === 1, 'the decision')
      // node:http gives up a request that breaks off; the wire lane passes on what came.
      if (lane === 'wire') await server.gets('abc')
      caller.socket.destroy()
      server.socket.destroy()
      await settled(bench)
    })

    test('is lost with its caller: nothing stays held', async () => {
      const { bench, caller, server } = await useLaneOf(lane)
      caller.send('POST /held HTTP/1.1\r\nHost: up\r\nContent-Length: 10\r\n\r\nabc')
      await eventually(() => bench.plane.totals().heldBytes > 0, 'holding it')
      caller.reset()
      await settled(bench)
      expect(server.text).not.toContain('/held')
      const told = bench.facts.filter((fact) => fact.type === 'exchange' && fact.target === '/held')
      expect(told).toMatchObject([{ complete: false, origin: 'client' }])
    })

    test('is not waited for where the head alone decides', async () => {
      const { bench, caller, server } = await useLaneOf(lane, { path: '/other', body: { contains: 'x' } })
      caller.send('POST /held HTTP/1.1\r\nHost: up\r\nContent-Length: 10\r\n\r\nabc')
      await server.gets('abc')
      expect(skipped(bench, 'no_match')).toBe(lane === 'wire' ? 1 : 2)
    })
  })

  test('that would be held where too much is held already goes on', async () => {
    const { address, seen } = await usePathRecorder()
    const bench = await useHttpProxy(address, [refusing({ body: { contains: 'x' } })], { heldBytesTotal: 4096 })
    const caller = useClient(bench.address)
    const whole = post('/a', 'x'.repeat(10_000))
    caller.send(whole.slice(0, 6000))
    await eventually(() => skipped(bench, 'body_not_available') === 1, 'giving up')
    caller.send(whole.slice(6000))
    await caller.gets('\r\n\r\n/a')
    expect(seen).toHaveLength(1)
    caller.socket.destroy()
    await settled(bench)
  })

  test('is let go when the upstream ends meanwhile', async () => {
    const { bench, caller, server } = await useLaneOf('wire')
    caller.send('POST /held HTTP/1.1\r\nHost: up\r\nContent-Length: 10\r\n\r\nabc')
    await eventually(() => bench.plane.totals().heldBytes > 0, 'holding it')
    server.end()
    await server.gets('abc')
    expect(skipped(bench, 'too_late')).toBe(1)
    caller.end()
    await settled(bench)
  })
})

test('what waits for its body holds up later requests, and not earlier answers', async () => {
  const upstream = await useUpstream()
  const bench = await useHttpProxy(upstream.address, [refusing({ body: { contains: 'x' } })])
  const caller = useClient(bench.address)
  const server = await upstream.peer(0)
  caller.send('GET /a HTTP/1.1\r\nHost: up\r\n\r\n')
  caller.send('POST /b HTTP/1.1\r\nHost: up\r\nContent-Length: 4\r\n\r\nno')
  await server.gets('/a HTTP')
  server.send('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na')
  await caller.gets('\r\n\r\na')
  expect(server.text).not.toContain('/b')
  caller.send(`ne${post('/c', 'x')}GET /d HTTP/1.1\r\nHost: up\r\n\r\n`)
  await server.gets('none')
  server.send('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb')
  await caller.gets('HTTP/1.1 503')
  await server.gets('/d HTTP')
  expect(server.text).not.toContain('/c')
})

test('a thousand small requests in one piece are looked into one after the other', async () => {
  const { address, seen } = await usePathRecorder()
  const bench = await useHttpProxy(address, [refusing({ body: { contains: 'nothing' } })])
  const caller = useClient(bench.address)
  caller.send(Array.from({ length: 1000 }, (_, i) => post(`/${i}`, 'b')).join(''))
  await caller.until(() => seen.length === 1000, 'all of them')
  await caller.gets('/999')
})
