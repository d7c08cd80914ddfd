import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import { FaultlineError } from '../../contract/errors.ts'
import type { JournalEvent } from '../../contract/events.ts'
import type { EventLog, Gap } from '../../contract/ports.ts'
import type { Clock, Timer } from '../../kernel/clock.ts'
import { matches } from './event-filter.ts'
import type { EventFilter } from './event-filter.ts'

/** Proxies in between close streams that are silent for a minute. */
const HEARTBEAT_MS = 15_000

/** Events taken from the journal in one turn, so that a long replay does not hold up the loop. */
const PAGE = 200

interface StreamStart {
  readonly journal: EventLog
  readonly since: string | undefined
  readonly filter: EventFilter
  /** Called when the stream is over, whoever ended it. */
  readonly onClose?: () => void
}

/** All open event streams: counted, and ended together. */
export class EventStreams {
  readonly #clock: Clock
  readonly #most: number
  readonly #open = new Set<EventStream>()

  constructor(clock: Clock, most: number) {
    this.#clock = clock
    this.#most = most
  }

  /** @throws limit_reached */
  reserve(): (reply: FastifyReply, start: StreamStart) => void {
    if (this.#open.size >= this.#most) {
      throw new FaultlineError(
        'limit_reached',
        `${this.#most} event streams are open, which is as many as limits.event_readers allows`,
      )
    }
    return (reply, start) => {
      reply.hijack()
      const response = reply.raw
      const stream = new EventStream(response, this.#clock, start)
      this.#open.add(stream)
      response.once('close', () => {
        stream.end()
        this.#open.delete(stream)
        start.onClose?.()
      })
      stream.begin(reply.getHeaders() as OutgoingHttpHeaders)
    }
  }

  close(): void {
    for (const stream of this.#open) stream.end()
  }
}

/**
 * One reader. Its queue is the journal's own ring and a place in it: a slow reader costs the bytes in its socket and
 * nothing else, and is told what the ring dropped before it came by. The daemon never waits for it.
 */
class EventStream {
  readonly #response: ServerResponse
  readonly #journal: EventLog
  readonly #clock: Clock
  readonly #filter: EventFilter
  /** Undefined until the first event of a stream that began at no given place. */
  #since: string | undefined
  #first: JournalEvent | undefined
  #waiting = false
  #scheduled = false
  #ended = false
  #unfollow: (() => void) | undefined
  #heartbeat: Timer | undefined

  constructor(response: ServerResponse, clock: Clock, { journal, since, filter }: StreamStart) {
    this.#response = response
    this.#journal = journal
    this.#clock = clock
    this.#filter = filter
    this.#since = since
  }

  begin(headers: OutgoingHttpHeaders): void {
    const response = this.#response
    response.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      // Else nginx would gather events before it passes them on.
      'x-accel-buffering': 'no',
      connection: 'keep-alive',
    })
    response.on('drain', () => {
      this.#waiting = false
      this.#schedule()
    })
    response.on('error', () => this.end())
    this.#write('retry: 1000\n: events follow\n\n')
    this.#unfollow = this.#journal.follow(
      (event) => {
        if (this.#since === undefined) this.#first ??= event
        this.#schedule()
      },
      () => this.#finish(),
    )
    this.#beat()
    this.#schedule()
  }

  /** The scope has ended: what it told last goes out, unless the reader is behind. */
  #finish(): void {
    if (!this.#ended && !this.#waiting) this.#pump()
    this.end()
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#unfollow?.()
    this.#heartbeat?.cancel()
    this.#response.end()
  }

  #beat(): void {
    this.#heartbeat = this.#clock.at(this.#clock.now() + HEARTBEAT_MS, () => {
      if (!this.#waiting) this.#write(': heartbeat\n\n')
      this.#beat()
    })
  }

  /** Events of one turn go out together. */
  #schedule(): void {
    if (this.#scheduled || this.#waiting || this.#ended) return
    this.#scheduled = true
    this.#clock.soon(() => {
      this.#scheduled = false
      if (!this.#ended && !this.#waiting) this.#pump()
    })
  }

  #pump(): void {
    if (this.#since === undefined) {
      if (this.#first === undefined) return
      this.#send([this.#first])
      this.#since = this.#first.id
      this.#first = undefined
    }
    const { events, gap, next } = this.#journal.read({ since: this.#since, limit: PAGE })
    if (gap !== undefined) this.#tellGap(gap)
    this.#since = next
    this.#send(events)
    if (events.length === PAGE) this.#schedule()
  }

  #tellGap(gap: Gap): void {
    this.#write(`event: gap\ndata: ${JSON.stringify({ gap })}\n\n`)
  }

  #send(events: readonly JournalEvent[]): void {
    let text = ''
    for (const event of events) {
      if (matches(event, this.#filter)) text += `id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`
    }
    if (text !== '') this.#write(text)
  }

  #write(text: string): void {
    if (!this.#response.write(text)) this.#waiting = true
  }
}
