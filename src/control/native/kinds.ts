import type { KindList, KindView } from '../../contract/api.ts'
import { fidelityHere } from '../../contract/kind.ts'
import type { Kind } from '../../contract/kind.ts'
import { catalogue } from '../../faults/catalogue.ts'
import { operation } from './operation.ts'
import type { AnyOperation } from './operation.ts'
import { answer } from './shape-ref.ts'

const tag = 'kinds'

const kindView = (kind: Kind, platform: string): KindView => ({
  kind: kind.kind,
  layer: kind.layer,
  summary: kind.summary,
  ...(kind.notes === undefined ? {} : { notes: kind.notes }),
  has_stream: kind.layer === 'stream',
  ...(kind.layer === 'stream' ? { bytes: kind.bytes, on_detach: kind.onDetach ?? 'release' } : {}),
  fidelity: fidelityHere(kind, platform),
  attributes: kind.attributes,
  examples: kind.examples,
})

export const kindOperations: readonly AnyOperation[] = [
  operation({
    method: 'GET',
    path: '/v1/kinds',
    id: 'listKinds',
    tag,
    summary: 'The catalogue: every kind of fault, with the schema of its attributes.',
    answers: { 200: answer('The kinds.', 'KindList') },
    errors: [],
    handle: ({ deps: { info } }): KindList => ({
      kinds: catalogue.list().map((kind) => kindView(kind, info.platform)),
    }),
  }),
  operation({
    method: 'GET',
    path: '/v1/kinds/{kind}',
    id: 'getKind',
    tag,
    summary: 'One kind of fault.',
    params: { kind: { type: 'string', description: 'Name of the kind.' } },
    answers: { 200: answer('The kind.', 'KindView') },
    errors: ['kind_not_found'],
    handle: ({ deps: { info }, params }): KindView => kindView(catalogue.require(params['kind'] ?? ''), info.platform),
  }),
]
