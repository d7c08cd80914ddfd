/** Messages as they are on the wire: what a caller sends, and what the upstream answers to it. */
export interface Shape {
  readonly name: string
  readonly request: string
  readonly response: string
  /** The upstream closes behind its answer. */
  readonly closes?: boolean
  /** The upstream answers when it has so much of the request; default all. */
  readonly answersAt?: number
  /** Framing both lanes must leave alone: the exchange lane never sees it. */
  readonly wireOnly?: boolean
}

const get = (target: string, more = ''): string => `GET ${target} HTTP/1.1\r\nHost: up\r\n${more}\r\n`
const ok = (body: string, more = ''): string =>
  `HTTP/1.1 200 OK\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`
const chunked = (chunks: readonly string[], more = '', end = '\r\n'): string =>
  `HTTP/1.1 200 OK\r\n${more}Transfer-Encoding: chunked\r\n\r\n${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n${end}`
const post = (body: string, more = ''): string =>
  `POST /things HTTP/1.1\r\nHost: up\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`

const big = 'x'.repeat(200_000)
const fields = Array.from({ length: 200 }, (_, i) => `X-Field-${i}: ${'v'.repeat(50)}\r\n`).join('')
const legion = Array.from({ length: 4000 }, (_, i) => `X-${i}: v\r\n`).join('')
const repeats = 'X-A: 1\r\n'.repeat(4000)

export const SHAPES: readonly Shape[] = [
  { name: 'a plain GET', request: get('/'), response: ok('hello') },
  { name: 'an empty body', request: get('/'), response: ok('') },
  { name: 'a query', request: get('/a?b=c&d=%20e'), response: ok('x') },
  { name: 'a bad escape in the query', request: get('/a?x=%zz'), response: ok('x') },
  { name: 'a doubled slash in the path', request: get('/a//b///c'), response: ok('x') },
  { name: 'dot segments in the path', request: get('/a/../b/./c'), response: ok('x') },
  { name: 'an absolute-form target', request: get('http://up/a?b'), response: ok('x') },
  { name: 'an asterisk-form target', request: 'OPTIONS * HTTP/1.1\r\nHost: up\r\n\r\n', response: ok('') },
  { name: 'a long target', request: get(`/${'p'.repeat(4000)}`), response: ok('x') },
  { name: 'a POST with a length', request: post('hello'), response: ok('x') },
  { name: 'a POST of nothing', request: post(''), response: ok('x') },
  { name: 'a large POST', request: post(big), response: ok('x') },
  {
    name: 'a chunked POST',
    request: 'POST / HTTP/1.1\r\nHost: up\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n',
    response: ok('x'),
  },
  {
    name: 'a chunked POST with extensions',
    request: 'POST / HTTP/1.1\r\nHost: up\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0;last\r\n\r\n',
    response: ok('x'),
  },
  {
    name: 'a chunked POST with trailers',
    request:
      'POST / HTTP/1.1\r\nHost: up\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 12\r\n\r\n',
    response: ok('x'),
  },
  {
    name: 'a PUT',
    request: 'PUT /a HTTP/1.1\r\nHost: up\r\nContent-Length: 2\r\n\r\nhi',
    response: 'HTTP/1.1 201 Created\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n',
  },
  { name: 'a PATCH', request: 'PATCH /a HTTP/1.1\r\nHost: up\r\nContent-Length: 2\r\n\r\nhi', response: ok('x') },
  {
    name: 'a DELETE without a body',
    request: 'DELETE /a HTTP/1.1\r\nHost: up\r\n\r\n',
    response: 'HTTP/1.1 204 No Content\r\n\r\n',
  },
  {
    name: 'a DELETE with a length',
    request: 'DELETE /a HTTP/1.1\r\nHost: up\r\nContent-Length: 5\r\n\r\nhello',
    response: ok('x'),
  },
  {
    name: 'a chunked DELETE whose body is a request',
    request:
      'DELETE /a HTTP/1.1\r\nHost: up\r\nTransfer-Encoding: chunked\r\n\r\n24\r\nGET /smuggled HTTP/1.1\r\nHost: up\r\n\r\n\r\n0\r\n\r\n',
    response: ok('x'),
  },
  {
    name: 'an OPTIONS with a body',
    request: 'OPTIONS /a HTTP/1.1\r\nHost: up\r\nContent-Length: 2\r\n\r\nhi',
    response: ok('x'),
  },
  {
    name: 'a GET with a body',
    request: 'GET /a HTTP/1.1\r\nHost: up\r\nContent-Length: 2\r\n\r\nhi',
    response: ok('x'),
  },
  {
    name: 'a TRACE',
    request: 'TRACE / HTTP/1.1\r\nHost: up\r\nMax-Forwards: 3\r\n\r\n',
    response: ok('TRACE', 'Content-Type: message/http\r\n'),
  },
  {
    name: 'an unusual method',
    request: 'PROPFIND / HTTP/1.1\r\nHost: up\r\n\r\n',
    response: 'HTTP/1.1 207 Multi-Status\r\nContent-Length: 0\r\n\r\n',
  },
  {
    name: 'a HEAD with a length',
    request: 'HEAD / HTTP/1.1\r\nHost: up\r\n\r\n',
    response: 'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n',
  },
  {
    name: 'a HEAD that says chunked',
    request: 'HEAD / HTTP/1.1\r\nHost: up\r\n\r\n',
    response: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
  },
  {
    name: 'a 304 with a length',
    request: get('/', 'If-None-Match: "a"\r\n'),
    response: 'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 500\r\n\r\n',
  },
  { name: 'a 204 with fields', request: get('/'), response: 'HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n' },
  { name: 'a 404 with a body', request: get('/'), response: 'HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope' },
  { name: 'a 500', request: get('/'), response: 'HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n' },
  { name: 'a status nobody knows', request: get('/'), response: 'HTTP/1.1 299 Fine\r\nContent-Length: 1\r\n\r\nx' },
  { name: 'an empty reason', request: get('/'), response: 'HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\nx' },
  {
    name: 'a long reason',
    request: get('/'),
    response: `HTTP/1.1 200 ${'so be it '.repeat(40)}\r\nContent-Length: 1\r\n\r\nx`,
  },
  {
    name: 'a redirect',
    request: get('/'),
    response: 'HTTP/1.1 302 Found\r\nLocation: /b?c=d\r\nContent-Length: 0\r\n\r\n',
  },
  {
    name: 'a 401 with a challenge',
    request: get('/'),
    response: 'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="a"\r\nContent-Length: 0\r\n\r\n',
  },
  { name: 'a chunked response', request: get('/'), response: chunked(['hello', ' world']) },
  { name: 'a chunked response of one byte each', request: get('/'), response: chunked('stream'.split('')) },
  { name: 'an empty chunked response', request: get('/'), response: chunked([]) },
  {
    name: 'a chunked response with trailers',
    request: get('/', 'TE: trailers\r\n'),
    response: chunked(['hello'], 'Trailer: X-Sum\r\n', 'X-Sum: 7\r\n\r\n'),
  },
  {
    name: 'chunk extensions in a response',
    request: get('/'),
    response: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;q="a;b"\r\nhello\r\n0\r\n\r\n',
  },
  {
    name: 'chunk sizes in capitals with leading zeros',
    request: get('/'),
    response: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n000A\r\n0123456789\r\n0\r\n\r\n',
  },
  { name: 'a large response', request: get('/'), response: ok(big) },
  { name: 'a large chunked response', request: get('/'), response: chunked([big, big]) },
  {
    name: 'a response that ends with the connection',
    request: get('/'),
    response: 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end',
    closes: true,
  },
  {
    name: 'a response that says close',
    request: get('/'),
    response: 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi',
    closes: true,
  },
  {
    name: 'a request that says close',
    request: get('/', 'Connection: close\r\n'),
    response: 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi',
    closes: true,
  },
  {
    name: 'HTTP/1.0',
    request: 'GET / HTTP/1.0\r\n\r\n',
    response: 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi',
    closes: true,
  },
  {
    name: 'HTTP/1.0 that ends with the connection',
    request: 'GET / HTTP/1.0\r\nHost: up\r\n\r\n',
    response: 'HTTP/1.0 200 OK\r\n\r\nold',
    closes: true,
  },
  {
    name: 'HTTP/1.0 kept alive',
    request: 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
    response: 'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi',
  },
  {
    name: 'two Hosts',
    request: 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
    response: 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n',
  },
  {
    name: 'a response head of 40 KB',
    request: get('/'),
    response: ok('x', `X-Big: ${'b'.repeat(40_000)}\r\n`),
  },
  {
    name: 'a chunked POST with trailers that were not announced',
    request: 'POST / HTTP/1.1\r\nHost: up\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 12\r\n\r\n',
    response: ok('x'),
  },
  { name: 'no Host', request: 'GET / HTTP/1.1\r\nAccept: */*\r\n\r\n', response: ok('x') },
  {
    name: 'repeated fields',
    request: get('/', 'X-A: 1\r\nX-A: 2\r\nX-A: 3\r\n'),
    response: ok('x', 'Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-B: 1\r\nX-B: 2\r\n'),
  },
  {
    name: 'odd spellings',
    request: get('/', 'x-LOWER-Upper: 1\r\nETAG: "x"\r\n'),
    response: ok('x', 'x-WeIrD: y\r\nserver: Z\r\n'),
  },
  { name: 'obs-text in values', request: get('/', 'X-Latin: caf\xe9\r\n'), response: ok('x', 'X-Latin: \xfcber\r\n') },
  { name: 'empty values', request: get('/', 'X-Empty:\r\n'), response: ok('x', 'X-Empty:\r\n') },
  {
    name: 'white space round values',
    request: get('/', 'X-Space: \t a b \t\r\n'),
    response: ok('x', 'X-Space:  y\r\n'),
  },
  { name: 'many fields', request: get('/', fields), response: ok('x', fields) },
  {
    name: 'more fields than Node reads by default',
    request: get('/', legion),
    response: ok('x', legion),
  },
  {
    name: 'thousands of repeats',
    request: get('/', repeats),
    response: ok('x', repeats),
  },
  {
    name: 'a huge field',
    request: get('/', `Cookie: ${'c'.repeat(12_000)}\r\n`),
    response: ok('x', `X-Big: ${'b'.repeat(12_000)}\r\n`),
  },
  { name: 'all token characters in a name', request: get('/', "X!#$%&'*+.^_`|~9: 1\r\n"), response: ok('x') },
  {
    name: 'hop-by-hop fields',
    request: get('/', 'Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n'),
    response: ok('x', 'Connection: keep-alive\r\nKeep-Alive: timeout=9\r\n'),
  },
  { name: 'an empty line before the request', request: `\r\n${get('/')}`, response: ok('x') },
  {
    name: '100 Continue',
    request: 'POST / HTTP/1.1\r\nHost: up\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi',
    response: `HTTP/1.1 100 Continue\r\n\r\n${ok('x')}`,
  },
  {
    name: '103 Early Hints',
    request: get('/'),
    response: `HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n${ok('x')}`,
  },
  {
    name: '102 twice',
    request: get('/'),
    response: `HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n${ok('x')}`,
  },
  {
    name: 'an answer before the request is complete',
    request: post(big),
    response: 'HTTP/1.1 413 Payload Too Large\r\nContent-Length: 2\r\n\r\nno',
    answersAt: 1000,
  },
  {
    name: 'gzip',
    request: get('/', 'Accept-Encoding: gzip\r\n'),
    response: ok('\x1f\x8b\x08\x00 not really', 'Content-Encoding: gzip\r\n'),
  },
  {
    name: 'ranges',
    request: get('/', 'Range: bytes=0-3\r\n'),
    response: 'HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-3/10\r\nContent-Length: 4\r\n\r\nabcd',
  },
  {
    name: 'server-sent events',
    request: get('/', 'Accept: text/event-stream\r\n'),
    response: chunked(['data: a\n\n', 'data: b\n\n'], 'Content-Type: text/event-stream\r\n'),
  },
  {
    name: 'a body that looks like a response',
    request: get('/'),
    response: ok('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
  },
  {
    name: 'an upgrade',
    request: get('/', 'Connection: Upgrade\r\nUpgrade: echo\r\n'),
    response: 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nraw \x00\xff bytes',
  },
  {
    name: 'an upgrade that is declined',
    request: get('/', 'Connection: Upgrade\r\nUpgrade: h2c\r\n'),
    response: ok('no'),
  },
  {
    name: 'CONNECT',
    request: 'CONNECT up:443 HTTP/1.1\r\nHost: up:443\r\n\r\n',
    response: 'HTTP/1.1 200 Connection Established\r\n\r\n\x16\x03\x01 tunnel',
  },
  { name: 'two pipelined requests', request: get('/1') + get('/2'), response: ok('one') + ok('two'), wireOnly: true },
  {
    name: 'a length said twice',
    request: 'POST / HTTP/1.1\r\nHost: up\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi',
    response: ok('x'),
    wireOnly: true,
  },
  {
    name: 'a folded field',
    request: 'GET / HTTP/1.1\r\nHost: up\r\nX-A: 1\r\n 2\r\n\r\n',
    response: ok('x'),
    wireOnly: true,
  },
  { name: 'no HTTP at all', request: 'EHLO there\r\n', response: '250 fine\r\n', wireOnly: true },
]
