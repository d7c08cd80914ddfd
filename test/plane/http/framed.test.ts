import { describe, expect, test } from 'vitest'
import { disagreement } from './disagreement.ts'
import { type Asked, type Direction, everyCut, latin1, trace, type Trace } from './trace.ts'

interface Shape {
  readonly name: string
  readonly bytes: string
  readonly asked?: Asked
  /** One per message: start line, body kind and length, keep-alive or close, content. */
  readonly framed: readonly string[]
  readonly then?: Trace['then']
}

const CHUNKED = 'Transfer-Encoding: chunked\r\n'
const long = 'x'.repeat(60_000)

const requests: readonly Shape[] = [
  { name: 'GET without fields', bytes: 'GET / HTTP/1.1\r\n\r\n', framed: ['GET / 1 none keep'] },
  { name: 'HTTP/1.0 closes', bytes: 'GET / HTTP/1.0\r\nHost: a\r\n\r\n', framed: ['GET / 0 none close'] },
  {
    name: 'HTTP/1.0 with keep-alive',
    bytes: 'GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\nGET /b HTTP/1.0\r\n\r\n',
    framed: ['GET / 0 none keep', 'GET /b 0 none close'],
  },
  { name: 'Connection: close', bytes: 'GET / HTTP/1.1\r\nconnection: close\r\n\r\n', framed: ['GET / 1 none close'] },
  {
    name: 'a list of connection options',
    bytes: 'GET / HTTP/1.1\r\nConnection: x-hop, CLOSE\r\n\r\n',
    framed: ['GET / 1 none close'],
  },
  {
    name: 'one Connection field after another',
    bytes: 'GET / HTTP/1.1\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n',
    framed: ['GET / 1 none close'],
  },
  {
    name: 'Content-Length',
    bytes: 'POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello',
    framed: ['POST / 1 length 5 keep|hello'],
  },
  {
    name: 'Content-Length in any case, without a space',
    bytes: 'POST / HTTP/1.1\r\ncONTENT-lENGTH:5\r\n\r\nhello',
    framed: ['POST / 1 length 5 keep|hello'],
  },
  {
    name: 'Content-Length: 0',
    bytes: 'POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\nGET / HTTP/1.1\r\n\r\n',
    framed: ['POST / 1 length 0 keep', 'GET / 1 none keep'],
  },
  {
    name: 'leading zeros in Content-Length',
    bytes: 'POST / HTTP/1.1\r\nContent-Length: 003\r\n\r\nabc',
    framed: ['POST / 1 length 3 keep|abc'],
  },
  {
    name: 'content that looks like a request',
    bytes: 'PUT / HTTP/1.1\r\nContent-Length: 18\r\n\r\nGET / HTTP/1.1\r\n\r\n',
    framed: ['PUT / 1 length 18 keep|GET / HTTP/1.1\r\n\r\n'],
  },
  {
    name: 'content of a GET',
    bytes: 'GET / HTTP/1.1\r\nContent-Length: 2\r\n\r\nok',
    framed: ['GET / 1 length 2 keep|ok'],
  },
  {
    name: 'chunks',
    bytes: `POST / HTTP/1.1\r\n${CHUNKED}\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n`,
    framed: ['POST / 1 chunked keep|hello!'],
  },
  {
    name: 'no chunk but the last',
    bytes: `POST / HTTP/1.1\r\n${CHUNKED}\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n`,
    framed: ['POST / 1 chunked keep', 'GET / 1 none keep'],
  },
  {
    name: 'chunk sizes in capitals with leading zeros',
    bytes: `POST / HTTP/1.1\r\ntransfer-encoding: CHUNKED\r\n\r\n0000A\r\n0123456789\r\n000\r\n\r\n`,
    framed: ['POST / 1 chunked keep|0123456789'],
  },
  {
    name: 'chunk extensions',
    bytes: `POST / HTTP/1.1\r\n${CHUNKED}\r\n2;a;b=c;d="e f\\"\\r"\r\nok\r\n0;last\r\n\r\n`,
    framed: ['POST / 1 chunked keep|ok'],
  },
  {
    name: 'trailers',
    bytes: `POST / HTTP/1.1\r\n${CHUNKED}Trailer: Digest\r\n\r\n2\r\nok\r\n0\r\nDigest: x\r\nX-Empty:\r\n\r\nGET / HTTP/1.1\r\n\r\n`,
    framed: ['POST / 1 chunked keep|ok', 'GET / 1 none keep'],
  },
  {
    name: 'chunk data that looks like the last chunk',
    bytes: `POST / HTTP/1.1\r\n${CHUNKED}\r\n5\r\n0\r\n\r\n\r\n0\r\n\r\n`,
    framed: ['POST / 1 chunked keep|0\r\n\r\n'],
  },
  {
    name: 'pipelining',
    bytes: 'GET /1 HTTP/1.1\r\n\r\nPOST /2 HTTP/1.1\r\nContent-Length: 1\r\n\r\naHEAD /3 HTTP/1.1\r\n\r\n',
    framed: ['GET /1 1 none keep', 'POST /2 1 length 1 keep|a', 'HEAD /3 1 none keep'],
  },
  {
    name: 'empty lines before requests',
    bytes: '\r\n\r\nGET / HTTP/1.1\r\n\r\n\r\nGET /b HTTP/1.1\r\n\r\n\r\n',
    framed: ['GET / 1 none keep', 'GET /b 1 none keep'],
  },
  {
    name: 'an empty line after the last request',
    bytes: 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n\r\n',
    framed: ['GET / 1 none close'],
  },
  { name: 'origin-form with a query', bytes: 'GET /a?b=c&d HTTP/1.1\r\n\r\n', framed: ['GET /a?b=c&d 1 none keep'] },
  {
    name: 'origin-form with marks that no URI has',
    bytes: 'GET /{a}|"<b>^`[c] HTTP/1.1\r\n\r\n',
    framed: ['GET /{a}|"<b>^`[c] 1 none keep'],
  },
  {
    name: 'absolute-form',
    bytes: 'GET http://user@h.example:80/a?b HTTP/1.1\r\n\r\n',
    framed: ['GET http://user@h.example:80/a?b 1 none keep'],
  },
  {
    name: 'absolute-form without a path',
    bytes: 'GET HTTPS://[::1]?q HTTP/1.1\r\n\r\n',
    framed: ['GET HTTPS://[::1]?q 1 none keep'],
  },
  { name: 'asterisk-form', bytes: 'OPTIONS * HTTP/1.1\r\n\r\n', framed: ['OPTIONS * 1 none keep'] },
  {
    name: 'authority-form, and what follows is not looked at',
    bytes: 'CONNECT db.example:5432 HTTP/1.1\r\nHost: db.example:5432\r\n\r\n\x00\x00\x00\x08',
    framed: ['CONNECT db.example:5432 1 none keep'],
    then: 'waiting',
  },
  {
    name: 'CONNECT to an IPv6 address with Content-Length: 0',
    bytes: 'CONNECT [::1]:443 HTTP/1.1\r\nContent-Length: 0\r\n\r\n',
    framed: ['CONNECT [::1]:443 1 length 0 keep'],
    then: 'waiting',
  },
  {
    name: 'WebSocket',
    bytes: 'GET /ws HTTP/1.1\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n\r\n\x81\x05',
    framed: ['GET /ws 1 none keep upgrade'],
    then: 'waiting',
  },
  {
    name: 'an upgrade with content',
    bytes: 'POST / HTTP/1.1\r\nUpgrade: h2c\r\nConnection: upgrade\r\nContent-Length: 2\r\n\r\nokPRI',
    framed: ['POST / 1 length 2 keep upgrade|ok'],
    then: 'waiting',
  },
  {
    name: 'Upgrade without its connection option is no upgrade',
    bytes: 'GET / HTTP/1.1\r\nUpgrade: h2c\r\n\r\nGET / HTTP/1.1\r\n\r\n',
    framed: ['GET / 1 none keep', 'GET / 1 none keep'],
  },
  {
    name: 'Expect: 100-continue',
    bytes: 'PUT / HTTP/1.1\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\nok',
    framed: ['PUT / 1 length 2 keep expect|ok'],
  },
  { name: 'obs-text in a value', bytes: 'GET / HTTP/1.1\r\nX: caf\xe9\xff\x80\r\n\r\n', framed: ['GET / 1 none keep'] },
  {
    name: 'every token mark in a name',
    bytes: "GET / HTTP/1.1\r\n!#$%&'*+-.^_`|~9aZ: x\r\n\r\n",
    framed: ['GET / 1 none keep'],
  },
  { name: 'an empty value', bytes: 'GET / HTTP/1.1\r\nX:\r\nY: \t \r\n\r\n', framed: ['GET / 1 none keep'] },
  { name: 'a tab in a value', bytes: 'GET / HTTP/1.1\r\nX: a\tb\r\n\r\n', framed: ['GET / 1 none keep'] },
  {
    name: 'Host twice, which is no matter of framing',
    bytes: 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
    framed: ['GET / 1 none keep'],
  },
  { name: 'a huge field', bytes: `GET / HTTP/1.1\r\nCookie: ${long}\r\n\r\n`, framed: ['GET / 1 none keep'] },
  { name: 'a huge target', bytes: `GET /${long} HTTP/1.1\r\n\r\n`, framed: [`GET /${long} 1 none keep`] },
  {
    name: 'a thousand fields',
    bytes: `GET / HTTP/1.1\r\n${'a: b\r\n'.repeat(1000)}\r\n`,
    framed: ['GET / 1 none keep'],
  },
  { name: 'a method of WebDAV', bytes: 'M-SEARCH * HTTP/1.1\r\n\r\n', framed: ['M-SEARCH * 1 none keep'] },
  { name: 'a head that never ends', bytes: 'GET / HTTP/1.1\r\nHost: a\r\n', framed: [], then: 'unfinished' },
  {
    name: 'content that never ends',
    bytes: 'POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhello',
    framed: ['POST / 1 length 9 keep|hello'],
    then: 'unfinished',
  },
  { name: 'nothing at all', bytes: '', framed: [] },
]

const responses: readonly Shape[] = [
  {
    name: 'Content-Length',
    bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    framed: ['200 OK 1 length 2 keep|ok'],
  },
  {
    name: 'an empty reason phrase',
    bytes: 'HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n',
    framed: ['200  1 length 0 keep'],
  },
  {
    name: 'no space behind the status',
    bytes: 'HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n',
    framed: ['404  1 length 0 keep'],
  },
  {
    name: 'obs-text in the reason phrase',
    bytes: 'HTTP/1.1 404 pas trouv\xe9\r\nContent-Length: 0\r\n\r\n',
    framed: ['404 pas trouv\xe9 1 length 0 keep'],
  },
  {
    name: 'a status above 599',
    bytes: 'HTTP/1.1 999 No\r\nContent-Length: 0\r\n\r\n',
    framed: ['999 No 1 length 0 keep'],
  },
  {
    name: 'close-delimited',
    bytes: 'HTTP/1.1 200 OK\r\n\r\nup to the end',
    framed: ['200 OK 1 until_close close|up to the end'],
  },
  { name: 'close-delimited and empty', bytes: 'HTTP/1.1 200 OK\r\n\r\n', framed: ['200 OK 1 until_close close'] },
  { name: 'HTTP/1.0', bytes: 'HTTP/1.0 200 OK\r\n\r\nbody', framed: ['200 OK 0 until_close close|body'] },
  {
    name: 'HTTP/1.0 with keep-alive',
    bytes:
      'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\naHTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nb',
    framed: ['200 OK 0 length 1 keep|a', '200 OK 0 length 1 close|b'],
  },
  {
    name: 'chunks with extensions and trailers',
    bytes: `HTTP/1.1 200 OK\r\n${CHUNKED}\r\n3;x="y;z"\r\nabc\r\n0\r\nServer-Timing: a\r\n\r\n`,
    framed: ['200 OK 1 chunked keep|abc'],
  },
  {
    name: 'HEAD with Content-Length',
    asked: ['HEAD'],
    bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nHTTP/1.1 204 No\r\n\r\n',
    framed: ['200 OK 1 none keep', '204 No 1 none keep'],
  },
  {
    name: 'HEAD with chunks announced',
    asked: ['HEAD'],
    bytes: `HTTP/1.1 200 OK\r\n${CHUNKED}\r\nHTTP/1.1 204 No\r\n\r\n`,
    framed: ['200 OK 1 none keep', '204 No 1 none keep'],
  },
  {
    name: 'HEAD with no length at all',
    asked: ['HEAD'],
    bytes: 'HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 204 No\r\n\r\n',
    framed: ['200 OK 1 none keep', '204 No 1 none keep'],
  },
  {
    name: '204',
    bytes: 'HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n',
    framed: ['204 No Content 1 none keep', '204 No Content 1 none keep'],
  },
  {
    name: '304 with the length of what it does not send',
    bytes: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\nHTTP/1.1 204 No\r\n\r\n',
    framed: ['304 Not Modified 1 none keep', '204 No 1 none keep'],
  },
  {
    name: '205 frames like any other',
    bytes: 'HTTP/1.1 205 Reset\r\nContent-Length: 0\r\n\r\n',
    framed: ['205 Reset 1 length 0 keep'],
  },
  {
    name: '100 and then the answer',
    bytes: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    framed: ['100 Continue 1 none keep', '200 OK 1 length 2 keep|ok'],
  },
  {
    name: 'several early hints',
    bytes:
      'HTTP/1.1 103 Early\r\nLink: a\r\n\r\nHTTP/1.1 102 Wait\r\n\r\nHTTP/1.1 103 Early\r\n\r\nHTTP/1.1 204 No\r\n\r\n',
    framed: ['103 Early 1 none keep', '102 Wait 1 none keep', '103 Early 1 none keep', '204 No 1 none keep'],
  },
  {
    name: 'an unknown 1xx',
    bytes: 'HTTP/1.1 199 Odd\r\n\r\nHTTP/1.1 204 No\r\n\r\n',
    framed: ['199 Odd 1 none keep', '204 No 1 none keep'],
  },
  {
    name: 'an interim answer to HEAD leaves the question open',
    asked: ['HEAD'],
    bytes: 'HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/1.1 204 No\r\n\r\n',
    framed: ['103 Early 1 none keep', '200 OK 1 none keep', '204 No 1 none keep'],
  },
  {
    name: '101 to an upgrade',
    asked: ['upgrade'],
    bytes: 'HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\x81\x05hello',
    framed: ['101 Switching 1 none keep tunnel'],
    then: 'tunnel',
  },
  {
    name: 'an upgrade that is declined',
    asked: ['upgrade'],
    bytes: 'HTTP/1.1 426 Required\r\nUpgrade: h2c\r\nConnection: upgrade\r\nContent-Length: 2\r\n\r\nno',
    framed: ['426 Required 1 length 2 keep|no'],
  },
  {
    name: '200 to CONNECT',
    asked: ['CONNECT'],
    bytes: 'HTTP/1.1 200 OK\r\n\r\n\x16\x03\x01',
    framed: ['200 OK 1 none keep tunnel'],
    then: 'tunnel',
  },
  {
    name: '2xx to CONNECT whose length means nothing',
    asked: ['CONNECT'],
    bytes: 'HTTP/1.1 299 OK\r\nContent-Length: 5\r\n\r\nhello',
    framed: ['299 OK 1 none keep tunnel'],
    then: 'tunnel',
  },
  {
    name: '407 to CONNECT',
    asked: ['CONNECT', 'CONNECT'],
    bytes: 'HTTP/1.1 407 Auth\r\nContent-Length: 2\r\n\r\nnoHTTP/1.1 200 OK\r\n\r\n',
    framed: ['407 Auth 1 length 2 keep|no', '200 OK 1 none keep tunnel'],
    then: 'tunnel',
  },
  {
    name: 'answers to a pipeline',
    asked: ['GET', 'HEAD', 'GET'],
    bytes:
      'HTTP/1.1 200 A\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 B\r\nContent-Length: 1\r\n\r\nHTTP/1.1 200 C\r\nContent-Length: 1\r\n\r\nc',
    framed: ['200 A 1 length 1 keep|a', '200 B 1 none keep', '200 C 1 length 1 keep|c'],
  },
  {
    name: 'Connection: close with a length',
    bytes: 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok',
    framed: ['200 OK 1 length 2 close|ok'],
  },
  {
    name: 'Upgrade announced on an ordinary answer',
    bytes:
      'HTTP/1.1 200 OK\r\nUpgrade: h2c\r\nConnection: Upgrade, Keep-Alive\r\nContent-Length: 0\r\n\r\nHTTP/1.1 204 No\r\n\r\n',
    framed: ['200 OK 1 length 0 keep', '204 No 1 none keep'],
  },
  {
    name: 'a huge head',
    bytes: `HTTP/1.1 200 OK\r\nSet-Cookie: ${long}\r\nContent-Length: 0\r\n\r\n`,
    framed: ['200 OK 1 length 0 keep'],
  },
  {
    name: 'events as chunks',
    bytes: `HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n${CHUNKED}\r\n8\r\ndata: a\n\r\n9\r\n\ndata: b\n\r\n`,
    framed: ['200 OK 1 chunked keep|data: a\n\ndata: b\n'],
    then: 'unfinished',
  },
  {
    name: 'a response cut inside a chunk',
    bytes: `HTTP/1.1 200 OK\r\n${CHUNKED}\r\n8\r\ndat`,
    framed: ['200 OK 1 chunked keep|dat'],
    then: 'unfinished',
  },
]

describe.each([
  { direction: 'request' as Direction, shapes: requests },
  { direction: 'response' as Direction, shapes: responses },
])('$direction', ({ direction, shapes }) => {
  test.each(shapes)('$name', ({ bytes: text, asked = [], framed, then = 'boundary' }) => {
    const bytes = latin1(text)
    const whole = trace(direction, [bytes], asked)
    expect(whole.messages.map((message) => described(message, text))).toEqual(framed)
    expect(whole.then).toBe(then)
    expect(disagreement(direction, bytes, asked, true)).toBeUndefined()

    for (const pieces of everyCut(bytes)) expect(trace(direction, pieces, asked)).toEqual(whole)
  })
})

function described({ head, content }: Trace['messages'][number], text: string): string {
  const line = 'method' in head ? `${head.method} ${head.target}` : `${head.status} ${head.reason}`
  const words = [line, head.minor, head.body, ...(head.body === 'length' ? [head.length] : [])]
  words.push(head.keepAlive ? 'keep' : 'close')
  if ('upgrade' in head && head.upgrade) words.push('upgrade')
  if ('expectContinue' in head && head.expectContinue) words.push('expect')
  if ('tunnel' in head && head.tunnel) words.push('tunnel')
  let body = ''
  for (let index = 0; index < content.length; index += 2) body += text.slice(content[index], content[index + 1])
  return words.join(' ') + (body === '' ? '' : `|${body}`)
}
