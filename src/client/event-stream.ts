/** One message of a text/event-stream: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface StreamMessage {
  readonly event: string
  readonly data: string
  readonly id: string | undefined
}

/** A line longer than this is no event of ours, and must not fill the memory. */
const LONGEST_LINE = 16 * 1024 ** 2

/** Node 20 has no EventSource. Comments (heartbeats) and unknown fields are passed over. */
export async function* readEventStream(body: AsyncIterable<Uint8Array>): AsyncGenerator<StreamMessage> {
  let event = ''
  let data: string[] = []
  let id: string | undefined
  for await (const line of readLines(body)) {
    if (line === '') {
      if (data.length > 0) yield { event: event === '' ? 'message' : event, data: data.join('\n'), id }
      event = ''
      data = []
      continue
    }
    const colon = line.indexOf(':')
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (field === 'event') event = value
    else if (field === 'data') data.push(value)
    else if (field === 'id') id = value
  }
}

async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true })
    // A CR at the very end may be half of a CRLF.
    const lines = rest.split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    if (rest.length > LONGEST_LINE) throw new Error(`an event of more than ${LONGEST_LINE} characters is not read`)
    yield* lines
  }
}
