import { choice, closed, flag, integer, optional } from '../../contract/attributes.ts'
import type { EventPage } from '../../contract/api.ts'
import { FaultlineError } from '../../contract/errors.ts'
import { factTypes } from '../../contract/events.ts'
import type { Scopes } from '../../experiment/scopes/scopes.ts'
import { matches } from './event-filter.ts'
import type { EventFilter } from './event-filter.ts'
import type { EventStreams } from './event-stream.ts'
import { HIJACKED, operation } from './operation.ts'
import type { AnyOperation } from './operation.ts'
import { text } from './parameters.ts'

interface EventQuery extends EventFilter {
  readonly since?: string | undefined
  readonly limit: number
  readonly follow: boolean
  readonly lease: boolean
}

export function eventOperations(streams: EventStreams): readonly AnyOperation[] {
  return [
    operation<EventQuery>({
      method: 'GET',
      path: '/v1/events',
      id: 'readEvents',
      tag: 'events',
      summary: 'The journal: what there is (JSON), or as it grows (SSE).',
      notes:
        'As SSE with `accept: text/event-stream` or `follow=true`: `id` is the id of the event, `data` the event. It begins after Last-Event-ID or `since`, ' +
        'else with the next event. A reader that fell behind gets `event: gap` with `data: {"gap":{"from":1,"to":9}}`.',
      headers: { 'last-event-id': { type: 'string', description: 'Id of the last event seen; SSE goes on after it.' } },
      query: closed({
        since: text('Id of an event; those after it are answered.'),
        limit: integer('Most events looked at in one answer.', { default: 1000, min: 1, max: 10_000 }),
        follow: flag('Answer as SSE.', { default: false }),
        lease: flag('Within a scope: it lives as long as this stream is open, and ends at once when it closes.', {
          default: false,
        }),
        type: optional(choice('Only events of this type.', factTypes)),
        proxy: text('Only events about this proxy.'),
        run: text('Only events about this run.'),
      }),
      answers: {
        200: {
          is: 'Events, oldest first; or a stream of them.',
          schema: { $ref: 'EventPage#' },
        },
      },
      errors: ['limit_reached'],
      handle({ deps: { journal, scopes, scope }, query, request, reply }) {
        const hold = leaseOf(query, scopes, scope)
        const accept = request.headers.accept ?? ''
        if (query.follow || query.lease || accept.includes('text/event-stream')) {
          const last = request.headers['last-event-id']
          if (Array.isArray(last)) throw new FaultlineError('invalid_request', 'Last-Event-ID was sent twice')
          const since = last === undefined || last === '' ? query.since : last
          // Before anything is written, so that a bad id is an ordinary error.
          if (since !== undefined) journal.read({ since, limit: 1 })
          const open = streams.reserve()
          open(reply, { journal, since, filter: query, ...(hold === undefined ? {} : { onClose: hold() }) })
          return HIJACKED
        }
        const { events, gap, next } = journal.read({ since: query.since, limit: query.limit })
        return {
          events: events.filter((event) => matches(event, query)),
          ...(gap === undefined ? {} : { gap }),
          next,
        } satisfies EventPage
      },
    }),
  ]
}

/** @throws invalid_request outside of a scope: there is nothing to lease */
function leaseOf({ lease }: EventQuery, scopes: Scopes, scope: string | undefined): (() => () => void) | undefined {
  if (!lease) return undefined
  if (scope === undefined) {
    const detail = 'lease=true was asked of the events of the default scope, which has no lease'
    throw new FaultlineError('invalid_request', detail, {
      pointer: '?lease',
      remedy: 'Ask /v1/scopes/{scope}/events, or leave it out.',
    })
  }
  const { lease: held } = scopes.get(scope)
  return () => held.hold()
}
