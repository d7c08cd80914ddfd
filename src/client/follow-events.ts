import type { JournalEvent } from '../contract/events.ts'
import type { Gap } from '../contract/ports.ts'
import { ApiError, UnreachableError } from './client-error.ts'
import { readEventStream } from './event-stream.ts'
import type { Http } from './http.ts'

/** An event, or how many were missed. */
export type Followed = JournalEvent | { readonly gap: Gap }

/**
 * Events as they happen. When the connection breaks it goes on after the last event seen, unless it brought nothing
 * more than `mostIdle` times in a row, or what it brings is broken.
 */
export async function* followEvents(
  http: Http,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
  { mostIdle, signal }: { readonly mostIdle: number; readonly signal: AbortSignal | undefined },
): AsyncGenerator<Followed> {
  let { since } = query
  const stopped = (): boolean => signal?.aborted === true
  let begun = false
  let idle = 0
  while (!stopped()) {
    const body = await http
      .stream(path, { query: { ...query, since, follow: true }, headers: { accept: 'text/event-stream' }, signal })
      .catch((error: unknown) => {
        if (begun && error instanceof ApiError && error.code === 'scope_ended') return undefined
        throw error
      })
    if (body === undefined) return
    begun = true
    let seen = 0
    let broken: unknown
    try {
      for await (const { data, id } of readEventStream(body)) {
        seen++
        since = id ?? since
        yield JSON.parse(data) as Followed
      }
    } catch (error) {
      broken = error
    }
    idle = seen === 0 ? idle + 1 : 0
    if (!stopped() && (idle > mostIdle || broken instanceof SyntaxError)) {
      throw new UnreachableError(`${http.url} ended the event stream`, http.url, broken)
    }
  }
}
