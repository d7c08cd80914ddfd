import { expect, test } from 'vitest'
import type { RequestHead } from '../../../src/plane/embedded/http/head.ts'
import { RequestFramer } from '../../../src/plane/embedded/http/request-framer.ts'
import { cut, latin1 } from './trace.ts'

function framed(pieces: readonly Uint8Array[]): RequestHead | undefined {
  let found: RequestHead | undefined
  const nothing = (): void => {}
  const events = { headBegins: nothing, body: nothing, end: nothing, opaque: nothing }
  const framer = new RequestFramer({ ...events, head: (head) => (found = head) === undefined })
  for (const piece of pieces) framer.execute(piece)
  return found
}

test('a head keeps its fields as they came', () => {
  const text = 'GET / HTTP/1.1\r\nhOST:  a \t\r\nX-A: 1\r\nx-a: \xa02\xa0\r\nEmpty:\r\n\r\n'
  const head = framed([latin1(text)])
  expect(head?.rawHeaders).toEqual(['hOST', 'a', 'X-A', '1', 'x-a', '\xa02\xa0', 'Empty', ''])
  expect(head?.field('host')).toBe('a')
  expect(head?.field('x-a')).toBe('1')
  expect(head?.field('x-b')).toBeUndefined()
  expect(head?.text).toBe(text)
})

test.each([
  ['in one chunk', [0]],
  ['in two', [20]],
  ['with much behind it', [0], 10_000],
])('a head %s can be copied later, byte by byte as it came', (_how, at, behind = 0) => {
  const text = 'POST /a?b HTTP/1.1\r\nX-A: \xa02\xff\r\nContent-Length: 10000\r\n\r\n'
  const head = framed(cut(latin1(`\r\n${text}${'x'.repeat(behind)}`), at))
  const into = Buffer.alloc(text.length + 4, '.')
  head?.copyTo(into, 2)
  expect(into.toString('latin1')).toBe(`..${text}..`)
  expect([head?.size, head?.target]).toEqual([text.length, '/a?b'])
})
