import type { ResponseListener } from '../../../src/plane/embedded/http/framer-listener.ts'
import type { RequestHead, ResponseHead } from '../../../src/plane/embedded/http/head.ts'
import { RequestFramer } from '../../../src/plane/embedded/http/request-framer.ts'
import { ResponseFramer } from '../../../src/plane/embedded/http/response-framer.ts'

interface Watched {
  /** What the framer said, one line per event. */
  readonly events: string[]
  /** Heads that it stops behind. */
  stopAt: (head: RequestHead | ResponseHead) => boolean
  /** Called behind every event. */
  then: (event: string) => void
}

function watch(position: () => number): Watched & { listener: ResponseListener<RequestHead | ResponseHead> } {
  const watched: Watched = { events: [], stopAt: () => false, then: () => undefined }
  const say = (event: string): void => {
    watched.events.push(event)
    watched.then(event)
  }
  const listener: ResponseListener<RequestHead | ResponseHead> = {
    headBegins: (at) => say(`begins ${at}`),
    head(head, at) {
      say(`head ${at}`)
      return watched.stopAt(head)
    },
    body: (_chunk, from, to) => say(`body ${position() - to + from}-${position()}`),
    end: (at) => say(`end ${at}`),
    tunnel: (at) => say(`tunnel ${at}`),
    opaque: (reason, at) => say(`${reason} ${at}`),
  }
  return Object.assign(watched, { listener })
}

export function useRequests(headLimit?: number): { framer: RequestFramer; watched: Watched } {
  const watched = watch(() => framer.position)
  const framer = new RequestFramer(watched.listener, { limit: headLimit })
  return { framer, watched }
}

export function useResponses(): { framer: ResponseFramer; watched: Watched } {
  const watched = watch(() => framer.position)
  const framer = new ResponseFramer(watched.listener)
  return { framer, watched }
}
