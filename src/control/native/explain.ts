import { FaultlineError } from '../../contract/errors.ts'
import type { Explanation } from '../../contract/explain.ts'
import type { HeaderList, RequestHead } from '../../contract/exchange.ts'
import type { ExplainInput } from '../../contract/wire.ts'
import { explainBody } from './bodies.ts'
import { operation } from './operation.ts'
import type { AnyOperation } from './operation.ts'
import { answer } from './shape-ref.ts'

export const explainOperations: readonly AnyOperation[] = [
  operation<object, ExplainInput>({
    method: 'POST',
    path: '/v1/explain',
    id: 'explain',
    tag: 'exchanges',
    summary: 'Which faults would act on a request, and why the others would not.',
    notes:
      'As if the request came next, on a new connection. Nothing is sent, counted or drawn away: the next request gets the very draws that are told here. Without a body, a match on one is judged as for a request that has none; where the fields announce one it is body_not_available.',
    body: explainBody,
    answers: { 200: answer('What each fault would do, in order.', 'Explanation') },
    errors: ['proxy_not_found', 'proxy_not_http'],
    handle({ deps: { registry }, body }): Explanation {
      const { plane, spec } = registry.get(body.proxy)
      if (spec.protocol !== 'http') {
        const detail = `cannot explain a request on proxy ${JSON.stringify(spec.name)}: its protocol is ${spec.protocol}, which has no requests`
        throw new FaultlineError('proxy_not_http', detail, { pointer: '/proxy' })
      }
      const sent = body.request.body === undefined ? undefined : Buffer.from(body.request.body)
      const sample = { client: body.client ?? '127.0.0.1', request: headOf(body.request, sent), body: sent }
      return { proxy: spec.name, ...plane.explain(sample) }
    },
  }),
]

function headOf({ method = 'GET', target, headers = {} }: ExplainInput['request'], body?: Uint8Array): RequestHead {
  const mark = target.indexOf('?')
  const list: HeaderList = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, one]),
  )
  const framed = list.some(([name]) => ['content-length', 'transfer-encoding'].includes(name.toLowerCase()))
  return {
    method,
    target,
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? undefined : target.slice(mark + 1),
    version: '1.1',
    headers: body === undefined || framed ? list : [...list, ['content-length', String(body.length)]],
  }
}
