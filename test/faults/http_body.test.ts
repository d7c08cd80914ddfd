import { brotliCompressSync, brotliDecompressSync, deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { HeaderList } from '../../src/contract/exchange.ts'
import { textOf, useExchangeFault } from './use-exchange-fault.ts'

const JSON_TYPE: HeaderList = [['content-type', 'application/json']]
const DOCUMENT = { name: 'a', items: [{ price: 5 }, { price: 7.5 }], ok: true, note: null, count: '12' }

/** The document as it comes out. */
function changed(attributes: Record<string, unknown>, document: unknown = DOCUMENT): unknown {
  const answer = useExchangeFault('http_body', attributes).response({
    headers: JSON_TYPE,
    body: JSON.stringify(document),
  })
  return answer.do === 'change' ? JSON.parse(textOf(answer)) : answer
}

test('replace puts another body there, and its type where one is given', () => {
  const bench = useExchangeFault('http_body', { replace: '<html>', content_type: 'text/html' })
  const answer = bench.response({ headers: JSON_TYPE, body: '{}' })
  expect(answer).toMatchObject({ do: 'change', headers: { set: [['content-type', 'text/html']] } })
  expect(textOf(answer)).toBe('<html>')
})

test('a merge patch changes, adds and removes fields, and leaves the others', () => {
  expect(changed({ merge_patch: { name: 'b', note: null, deep: { x: 1, y: null } } })).toEqual({
    name: 'b',
    items: DOCUMENT.items,
    ok: true,
    count: '12',
    deep: { x: 1 },
  })
})

test('fields become null, another type, or go, by pointer and by path', () => {
  expect(
    changed({
      mutate: [
        { path: '/name', to: 'null' },
        { path: '/items/0', to: 'drop' },
      ],
    }),
  ).toMatchObject({
    name: null,
    items: [{ price: 7.5 }],
  })
  expect(changed({ mutate: [{ path: 'items[*].price', to: 'flip' }] })).toMatchObject({
    items: [{ price: '5' }, { price: '7.5' }],
  })
  expect(changed({ mutate: [{ path: '$.items[1].price', to: 'drop' }] })).toMatchObject({ items: [{ price: 5 }, {}] })
  expect(changed({ mutate: ['ok', 'note', 'count', 'items'].map((path) => ({ path, to: 'flip' })) })).toMatchObject({
    ok: 'true',
    note: false,
    count: 12,
    items: { '0': { price: 5 }, '1': { price: 7.5 } },
  })
  expect(changed({ mutate: [{ path: '/items/*', to: 'drop' }] })).toMatchObject({ items: [] })
})

test('without a path one field is drawn, the same for the same exchange, and not always the same', () => {
  const bench = useExchangeFault('http_body', { mutate: [{ to: 'drop' }] })
  const bodies = Array.from({ length: 40 }, () => {
    bench.request()
    const [one, again] = [1, 2].map(() =>
      textOf(bench.response({ headers: JSON_TYPE, body: JSON.stringify(DOCUMENT) })),
    )
    expect(one).toBe(again)
    return one
  })
  expect(new Set(bodies).size).toBeGreaterThan(4)
})

test('compressed bodies are changed within, and compressed again', () => {
  const plain = Buffer.from(JSON.stringify(DOCUMENT))
  for (const [coding, encode, decode] of [
    ['gzip', gzipSync, gunzipSync],
    ['X-GZIP', gzipSync, gunzipSync],
    ['deflate', deflateSync, inflateSync],
    ['br', brotliCompressSync, brotliDecompressSync],
    [
      'gzip, br',
      (bytes: Buffer) => brotliCompressSync(gzipSync(bytes)),
      (bytes: Uint8Array) => gunzipSync(brotliDecompressSync(bytes)),
    ],
    ['identity', (bytes: Buffer) => bytes, (bytes: Uint8Array) => Buffer.from(bytes)],
  ] as const) {
    const bench = useExchangeFault('http_body', { merge_patch: { name: 'b' } })
    const headers: HeaderList = [...JSON_TYPE, ['Content-Encoding', coding]]
    const answer = bench.response({ headers, body: encode(plain) })
    if (answer.do !== 'change' || answer.body === undefined) throw new Error(`${coding}: ${JSON.stringify(answer)}`)
    expect(JSON.parse(decode(answer.body).toString())).toEqual({ ...DOCUMENT, name: 'b' })
    const other = useExchangeFault('http_body', { replace: 'text' }).response({ headers, body: encode(plain) })
    expect(other.do === 'change' && other.body !== undefined && decode(other.body).toString()).toBe('text')
  }
})

test('a replaced body in a coding that is not known is sent without one', () => {
  const bench = useExchangeFault('http_body', { replace: 'text' })
  expect(bench.response({ headers: [['content-encoding', 'zstd']] })).toMatchObject({
    headers: { remove: ['content-encoding'] },
  })
})

test('what cannot be patched is left as it is, and the reason told', () => {
  const why = (headers: HeaderList, body: Uint8Array | string, status = 200): unknown =>
    useExchangeFault('http_body', { mutate: [{ path: '/x', to: 'null' }] }).response({ headers, body, status })
  const unable = (reason: string): unknown => ({ do: 'unable', why: expect.stringContaining(reason) as string })
  expect(why([['content-type', 'image/png']], '{"x":1}')).toEqual(unable('its content type is image/png, not JSON'))
  expect(why(JSON_TYPE, '{"x":')).toEqual(unable('it is not JSON'))
  expect(why(JSON_TYPE, Buffer.from([0x22, 0xff, 0x22]))).toEqual(unable('it is not JSON'))
  expect(why(JSON_TYPE, '{"y":1}')).toEqual(unable('none of the fields is in it'))
  expect(why([...JSON_TYPE, ['content-encoding', 'zstd']], 'x')).toEqual(unable('its coding zstd cannot be decoded'))
  expect(why([...JSON_TYPE, ['content-encoding', 'gzip']], 'no gzip')).toEqual(unable('cannot be decoded'))
  expect(why(JSON_TYPE, '', 304)).toEqual(unable('the answer can have no body'))
  expect(why([], '{"x":1}')).toMatchObject({ do: 'change' })
  expect(why([['content-type', 'application/problem+json; charset=utf-8']], '{"x":1}')).toMatchObject({ do: 'change' })
})

test('a body that unfolds to gigabytes is not unfolded', () => {
  const bomb = gzipSync(Buffer.alloc(17 * 1024 ** 2))
  const bench = useExchangeFault('http_body', { corrupt: 0.1 })
  expect(bench.response({ headers: [['content-encoding', 'gzip']], body: bomb })).toMatchObject({ do: 'unable' })
})

test('JSON nested without end brings nothing down', () => {
  const deep = '['.repeat(30_000) + ']'.repeat(30_000)
  for (const attributes of [
    { mutate: [{ to: 'null' }] },
    { mutate: [{ path: '/0/0', to: 'flip' }] },
    { merge_patch: { a: 1 } },
  ]) {
    const bench = useExchangeFault('http_body', attributes)
    expect(['unable', 'change']).toContain(bench.response({ headers: JSON_TYPE, body: deep }).do)
  }
})

test('a field called __proto__ is a field like any other', () => {
  const body = '{"__proto__":{"x":1},"a":1}'
  const patch = JSON.parse('{"__proto__":{"y":2}}') as object
  const answer = useExchangeFault('http_body', { merge_patch: patch }).response({ headers: JSON_TYPE, body })
  expect(textOf(answer)).toBe('{"__proto__":{"x":1,"y":2},"a":1}')
  const nulled = useExchangeFault('http_body', { mutate: [{ path: '/__proto__', to: 'null' }] })
  expect(textOf(nulled.response({ headers: JSON_TYPE, body }))).toBe('{"__proto__":null,"a":1}')
  const absent = useExchangeFault('http_body', { mutate: [{ path: '/constructor', to: 'null' }] })
  expect(absent.response({ headers: JSON_TYPE, body })).toMatchObject({ do: 'unable' })
})

test('corruption flips single bits in its share of the bytes, one at the least', () => {
  const flips = (corrupt: number, size: number): number => {
    const answer = useExchangeFault('http_body', { corrupt }).response({ body: Buffer.alloc(size) })
    return answer.do === 'change' ? (answer.body ?? []).filter((byte) => byte !== 0).length : -1
  }
  expect(flips(0, 1000)).toBe(1)
  expect(flips(1, 1000)).toBe(1000)
  expect(Math.abs(flips(0.1, 20_000) - 2000)).toBeLessThan(250)
})

test('the request’s body is changed where that was asked for, and none is made up', () => {
  const bench = useExchangeFault('http_body', { direction: 'request', merge_patch: { a: 2 } })
  expect(textOf(bench.request({ method: 'POST', headers: JSON_TYPE, body: '{"a":1}' }))).toBe('{"a":2}')
  expect(bench.response({ headers: JSON_TYPE, body: '{"a":1}' })).toEqual({ do: 'go' })
  expect(bench.request()).toEqual({ do: 'unable', why: 'the request has no body' })
})

test('a body is read whole only where it can be changed', () => {
  const wants = (attributes: Record<string, unknown>, type: string): unknown => {
    const { kind, attributes: complete } = useExchangeFault('http_body', attributes)
    return kind.wants?.(complete as never, { status: 200, reason: '', headers: [['content-type', type]] }).response
  }
  expect(wants({ merge_patch: { a: 1 } }, 'application/json')).toBe(true)
  expect(wants({ merge_patch: { a: 1 } }, 'video/mp4')).toBe(false)
  expect(wants({ corrupt: 0.1 }, 'video/mp4')).toBe(true)
  expect(wants({ corrupt: 0.1 }, 'text/event-stream')).toBe(false)
  expect(wants({ replace: 'x' }, 'application/json')).toBe(false)
})

test('exactly one way is given, and paths and patches that make no sense are refused', () => {
  const attach = (attributes: Record<string, unknown>) => () => useExchangeFault('http_body', attributes)
  expect(attach({})).toThrow('one of replace, merge_patch, mutate, corrupt must say')
  expect(attach({ replace: 'x', corrupt: 1 })).toThrow('replace and corrupt exclude each other')
  expect(attach({ corrupt: 1, content_type: 'text/plain' })).toThrow('content_type goes with replace only')
  expect(attach({ mutate: [{ to: 'drop' }, { path: 'a..b', to: 'null' }] })).toThrow(
    'mutate/1/path is "a..b", which names no field',
  )
  expect(attach({ mutate: [{ path: '', to: 'null' }] })).toThrow('names no field')
  expect(attach({ merge_patch: [] })).toThrow('merge_patch is []')
  let deep: unknown = 1
  for (let i = 0; i < 100_000; i++) deep = { a: deep }
  expect(attach({ merge_patch: deep })).toThrow('merge_patch is nested deeper than 64 levels')
  expect(attach({ merge_patch: { a: 'x'.repeat(70_000) } })).toThrow('merge_patch is longer than 65536 bytes')
})
