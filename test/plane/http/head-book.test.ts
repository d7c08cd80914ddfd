import { describe, expect, test } from 'vitest'
import { HeadBook } from '../../../src/plane/embedded/http/head-book.ts'
import type { RequestHead } from '../../../src/plane/embedded/http/head.ts'
import { RequestFramer } from '../../../src/plane/embedded/http/request-framer.ts'
import { latin1, trace } from './trace.ts'

function useBook() {
  const known = new HeadBook<RequestHead>()
  const heads: RequestHead[] = []
  const listener = { headBegins: () => {}, body: () => {}, end: () => {}, opaque: () => {} }
  const head = (found: RequestHead): boolean => heads.push(found) === 0
  /** The head of a request, as a connection of its own reads it. */
  const read = (...pieces: readonly string[]): RequestHead => {
    const framer = new RequestFramer({ ...listener, head }, { known })
    for (const piece of pieces) framer.execute(latin1(piece))
    return heads.at(-1) as RequestHead
  }
  return { read }
}

const request = (path: string, fields = ''): string => `GET ${path} HTTP/1.1\r\nHost: api\r\n${fields}\r\n`

describe('heads that are known', () => {
  test('the third time a head comes, on whichever connection, it is the one from before', () => {
    const { read } = useBook()
    const [first, second, third, fourth] = [1, 2, 3, 4].map(() => read(request('/poll')))
    expect(second).not.toBe(first)
    expect(third).toBe(second)
    expect(fourth).toBe(second)
    expect(third).toMatchObject({ method: 'GET', target: '/poll', rawHeaders: ['Host', 'api'] })
  })

  test('a head that differs in one byte, wherever that is, is another', () => {
    const { read } = useBook()
    const long = `X-Long: ${'a'.repeat(200)}\r\n`
    const text = request('/poll', long)
    const was = [1, 2, 3].map(() => read(text)).at(-1)
    for (let at = text.indexOf('/') + 1; at < text.length; at += 1) {
      if (!/[a-z]/i.test(text[at] ?? '') || text.slice(at - 7, at + 8).includes('HTTP')) continue
      const other = `${text.slice(0, at)}z${text.slice(at + 1)}`
      expect(read(other).text).toBe(other)
    }
    expect(read(text).text).toBe(was?.text)
  })

  test('one that comes in pieces is read, however often it came', () => {
    const { read } = useBook()
    const text = request('/poll')
    const whole = [1, 2, 3].map(() => read(text)).at(-1)
    const parted = read(text.slice(0, 20), text.slice(20))
    expect(parted).not.toBe(whole)
    expect(parted.text).toBe(text)
    expect(read(text)).toBe(whole)
  })

  test('where no head comes twice none is kept, and those that come again later are', () => {
    const { read } = useBook()
    for (let at = 0; at < 5000; at += 1) expect(read(request(`/orders/${at}`)).target).toBe(`/orders/${at}`)
    const again = Array.from({ length: 2000 }, () => read(request('/poll')))
    expect(again[0]).not.toBe(again[1])
    expect(again.at(-1)).toBe(again.at(-2))
  })

  test('large heads are read each time', () => {
    const { read } = useBook()
    const large = request('/poll', `X-Long: ${'a'.repeat(1000)}\r\n`)
    const [first, second, third] = [1, 2, 3].map(() => read(large))
    expect(third).not.toBe(second)
    expect(third).not.toBe(first)
    expect(third?.text).toBe(large)
  })

  test('a message that comes whole again and again is not taken for another of its size, at whichever byte they differ', () => {
    const text = `POST /poll HTTP/1.1\r\nHost: api\r\nContent-Length: 3\r\n\r\nabc`
    const known = [text, text, text, text].map(latin1)
    const headOf = (message: Uint8Array): string => Buffer.from(message).toString('latin1').replace(/abc$/, '')
    // Where any letter makes a sound head: of the path, and of a value.
    for (const word of ['poll', 'api']) {
      for (let at = text.indexOf(word); at < text.indexOf(word) + word.length; at += 1) {
        const pieces = [...known, latin1(`${text.slice(0, at)}z${text.slice(at + 1)}`), ...known]
        expect(trace('request', pieces).messages.map(({ head }) => head.text)).toEqual(pieces.map(headOf))
      }
    }
  })

  test('an answer that is known has no content where a HEAD asked for it', () => {
    const answer = latin1('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc')
    const five = [answer, answer, answer, answer, answer]
    const { messages, then } = trace('response', five, ['GET', 'GET', 'GET', 'GET', 'HEAD'])
    expect(messages.map(({ content }) => content.length)).toEqual([2, 2, 2, 2, 0])
    expect(then).toBe('not_http')
  })

  test('behind a message that was to be the last one, the same again is refused', () => {
    const last = latin1(request('/poll', 'Connection: close\r\n'))
    for (let times = 0; times < 4; times += 1) trace('request', [last])
    expect(trace('request', [last, last]).then).toBe('bytes_after_close')
  })
})
