import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'

/** Statuses whose answers have no body: Response refuses one even if it is empty (Fetch, "null body status"). */
const BODILESS = new Set([101, 204, 205, 304])

/** Calls the routes of an app as `fetch` would, without a port. The host of the URL is not looked at. */
export function injectFetch(app: FastifyInstance): typeof fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const { signal } = init
    signal?.throwIfAborted()
    const headers: Record<string, string> = { host: 'localhost' }
    new Headers(init.headers).forEach((value, name) => (headers[name] = value))
    // The caller's signal may outlive the call by far, and would keep all of it.
    const left = new AbortController()
    const leave = (): void => left.abort(signal?.reason)
    signal?.addEventListener('abort', leave)
    const over = (): void => signal?.removeEventListener('abort', leave)
    const injected = app.inject({
      method: (init.method ?? 'GET') as 'GET',
      url: url.pathname + url.search,
      headers,
      payloadAsStream: true,
      ...(typeof init.body === 'string' ? { payload: init.body } : {}),
      signal: left.signal,
    })
    const response = await injected.catch((error: unknown) => {
      over()
      throw error
    })
    const stream = response.stream()
    stream.once('close', over)
    // Aborting a stream that was read to its end is no error, and nobody would hear of it.
    stream.on('error', () => undefined)
    const body = BODILESS.has(response.statusCode) ? null : (Readable.toWeb(stream) as ReadableStream<Uint8Array>)
    return new Response(body, { status: response.statusCode, headers: fieldsOf(response.headers) })
  }
}

function fieldsOf(headers: object): Headers {
  const fields = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    for (const one of [value].flat()) if (one !== undefined) fields.append(name, String(one))
  }
  return fields
}
