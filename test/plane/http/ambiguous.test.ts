import { describe, expect, test } from 'vitest'
import { eventually, useClient, useUpstream } from '../use-peers.ts'
import { looking, settled, useHttpProxy } from './use-acting.ts'

const post = (fields: string, rest = '5\r\nhello\r\n0\r\n\r\n'): string =>
  `POST / HTTP/1.1\r\nHost: up\r\n${fields}\r\n${rest}`
const chunked = (body: string): string => post('Transfer-Encoding: chunked\r\n', body)

/** Requests that two readers may end in different places, or begin the next one in. Each fails in its own head. */
const HEADS: Readonly<Record<string, string>> = {
  'a length and chunked': post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'),
  'chunked and a length': post('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n'),
  'chunked and a length of zero': post('Transfer-Encoding: chunked\r\nContent-Length: 0\r\n'),
  'two lengths that differ': post('Content-Length: 5\r\nContent-Length: 6\r\n', 'hello!'),
  'a list of lengths': post('Content-Length: 5, 6\r\n', 'hello!'),
  'a length with a sign': post('Content-Length: +5\r\n', 'hello'),
  'a negative length': post('Content-Length: -5\r\n', 'hello'),
  'a length in hexadecimal': post('Content-Length: 0x5\r\n', 'hello'),
  'a length with a blank in it': post('Content-Length: 1 0\r\n', 'hello'),
  'an empty length': post('Content-Length:\r\n', 'hello'),
  'a length that overflows': post('Content-Length: 18446744073709551621\r\n', 'hello'),
  'a length that is no number': post('Content-Length: five\r\n', 'hello'),
  'chunked that is not the last coding': post('Transfer-Encoding: chunked, gzip\r\n'),
  'an unknown coding': post('Transfer-Encoding: xchunked\r\n'),
  identity: post('Transfer-Encoding: identity\r\n'),
  'chunked twice': post('Transfer-Encoding: chunked, chunked\r\n'),
  'chunked in two fields': post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n'),
  'chunked in quotes': post('Transfer-Encoding: "chunked"\r\n'),
  'chunked behind a vertical tab': post('Transfer-Encoding: \x0bchunked\r\n'),
  'chunked with a parameter': post('Transfer-Encoding: chunked;a=b\r\n'),
  'an empty coding': post('Transfer-Encoding:\r\n'),
  'chunked in HTTP/1.0': 'POST / HTTP/1.0\r\nHost: up\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'a blank before the colon of a length': post('Content-Length : 5\r\n', 'hello'),
  'a blank before the colon of a coding': post('Transfer-Encoding : chunked\r\n'),
  'a tab before the colon': post('Transfer-Encoding\t: chunked\r\n'),
  'a folded coding': post('Transfer-Encoding:\r\n chunked\r\n'),
  'a folded field': post('X-A: 1\r\n 2\r\nContent-Length: 5\r\n', 'hello'),
  'a first field that is folded': 'GET / HTTP/1.1\r\n Host: up\r\n\r\n',
  'a field without a colon': post('Content-Length\r\n', 'hello'),
  'a field without a name': post(': 5\r\n', 'hello'),
  'a NUL in a value': post('X-A: a\0b\r\nContent-Length: 5\r\n', 'hello'),
  'a NUL in a name': post('X\0A: b\r\nContent-Length: 5\r\n', 'hello'),
  'a bare CR in a value': post('X-A: a\rContent-Length: 5\r\n', 'hello'),
  'a bare LF behind a field': 'POST / HTTP/1.1\r\nHost: up\nContent-Length: 5\r\n\r\nhello',
  'a bare LF behind the request line': 'GET / HTTP/1.1\nHost: up\r\n\r\n',
  'bare LFs alone': 'GET / HTTP/1.1\nHost: up\n\n',
  'a bare CR instead of the empty line': 'GET / HTTP/1.1\r\nHost: up\r\n\rGET /smuggled HTTP/1.1\r\n\r\n',
  'two blanks in the request line': 'GET  / HTTP/1.1\r\nHost: up\r\n\r\n',
  'a blank in the target': 'GET /a b HTTP/1.1\r\nHost: up\r\n\r\n',
  'a tab in the request line': 'GET\t/ HTTP/1.1\r\nHost: up\r\n\r\n',
  'no version': 'GET /\r\n\r\n',
  'a version nobody knows': 'GET / HTTP/1.2\r\nHost: up\r\n\r\n',
  'HTTP in lower case': 'GET / http/1.1\r\nHost: up\r\n\r\n',
  'a preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'a TLS handshake': '\x16\x03\x01\x02\x00\x01',
  'a method in lower case': 'get / HTTP/1.1\r\nHost: up\r\n\r\n',
  'a CONNECT with a body': 'CONNECT up:1 HTTP/1.1\r\nHost: up\r\nContent-Length: 5\r\n\r\nhello',
}

/** These fail in the body of a request that is under way already. */
const BODIES: Readonly<Record<string, string>> = {
  'a chunk size that overflows': chunked('FFFFFFFFFFFFFFFF5\r\nhello\r\n0\r\n\r\n'),
  'a chunk size of 2^64': chunked('10000000000000005\r\nhello\r\n0\r\n\r\n'),
  'a negative chunk size': chunked('-5\r\nhello\r\n0\r\n\r\n'),
  'a chunk size with 0x': chunked('0x5\r\nhello\r\n0\r\n\r\n'),
  'a blank behind a chunk size': chunked('5 \r\nhello\r\n0\r\n\r\n'),
  'a chunk size and a bare LF': chunked('5\nhello\r\n0\r\n\r\n'),
  'no chunk size': chunked('\r\nhello\r\n0\r\n\r\n'),
  'chunk data without an end': chunked('5\r\nhelloX\r\n0\r\n\r\n'),
  'chunk data and a bare LF': chunked('5\r\nhello\n0\r\n\r\n'),
  'a bare LF in a chunk extension': chunked('5;a\nb\r\nhello\r\n0\r\n\r\n'),
  'a length in the trailers': chunked('0\r\nContent-Length: 50\r\n\r\n'),
  'a coding in the trailers': chunked('0\r\nTransfer-Encoding: chunked\r\n\r\n'),
  'a folded trailer': chunked('0\r\nX: a\r\n b\r\n\r\n'),
}

const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: up\r\n\r\n'
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

describe('what can be read in two ways', () => {
  test('there are enough of them', () => {
    expect(Object.keys({ ...HEADS, ...BODIES }).length).toBeGreaterThanOrEqual(40)
  })

  describe.each(Object.entries({ ...HEADS, ...BODIES }))('%s', (_name, request) => {
    test('is relayed byte for byte in the wire lane, with all that follows', async () => {
      const upstream = await useUpstream()
      const bench = await useHttpProxy(upstream.address, [looking({ match: { path: '/never' } })])
      const caller = useClient(bench.address)
      const all = Buffer.from(request + SMUGGLED, 'latin1')
      caller.send(all)
      const server = await upstream.peer(0)
      await server.getsBytes(all.length)
      expect(server.bytes.equals(all)).toBe(true)
      server.send('any \0 answer')
      await caller.gets('any \0 answer')
      expect(bench.facts.filter(({ type }) => type === 'connection_opaque')).toHaveLength(1)
      caller.socket.destroy()
      server.end()
      await settled(bench)
    })
  })

  describe.each(Object.entries(HEADS))('%s', (_name, request) => {
    test.each(['behind an answer', 'behind a request that is under way'])(
      'is refused in the exchange lane, %s',
      async (when) => {
        const upstream = await useUpstream()
        const bench = await useHttpProxy(upstream.address, [looking()])
        const caller = useClient(bench.address)
        const bad = Buffer.from(request + SMUGGLED, 'latin1')
        caller.send('POST /first HTTP/1.1\r\nHost: up\r\nContent-Length: 3\r\n\r\nabc')
        if (when !== 'behind an answer') caller.send(bad)
        const server = await upstream.peer(0)
        await server.gets('abc')
        server.send(OK)
        await caller.gets('ok')
        if (when === 'behind an answer') caller.send(bad)
        await caller.gets('400')
        expect(await caller.ending()).toBe('fin')
        expect(caller.text.replace('Connection: keep-alive\r\n', '')).toMatch(
          /^HTTP\/1.1 200 OK\r\n.*\r\n\r\nokHTTP\/1.1 400 Bad Request\r\n/,
        )
        caller.end()
        await settled(bench)
        expect(upstream.peers).toHaveLength(1)
        expect(server.text.match(/ HTTP\/1/g)).toHaveLength(1)
        expect(server.text).not.toContain('smuggled')
      },
    )
  })

  test.each(Object.entries(BODIES))(
    '%s is refused in the exchange lane, and nothing behind it goes on',
    async (_name, request) => {
      const upstream = await useUpstream()
      const bench = await useHttpProxy(upstream.address, [looking()])
      const caller = useClient(bench.address)
      caller.send('GET /first HTTP/1.1\r\nHost: up\r\n\r\n')
      const server = await upstream.peer(0)
      await server.gets('/first')
      server.send(OK)
      await caller.gets('ok')
      caller.send(Buffer.from(request + SMUGGLED, 'latin1'))
      await caller.gets('400')
      expect(await caller.ending()).toBe('fin')
      caller.end()
      await settled(bench)
      for (const peer of upstream.peers) expect(peer.text).not.toContain('smuggled')
    },
  )

  test('an answer in several ways never reaches a caller in the exchange lane as one', async () => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, [looking()])
    const caller = useClient(bench.address).send('GET / HTTP/1.1\r\nHost: up\r\n\r\n')
    const server = await upstream.peer(0)
    await server.gets('Host')
    server.send(
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
    )
    await caller.ending()
    expect(caller.text).toBe('')
    caller.end()
    await settled(bench)
    await eventually(() => server.closed || server.fate !== 'open', 'the end of the upstream')
  })
})
