import { choice, closed, flag, integer } from '../../contract/attributes.ts'
import type { ConnectionList, ConnectionsKilled } from '../../contract/api.ts'
import { FaultlineError } from '../../contract/errors.ts'
import type { HowClosed } from '../../contract/events.ts'
import type { ConnectionFilter, ConnectionInfo } from '../../contract/ports.ts'
import type { ControlDeps } from '../deps.ts'
import { operation } from './operation.ts'
import type { AnyOperation } from './operation.ts'
import { text } from './parameters.ts'
import { answer } from './shape-ref.ts'

const tag = 'connections'

const FILTER = {
  id: text('The connection of this id.'),
  proxy: text('Those of this proxy.'),
  client: text('Those from this client address.'),
  fault: text('Those that this fault applies to.'),
}

/** Only the fields that were given. */
function filterOf({ id, proxy, client, fault }: ConnectionFilter): ConnectionFilter {
  return {
    ...(id === undefined ? {} : { id }),
    ...(proxy === undefined ? {} : { proxy }),
    ...(client === undefined ? {} : { client }),
    ...(fault === undefined ? {} : { fault }),
  }
}

/** A misspelt proxy is an error, not an empty list. */
function mustExist({ proxy }: ConnectionFilter, { registry }: ControlDeps): void {
  if (proxy !== undefined) registry.get(proxy)
}

export const connectionOperations: readonly AnyOperation[] = [
  operation<ConnectionFilter & { readonly limit: number }>({
    method: 'GET',
    path: '/v1/connections',
    id: 'listConnections',
    tag,
    summary: 'Open connections: age, bytes, and the faults that apply to each.',
    query: closed({
      ...FILTER,
      limit: integer('Most that are listed; `total` counts them all.', { default: 1000, min: 1, max: 100_000 }),
    }),
    answers: { 200: answer('The connections.', 'ConnectionList') },
    errors: ['proxy_not_found'],
    handle({ deps, query }): ConnectionList {
      const connections: ConnectionInfo[] = []
      mustExist(query, deps)
      // Describing thousands that are not asked for would take tens of milliseconds.
      for (const connection of deps.plane.connections(filterOf(query))) {
        if (connections.push(connection) >= query.limit) break
      }
      return { connections, total: deps.plane.countConnections(filterOf(query)) }
    },
  }),
  operation<ConnectionFilter & { readonly all: boolean; readonly how: HowClosed }>({
    method: 'DELETE',
    path: '/v1/connections',
    id: 'killConnections',
    tag,
    summary: 'Close open connections, those of a filter or all.',
    query: closed({
      ...FILTER,
      all: flag('All of them; instead of a filter.', { default: false }),
      how: choice('With a reset, or with an orderly end of both sides.', ['fin', 'rst'], { default: 'rst' }),
    }),
    answers: { 200: answer('How many were closed.', 'ConnectionsKilled') },
    errors: ['proxy_not_found', 'connection_not_found'],
    handle({ deps, query }): ConnectionsKilled {
      const filter = filterOf(query)
      const narrowed = Object.keys(filter).length > 0
      if (narrowed === query.all) {
        const detail = narrowed
          ? 'all=true and a filter were given together'
          : 'neither a filter nor all=true was given'
        throw new FaultlineError('invalid_request', `cannot tell which connections to close: ${detail}`, {
          pointer: '?all',
          remedy: `Give one or more of ${Object.keys(FILTER).join(', ')}, or all=true.`,
        })
      }
      mustExist(filter, deps)
      const closedNow = deps.plane.kill(filter, query.how)
      if (closedNow === 0 && filter.id !== undefined) {
        throw new FaultlineError(
          'connection_not_found',
          `no open connection has the id ${JSON.stringify(filter.id)} and fits the rest of the filter`,
        )
      }
      return { closed: closedNow, how: query.how }
    },
  }),
]
