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
      'As if the request came next, on a new connection. Nothing is sent, counted or drawn away: the next request gets the very draws that are told here.',
    body: explainBody,
    answers: { 200: answer('What each fault would do, in order.', 'Explanation') },
    errors: ['proxy_not_found'],
    handle({ deps: { registry }, body }): Explanation {
      const { plane, spec } = registry.get(body.proxy)
      const sample = { client: body.client ?? '127.0.0.1', request: headOf(body.request) }
      return { proxy: spec.name, ...plane.explain(sample) }
    },
  }),
]

function headOf({ method = 'GET', target, headers = {} }: ExplainInput['request']): RequestHead {
  const mark = target.indexOf('?')
  const list: HeaderList = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, one]),
  )
  return {
    method,
    target,
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? undefined : target.slice(mark + 1),
    version: '1.1',
    headers: list,
  }
}
