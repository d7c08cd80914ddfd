import type { HeaderList } from '../../contract/exchange.ts'
import type { ExchangeView } from '../../contract/wire.ts'

/** HAR 1.2, oldest first. Fields that begin with `_` are ours; bodies are not kept, and cookies are hidden. */
export interface Har {
  readonly log: {
    readonly version: '1.2'
    readonly creator: { readonly name: string; readonly version: string }
    readonly entries: readonly object[]
  }
}

export function harOf(exchanges: readonly ExchangeView[], version: string): Har {
  return {
    log: { version: '1.2', creator: { name: 'faultline', version }, entries: [...exchanges].reverse().map(entry) },
  }
}

function entry(exchange: ExchangeView): object {
  const { request_headers: asked, response_headers: answered = [], total_ms: total, target } = exchange
  const sent = exchange.sent_ms ?? total
  const first = exchange.first_ms ?? total
  const value = (list: HeaderList, name: string): string | undefined =>
    list.find(([one]) => one.toLowerCase() === name)?.[1]
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(target)
    ? target
    : `http://${value(asked, 'host') ?? exchange.proxy}${target}`
  return {
    startedDateTime: exchange.at,
    time: total,
    request: {
      method: exchange.method,
      url,
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: named(asked),
      queryString: [...new URLSearchParams(target.split('?').slice(1).join('?'))].map(pair),
      headersSize: -1,
      bodySize: exchange.request_bytes,
    },
    response: {
      // What a browser writes where no answer came.
      status: exchange.status ?? 0,
      statusText: '',
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: named(answered),
      content: { size: exchange.response_bytes, mimeType: value(answered, 'content-type') ?? '' },
      redirectURL: value(answered, 'location') ?? '',
      headersSize: -1,
      bodySize: exchange.response_bytes,
    },
    cache: {},
    // They add up to `time`; blocked is the time before the request went upstream.
    timings: { blocked: sent, send: 0, wait: Math.max(first - sent, 0), receive: total - Math.max(first, sent) },
    connection: exchange.connection,
    _proxy: exchange.proxy,
    _exchange: exchange.exchange,
    _lane: exchange.lane,
    _origin: exchange.origin,
    _complete: exchange.complete,
    _faults: exchange.faults,
    ...(exchange.unable_faults === undefined ? {} : { _unable_faults: exchange.unable_faults }),
    ...(exchange.refused_faults === undefined ? {} : { _refused_faults: exchange.refused_faults }),
    _injected_ms: exchange.injected_ms,
  }
}

const pair = ([name, value]: readonly [string, string]): object => ({ name, value })
const named = (list: HeaderList): object[] => list.map(pair)
