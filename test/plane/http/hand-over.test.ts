import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { faultSpec } from '../../support/use-plane.ts'
import { connected, eventually, useClient, useUpstream } from '../use-peers.ts'
import { plainMessages } from './plain-message.ts'
import { acting, looking, settled, useHttpProxy } from './use-acting.ts'
import { useRecorder } from './use-recorder.ts'

/** Answers each request with its path and body. */
const useEchoRecorder = () =>
  useRecorder(({ path, body }, res) => {
    const answer = `${path} ${body}`
    if (path.includes('slow')) setTimeout(() => res.end(answer), 1)
    else if (path.includes('chunks')) {
      res.write(answer.slice(0, 3))
      res.end(answer.slice(3))
    } else res.setHeader('Content-Length', answer.length).end(answer)
  })

/** What the recorder answers without anybody between, to the letter. */
async function answerTemplate(request: (path: string) => string): Promise<(path: string) => string> {
  const { address } = await useEchoRecorder()
  const direct = useClient(address).send(request('/0000'))
  await direct.gets('/0000 ')
  const { text } = direct
  direct.socket.destroy()
  return (path) => text.replace('/0000', path).replace('Content-Length: 6', `Content-Length: ${path.length + 1}`)
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
    const { address, seen } = await useEchoRecorder()
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
          expect(seen.map(({ path, body }) => ({ path, body }))).toEqual(
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
    const { address, seen } = await useEchoRecorder()
    const request = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: up\r\nX-Odd:  value\r\n\r\n`
    const asDirect = await answerTemplate(request)
    const bench = await useHttpProxy(address, [
      acting({ request: () => ({ do: 'answer', status: 503 }) }, { trigger: { every: 1000 } }),
    ])
    let next = 1
    const callers = Array.from({ length: 20 }, () => ({
      peer: useClient(bench.address),
      answers: new Map<string, string>(),
    }))
    await Promise.all(
      callers.map(async ({ peer, answers }) => {
        let length = 0
        const answer = (): string => peer.text.slice(length)
        while (next <= 4000) {
          const path = `/${next++}`
          peer.send(request(path))
          const whole = (): boolean =>
            plainMessages(answer())[0]?.body === `${path} ` || answer().includes('HTTP/1.1 503')
          await peer.until(() => peer.length > length && whole(), `the answer to ${path}`)
          answers.set(path, answer())
          length = peer.length
        }
      }),
    )
    const refused = callers.flatMap(({ answers }) => [...answers].filter(([, text]) => text.includes(' 503 ')))
    expect(refused).toHaveLength(4)
    // Every request came upstream once, but the chosen ones, which never did.
    expect(seen.map(({ path }) => path).toSorted()).toEqual(
      callers
        .flatMap(({ answers }) => [...answers.keys()].filter((path) => !refused.some(([one]) => one === path)))
        .toSorted(),
    )
    for (const { answers } of callers) {
      let handedOver = false
      for (const [path, text] of answers) {
        handedOver ||= text.includes(' 503 ')
        const { fields } = seen.find((one) => one.path === path) ?? { fields: undefined }
        if (!handedOver) expect([text, fields]).toEqual([asDirect(path), ['Host', 'up', 'X-Odd', 'value']])
        else if (fields !== undefined) {
          expect(plainMessages(text)).toEqual(plainMessages(asDirect(path)))
          expect(fields.slice(0, 4)).toEqual(['Host', 'up', 'X-Odd', 'value'])
          expect(fields.slice(4)).toEqual(['Connection', 'keep-alive'])
        }
      }
    }
    for (const { peer } of callers) peer.socket.destroy()
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
