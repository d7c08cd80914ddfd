import type { Foreseen, SampleRequest } from '../../../contract/explain.ts'
import type { HeaderList, RequestHead } from '../../../contract/exchange.ts'
import { BODY_FOR_MATCH } from '../body-match.ts'
import { matchedBody } from './decide-exchange.ts'
import type { ExchangeUnit } from './exchange-unit.ts'
import { valueOf } from './headers.ts'
import type { OpaqueReason } from './opaque-reason.ts'
import { RequestFramer } from './request-framer.ts'

/** What faults would do with a request that nobody sent, were it the next, on a new connection. */
export function foreseeExchange(
  { client, request, body }: SampleRequest,
  ordinal: number,
  now: number,
  sources: readonly { foresee(unit: ExchangeUnit): readonly Foreseen[] }[],
): { readonly ordinal: number; readonly faults: readonly Foreseen[] } {
  const unit = {
    id: `x${ordinal}`,
    connection: '',
    ordinal,
    client,
    openedAt: now,
    request,
    body: matchedBody(request.headers, mayBeSeen(request.headers, body) ? body : undefined),
  }
  const reason = unframed(request)
  const foreseen = sources.flatMap((source) => source.foresee(unit))
  const faults = reason === undefined ? superseded(foreseen) : foreseen.map((one) => opaque(one, reason))
  return { ordinal, faults }
}

const mayBeSeen = (headers: HeaderList, body: Uint8Array | undefined): boolean =>
  body !== undefined && body.length <= BODY_FOR_MATCH && valueOf(headers, 'expect') === undefined

/** Why the wire lane would relay it without looking on; undefined when it would look. */
function unframed({ method, target, version, headers }: RequestHead): OpaqueReason | undefined {
  let reason: OpaqueReason | undefined
  const framer = new RequestFramer({
    headBegins: () => {},
    head: () => true,
    body: () => {},
    end: () => {},
    opaque: (found) => (reason = found),
  })
  const fields = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  framer.execute(Buffer.from(`${method} ${target} HTTP/${version}\r\n${fields}\r\n`, 'latin1'))
  return reason
}

const opaque = (one: Foreseen, reason: OpaqueReason): Foreseen =>
  one.layer === 'exchange'
    ? { ...one, acts: false, reason: 'opaque', why: `such a request is relayed and not looked at: ${reason}` }
    : one

/** Behind one that answers before the upstream is asked nothing is left to do. */
function superseded(all: readonly Foreseen[]): readonly Foreseen[] {
  const last = all.findIndex(({ acts, ends }) => acts && ends === true)
  const by = all[last]?.fault ?? ''
  return all.map((one, i) =>
    last < 0 || i <= last || !one.acts
      ? one
      : { ...one, acts: false, reason: 'superseded', why: `${by} ends the exchange before its turn` },
  )
}
