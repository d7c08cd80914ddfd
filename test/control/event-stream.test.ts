import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readEventStream } from '../../src/client/event-stream.ts'
import type { StreamMessage } from '../../src/client/event-stream.ts'
import type { Fact } from '../../src/contract/events.ts'
import { useControl } from './use-control.ts'
import type { Control, ControlOptions } from './use-control.ts'

const fact = (action: string, more: Partial<Fact> = {}): Fact =>
  ({ type: 'command', action, owner: 'api', ...more }) as Fact

interface Stream {
  readonly response: Response
  take(count: number): Promise<StreamMessage[]>
  /** Until the other side ends. */
  rest(): Promise<StreamMessage[]>
}

async function useStream(url: string, headers: Record<string, string> = {}): Promise<Stream> {
  const abort = new AbortController()
  onTestFinished(() => abort.abort())
  const response = await fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal: abort.signal })
  const messages = readEventStream(response.body as unknown as AsyncIterable<Uint8Array>)
  return {
    response,
    async take(count) {
      const taken: StreamMessage[] = []
      while (taken.length < count) {
        const { value, done } = await messages.next()
        if (done === true) break
        taken.push(value)
      }
      return taken
    },
    async rest() {
      const all: StreamMessage[] = []
      for await (const message of messages) all.push(message)
      return all
    },
  }
}

async function useJournal(options: ControlOptions = {}): Promise<Control & { url: string }> {
  const control = useControl(options)
  return { ...control, url: `${await control.listen()}/v1/events` }
}

const ids = (messages: readonly StreamMessage[]): (string | undefined)[] => messages.map(({ id }) => id)

describe('events as JSON', () => {
  test('are read page by page, and a page that brings nothing goes on from where it was', async () => {
    const { call, journal } = useControl()
    for (let i = 1; i <= 5; i++) journal.emit(fact(`a${i}`))
    const first = (await call('GET', '/v1/events?limit=2')).json
    expect([first.events.map(({ id }: { id: string }) => id), first.next]).toEqual([['test-1', 'test-2'], 'test-2'])
    const second = (await call('GET', `/v1/events?since=${first.next}`)).json
    expect(second.events).toHaveLength(3)
    expect((await call('GET', `/v1/events?since=${second.next}`)).json).toEqual({ events: [], next: 'test-5' })
  })

  test('are narrowed by type, proxy and run, and still go on', async () => {
    const { call, journal } = useControl()
    journal.emit(fact('one', { proxy: 'a' }))
    journal.emit(fact('two', { proxy: 'b', owner: 'run:r1' }))
    journal.emit({ type: 'stage_ended', run: 'r1', stage: 's', index: 0 })
    const actions = async (query: string): Promise<unknown[]> =>
      (await call('GET', `/v1/events?${query}`)).json.events.map(({ id }: { id: string }) => id)
    expect(await actions('proxy=a')).toEqual(['test-1'])
    expect(await actions('type=stage_ended')).toEqual(['test-3'])
    expect(await actions('run=r1')).toEqual(['test-2', 'test-3'])
    expect((await call('GET', '/v1/events?proxy=a')).json.next).toBe('test-3')
  })

  test('tell what the ring has dropped, and what belongs to another life', async () => {
    const { call, journal } = useControl({ journal: { events: 4 } })
    for (let i = 1; i <= 10; i++) journal.emit(fact(`a${i}`))
    const { events, gap } = (await call('GET', '/v1/events?since=test-2')).json
    expect([gap, events[0].id]).toEqual([{ from: 3, to: 6 }, 'test-7'])
    expect((await call('GET', '/v1/events?since=other-2')).json.gap.to).toBe(6)
    const bad = await call('GET', '/v1/events?since=nonsense')
    expect([bad.status, bad.json.code]).toEqual([400, 'invalid_request'])
  })
})

describe('events as a stream', () => {
  test('come as they happen, those before it began are left out', async () => {
    const { journal, url } = await useJournal()
    journal.emit(fact('before'))
    const stream = await useStream(url)
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream')
    expect(stream.response.headers.get('x-request-id')).toMatch(/^[0-9a-v]{20}$/)
    for (let i = 0; i < 3; i++) journal.emit(fact(`after ${i}`))
    const messages = await stream.take(3)
    expect(ids(messages)).toEqual(['test-2', 'test-3', 'test-4'])
    expect(JSON.parse(messages[0]?.data ?? '')).toMatchObject({ id: 'test-2', type: 'command', action: 'after 0' })
  })

  test('go on after Last-Event-ID, which counts before since, without a hole between old and new', async () => {
    const { journal, url } = await useJournal()
    for (let i = 1; i <= 1000; i++) journal.emit(fact(`old ${i}`))
    const stream = await useStream(`${url}?since=test-990&follow=true`, { 'last-event-id': 'test-2' })
    const first = await stream.take(500)
    journal.emit(fact('new'))
    const messages = [...first, ...(await stream.take(499))]
    expect(ids(messages)).toEqual(Array.from({ length: 999 }, (_, i) => `test-${i + 3}`))
  })

  test('are narrowed', async () => {
    const { journal, url } = await useJournal()
    const stream = await useStream(`${url}?proxy=b`)
    journal.emit(fact('one', { proxy: 'a' }))
    journal.emit(fact('two', { proxy: 'b' }))
    expect(ids(await stream.take(1))).toEqual(['test-2'])
  })

  test('tell a reader what it missed', async () => {
    const { journal, url } = await useJournal({ journal: { events: 16 } })
    for (let i = 1; i <= 20; i++) journal.emit(fact(`a${i}`))
    const [gap, event] = await (await useStream(`${url}?since=test-1`)).take(2)
    expect([gap?.event, gap?.data]).toEqual(['gap', '{"gap":{"from":2,"to":4}}'])
    expect(event?.id).toBe('test-5')
  })

  test('wait for no reader: one that reads nothing costs no memory, and hears of the gap when it reads again', async () => {
    const { journal, url } = await useJournal({ journal: { events: 1000 } })
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    onTestFinished(() => void socket.destroy())
    socket.write('GET /v1/events?follow=true HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await new Promise((resolve) => socket.once('data', resolve))
    socket.pause()
    const text = 'x'.repeat(1000)
    // More than the buffers of both sockets take, in several turns.
    for (let turn = 0; turn < 40; turn++) {
      for (let i = 0; i < 500; i++) journal.emit(fact(text))
      await new Promise((resolve) => setImmediate(resolve))
    }
    journal.emit(fact('the last'))
    let received = ''
    socket.setEncoding('utf8')
    const last = new Promise<void>((resolve) => {
      socket.on('data', (chunk: string) => {
        received += chunk
        if (received.includes('"the last"')) resolve()
      })
    })
    socket.resume()
    await last
    expect(received).toContain('event: gap')
    expect(received.length).toBeLessThan(20 * 1024 * 1024)
  })

  test('are so many at a time, and a place is free again when a reader goes', async () => {
    const { call, url } = await useJournal({ settings: { eventReaders: 1 } })
    const abort = new AbortController()
    const first = await fetch(`${url}?follow=true`, { signal: abort.signal })
    expect(first.status).toBe(200)
    const second = await call('GET', '/v1/events?follow=true')
    expect([second.status, second.json.code]).toEqual([429, 'limit_reached'])
    abort.abort()
    await expect
      .poll(async () => (await fetch(`${url}?follow=true`, { signal: AbortSignal.timeout(200) })).status)
      .toBe(200)
  })

  test('end when the daemon stops', async () => {
    const { app, url } = await useJournal()
    const stream = await useStream(url)
    const before = performance.now()
    await app.close()
    await stream.rest().catch(() => [])
    expect(performance.now() - before).toBeLessThan(1000)
  })

  test('of a bad id are an ordinary error', async () => {
    const { url } = await useJournal()
    const { response } = await useStream(url, { 'last-event-id': 'nonsense' })
    expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/problem+json'])
  })
})
