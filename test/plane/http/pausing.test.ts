import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesOf, CUTS, MUTANT } from './message-arbitraries.ts'
import { cut, latin1 } from './trace.ts'
import { useRequests, useResponses } from './use-framer.ts'

const POST = 'POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n'
const GET = 'GET / HTTP/1.1\r\n\r\n'

describe('a stop behind a head', () => {
  test('leaves every byte of the content unseen', () => {
    const { framer, watched } = useRequests()
    watched.stopAt = () => true
    const chunk = latin1(`${POST}hello${GET}`)
    expect(framer.execute(chunk)).toBe(POST.length)
    expect(watched.events).toEqual(['begins 0', 'head 38'])
    expect(framer.atBoundary).toBe(false)

    expect(framer.execute(chunk, POST.length)).toBe(chunk.length)
    expect(watched.events.slice(2)).toEqual(['body 38-43', 'end 43', 'begins 43', 'head 61'])
    framer.execute(chunk, chunk.length)
    expect(watched.events.at(-1)).toBe('end 61')
    expect(framer.atBoundary).toBe(true)
  })

  test('is followed by the end of a message without content only when the caller goes on', () => {
    const { framer, watched } = useRequests()
    watched.stopAt = () => true
    framer.execute(latin1(GET))
    expect(watched.events).toEqual(['begins 0', 'head 18'])
    framer.execute(latin1(''))
    expect(watched.events.at(-1)).toBe('end 18')
  })

  test('shows what earlier chunks held of the head, and no longer than it is owed', () => {
    const { framer, watched } = useRequests()
    watched.stopAt = () => true
    const [first, second, third] = [GET.slice(0, 3), GET.slice(3, 9), GET.slice(9)].map(latin1)
    framer.execute(first as Uint8Array)
    framer.execute(second as Uint8Array)
    framer.execute(third as Uint8Array)
    const held = framer.heldHead
    expect(Buffer.from(held ?? []).toString()).toBe(GET.slice(0, 9))
    framer.execute(latin1(`${GET.slice(0, 4)}`))
    framer.execute(latin1(''))
    expect(Buffer.from(framer.heldHead ?? []).toString()).toBe('GET ')
    // Whoever wrote it to a socket may still be waiting for the kernel to take it.
    expect(Buffer.from(held ?? []).toString()).toBe(GET.slice(0, 9))
  })

  test('a head in one chunk is not copied', () => {
    const { framer, watched } = useRequests()
    watched.stopAt = () => true
    framer.execute(latin1(GET))
    expect(framer.heldHead).toBeUndefined()
  })
})

/** What the wire lane does: bytes go on at once, but a head only when it has been decided upon. */
test('a lane that keeps heads back until they end passes every byte once and in order', () => {
  fc.assert(
    fc.property(MUTANT, CUTS, (stream, cuts) => {
      const bytes = bytesOf(stream)
      const { framer, watched } = stream.direction === 'request' ? useRequests() : useResponses()
      if ('expect' in framer)
        for (const method of stream.asked) framer.expect({ method, upgrade: method === 'upgrade' })
      watched.stopAt = () => true
      const out: Uint8Array[] = []
      let inHead = false
      for (const chunk of cut(bytes, cuts)) {
        const base = framer.position
        let sent = 0
        let index = 0
        const send = (to: number): void => {
          out.push(chunk.slice(sent, to))
          sent = to
        }
        watched.then = (event) => {
          if (event.startsWith('begins')) {
            send(Number(event.slice(7)) - base)
            inHead = true
          } else if (inHead) {
            out.push(framer.heldHead ?? new Uint8Array(0))
            inHead = false
          }
        }
        do {
          index = framer.execute(chunk, index)
          if (!inHead) send(index)
          if ('waiting' in framer && framer.waiting) framer.declined()
        } while (index < chunk.length || (!framer.atBoundary && !inHead && !framer.blind && index !== sent))
        expect(index).toBe(chunk.length)
      }
      framer.finish()
      if (inHead) out.push(framer.heldHead ?? new Uint8Array(0))
      expect(Buffer.concat(out).toString('latin1')).toBe(stream.text)
    }),
    { numRuns: 20_000, interruptAfterTimeLimit: 1000, markInterruptAsFailure: false },
  )
})

describe('a request whose answer decides what comes next', () => {
  const CONNECT = 'CONNECT a:1 HTTP/1.1\r\n\r\n'

  test('is waited for, and HTTP goes on when it is declined', () => {
    const { framer, watched } = useRequests()
    const chunk = latin1(CONNECT + GET)
    expect(framer.execute(chunk)).toBe(CONNECT.length)
    expect(framer.waiting).toBe(true)
    expect(framer.execute(chunk, CONNECT.length)).toBe(CONNECT.length)
    framer.declined()
    expect(framer.execute(chunk, CONNECT.length)).toBe(chunk.length)
    expect(watched.events).toEqual(['begins 0', 'head 24', 'end 24', 'begins 24', 'head 42', 'end 42'])
  })

  test('leaves all later bytes unseen when it becomes a tunnel', () => {
    const { framer, watched } = useRequests()
    framer.execute(latin1(CONNECT))
    framer.lookAway()
    expect(framer.execute(latin1(GET))).toBe(GET.length)
    expect(framer.blind).toBe(true)
    expect(framer.position).toBe(CONNECT.length + GET.length)
    expect(watched.events.at(-1)).toBe('end 24')
  })

  test('is not waited for when the answer came before its content had ended', () => {
    const { framer } = useRequests()
    framer.execute(latin1('POST / HTTP/1.1\r\nUpgrade: x\r\nConnection: upgrade\r\nContent-Length: 2\r\n\r\na'))
    framer.declined()
    framer.execute(latin1('b'))
    expect(framer.waiting).toBe(false)
    framer.execute(latin1('GET / HTTP/1.1\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'))
    expect(framer.waiting).toBe(true)
  })
})

describe('answers', () => {
  const OK = 'HTTP/1.1 204 No\r\n\r\n'

  test('are framed by the requests that were announced, one each', () => {
    const { framer, watched } = useResponses()
    framer.expect({ method: 'GET', upgrade: false })
    framer.execute(latin1(`HTTP/1.1 100 Continue\r\n\r\n`))
    expect(framer.outstanding).toBe(1)
    framer.execute(latin1(OK))
    expect(framer.outstanding).toBe(0)
    framer.execute(latin1(OK))
    expect(watched.events.at(-1)).toBe(`unsolicited_response ${25 + OK.length}`)
    expect(framer.blind).toBe(true)
  })

  test('up to the end of the connection end with it', () => {
    const { framer, watched } = useResponses()
    framer.expect({ method: 'GET', upgrade: false })
    framer.execute(latin1('HTTP/1.1 200 OK\r\n\r\nabc'))
    expect(framer.atBoundary).toBe(false)
    expect(framer.finish()).toBe(true)
    expect(watched.events.slice(2)).toEqual(['body 19-22', 'end 22'])
  })

  test('cut inside a body of known length are told from whole ones', () => {
    const { framer, watched } = useResponses()
    framer.expect({ method: 'GET', upgrade: false })
    framer.execute(latin1('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc'))
    expect(framer.finish()).toBe(false)
    expect(watched.events.at(-1)).toBe('body 38-41')
  })
})

test('a listener may look away inside any event, and hears no more', () => {
  const text = `${POST}hello${GET}POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n${GET}`
  const all = useRequests()
  all.framer.execute(latin1(text))
  for (let count = 1; count <= all.watched.events.length; count += 1) {
    const { framer, watched } = useRequests()
    watched.then = () => {
      if (watched.events.length === count) framer.lookAway()
    }
    expect(framer.execute(latin1(text))).toBe(text.length)
    expect(watched.events).toEqual(all.watched.events.slice(0, count))
    expect(framer.position).toBe(text.length)
  }
})

test('the limit of a head is exact, however the head is cut', () => {
  for (const [limit, event] of [
    [GET.length, 'end 18'],
    [GET.length - 1, 'head_too_large 17'],
  ] as const) {
    for (let at = 0; at < GET.length; at += 1) {
      const { framer, watched } = useRequests(limit)
      for (const piece of cut(latin1(GET), [at])) framer.execute(piece)
      expect(watched.events.at(-1)).toBe(event)
    }
  }
})
