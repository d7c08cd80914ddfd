import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { faultSpec } from '../../support/use-plane.ts'
import { connected, eventually, useClient, useUpstream } from '../use-peers.ts'
import { plainMessages } from './plain-message.ts'
import { acting, looking, settled, useHttpProxy } from './use-acting.ts'

interface Seen {
  readonly path: string
  readonly body: string
}

/** Answers each request with its path and body, and remembers it. */
async function useRecorder(): Promise<{ address: string; seen: Seen[] }> {
  const seen: Seen[] = []
  const server = createServer((req, res) => {
    let body = ''
    req.setEncoding('latin1')
    req.on('data', (text: string) => (body += text))
    req.on('end', () => {
      seen.push({ path: req.url ?? '', body })
      const answer = `${req.url} ${body}`
      res.sendDate = false
      if (req.url?.includes('slow') === true) setTimeout(() => res.end(answer), 1)
      else if (req.url?.includes('chunks') === true) {
        res.write(answer.slice(0, 3))
        res.end(answer.slice(3))
      } else res.setHeader('Content-Length', answer.length).end(answer)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

const aRequest = fc.record({
  chosen: fc.constantFrom('', '', '', 'fault', 'look'),
  shape: fc.constantFrom('plain', 'length', 'chunked'),
  answer: fc.constantFrom('', 'slow', 'chunks'),
  body: fc.stringMatching(/^[a-z \r\n]{0,40}$/),
  field: fc.stringMatching(/^[a-z]{0,60}$/),
})

describe('a connection that changes lanes', () => {
  test('loses nothing and says nothing twice, wherever its input is cut', async () => {
    const { address, seen } = await useRecorder()
    const bench = await useHttpProxy(address, [
      acting(
        { request: () => ({ do: 'answer', status: 503, body: Buffer.from('injected') }) },
        { match: { path: '/*fault*' } },
      ),
      looking({ match: { path: '/*look*' } }),
    ])
    await fc.assert(
      fc.asyncProperty(
        fc.array(aRequest, { minLength: 1, maxLength: 6 }),
        fc.array(fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 20, max: 300 })), {
          minLength: 1,
          maxLength: 40,
        }),
        fc.boolean(),
        async (requests, cuts, turns) => {
          seen.length = 0
          const sent = requests.map(({ chosen, shape, answer, body, field }, i) => {
            const path = `/${i}-${chosen}-${answer}`
            const head = `${shape === 'plain' ? 'GET' : 'POST'} ${path} HTTP/1.1\r\nHost: up\r\nX-Field: ${field}\r\n`
            if (shape === 'plain') return { path, chosen, body: '', text: `${head}\r\n` }
            const text =
              shape === 'length'
                ? `${head}Content-Length: ${body.length}\r\n\r\n${body}`
                : `${head}Transfer-Encoding: chunked\r\n\r\n${body === '' ? '' : `${body.length.toString(16)}\r\n${body}\r\n`}0\r\n\r\n`
            return { path, chosen, body, text }
          })
          const bytes = sent.map(({ text }) => text).join('')
          const caller = useClient(bench.address)
          await connected(caller)
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const to = at + (cuts[i % cuts.length] ?? 1)
            caller.send(bytes.slice(at, to))
            at = to
            if (turns) await new Promise((resolve) => setImmediate(resolve))
          }
          const wanted = sent.map(({ path, chosen, body }) => (chosen === 'fault' ? 'injected' : `${path} ${body}`))
          const bodies = (): string[] => plainMessages(caller.text, bytes).map(({ body }) => body)
          const got = (): boolean => JSON.stringify(bodies()) === JSON.stringify(wanted)
          await caller.until(got, 'the answers', 2000).catch(() => undefined)
          expect(bodies()).toEqual(wanted)
          expect(seen).toEqual(
            sent.filter(({ chosen }) => chosen !== 'fault').map(({ path, body }) => ({ path, body })),
          )
          caller.socket.destroy()
        },
      ),
      { numRuns: 150, interruptAfterTimeLimit: 25_000 },
    )
    await settled(bench)
  }, 30_000)

  test('one request in a thousand is faulted, and no other is touched', async () => {
    const { address, seen } = await useRecorder()
    const bench = await useHttpProxy(address, [
      acting({ request: () => ({ do: 'answer', status: 503 }) }, { trigger: { every: 1000 } }),
    ])
    const callers = Array.from({ length: 20 }, () => useClient(bench.address))
    let next = 1
    const refused: number[] = []
    await Promise.all(
      callers.map(async (caller) => {
        let length = 0
        while (next <= 4000) {
          const path = `/${next++}`
          caller.send(`GET ${path} HTTP/1.1\r\nHost: up\r\n\r\n`)
          await caller.until(
            () =>
              (caller.length > length && plainMessages(caller.text.slice(length))[0]?.body === `${path} `) ||
              caller.text.slice(length).includes('HTTP/1.1 503'),
            `the answer to ${path}`,
          )
          if (caller.text.slice(length).includes('HTTP/1.1 503')) refused.push(Number(path.slice(1)))
          length = caller.length
        }
      }),
    )
    expect(refused).toHaveLength(4)
    expect(seen).toHaveLength(3996)
    const numbers = seen.map(({ path }) => Number(path.slice(1)))
    expect([...numbers, ...refused].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 4000 }, (_, i) => i + 1))
    for (const caller of callers) caller.socket.destroy()
    await settled(bench)
  })

  test('earlier answers finish first, however slow, and the chosen request waits unsent', async () => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, [looking({ match: { path: '/chosen' } })])
    const caller = useClient(bench.address)
    caller.send('GET /a HTTP/1.1\r\nHost: up\r\n\r\nGET /chosen HTTP/1.1\r\nHost: up\r\n\r\n')
    const server = await upstream.peer(0)
    await server.gets('/a')
    server.send('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab')
    await caller.gets('ab')
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(server.text).not.toContain('/chosen')
    server.send('cd')
    await server.gets('/chosen')
    expect(caller.text).toContain('abcd')
    caller.socket.destroy()
  })

  test('a body that an upstream fault still holds does not follow into the exchange lane', async () => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, [
      faultSpec('latency', { latency: 60, jitter: 0 }, { stream: 'upstream' }),
      looking({ match: { path: '/chosen' } }),
    ])
    const caller = useClient(bench.address)
    caller.send('POST /a HTTP/1.1\r\nHost: up\r\nContent-Length: 8\r\n\r\n')
    const server = await upstream.peer(0)
    await server.gets('/a')
    // An answer before the body, which is still on its way.
    caller.send('GET /bad')
    server.send('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n')
    await caller.gets('413')
    caller.send('GET /chosen HTTP/1.1\r\nHost: up\r\n\r\n')
    await server.gets('/chosen')
    expect(server.text.indexOf('GET /bad')).toBeLessThan(server.text.indexOf('GET /chosen'))
    server.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    await caller.gets('ok')
    caller.socket.destroy()
    await settled(bench)
  })

  test.each([
    ['said that its answer is the last', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx'],
    ['ends with its answer', 'HTTP/1.1 200 OK\r\n\r\nx'],
    ['dies before its answer', ''],
  ])('a chosen request behind an upstream that %s is not answered out of nowhere', async (_how, answer) => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, [looking({ match: { path: '/chosen' } })])
    const caller = useClient(bench.address)
    caller.send('GET /a HTTP/1.1\r\nHost: up\r\n\r\nGET /chosen HTTP/1.1\r\nHost: up\r\n\r\n')
    const server = await upstream.peer(0)
    await server.gets('/a')
    server.send(answer).end()
    await caller.ending()
    expect(caller.text).toBe(answer)
    expect(upstream.peers).toHaveLength(1)
    caller.end()
    await settled(bench)
    expect(bench.proxy.fault('test_look')).toMatchObject({ applied: 0, skipped: { too_late: 1 } })
  })

  test.each(['GET /par', 'GET / HTTP/1.1\r\nHost: u'])(
    'half a head and an end go on as they came: %j',
    async (half) => {
      const upstream = await useUpstream()
      const bench = await useHttpProxy(upstream.address, [looking({ match: { path: '/never' } })])
      const caller = useClient(bench.address)
      await connected(caller)
      const server = await upstream.peer(0)
      for (const byte of half) {
        caller.send(byte)
        await new Promise((resolve) => setImmediate(resolve))
      }
      caller.end()
      await server.ending()
      expect(server.text).toBe(half)
      server.end()
      await settled(bench)
    },
  )

  test('half a head goes on when the upstream speaks out of turn', async () => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, [looking({ match: { path: '/never' } })])
    const caller = useClient(bench.address).send('GET / HT')
    const server = await upstream.peer(0)
    await eventually(() => bench.plane.totals().heldBytes === 8, 'the half head')
    caller.send('TP/1.1')
    await eventually(() => bench.plane.totals().heldBytes === 14, 'more of it')
    server.send('HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n')
    await server.gets('GET / HTTP/1.1')
    expect(server.text).toBe('GET / HTTP/1.1')
    await caller.gets('408')
    expect(bench.plane.totals().heldBytes).toBe(0)
  })
})
