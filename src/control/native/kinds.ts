import type { KindList, KindView } from '../../contract/api.ts'
import { FaultlineError } from '../../contract/errors.ts'
import type { AnyHostKind } from '../../contract/host.ts'
import { fidelityHere } from '../../contract/kind.ts'
import type { Kind } from '../../contract/kind.ts'
import { oneOf } from '../../contract/validate.ts'
import { catalogue } from '../../faults/catalogue.ts'
import { hostCatalogue } from '../../faults/host-catalogue.ts'
import { operation } from './operation.ts'
import type { AnyOperation } from './operation.ts'
import { answer } from './shape-ref.ts'

const tag = 'kinds'

const hostKindView = (kind: AnyHostKind, platform: string): KindView => ({
  kind: kind.kind,
  layer: kind.layer,
  summary: kind.summary,
  ...(kind.notes === undefined ? {} : { notes: kind.notes }),
  has_stream: false,
  reach: kind.reaches,
  undo: kind.undo,
  fidelity: fidelityHere(kind, platform),
  attributes: kind.attributes,
  examples: kind.examples,
})

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
    global: true,
    tag,
    summary: 'The catalogue: every kind of fault, with the schema of its attributes.',
    answers: { 200: answer('The kinds.', 'KindList') },
    errors: [],
    handle: ({ deps: { info } }): KindList => ({
      kinds: [
        ...catalogue.list().map((kind) => kindView(kind, info.platform)),
        ...hostCatalogue.list().map((kind) => hostKindView(kind, info.platform)),
      ],
    }),
  }),
  operation({
    method: 'GET',
    path: '/v1/kinds/{kind}',
    id: 'getKind',
    global: true,
    tag,
    summary: 'One kind of fault.',
    params: { kind: { type: 'string', description: 'Name of the kind.' } },
    answers: { 200: answer('The kind.', 'KindView') },
    errors: ['kind_not_found'],
    handle({ deps: { info }, params }): KindView {
      const name = params['kind'] ?? ''
      const host = hostCatalogue.get(name)
      if (host !== undefined) return hostKindView(host, info.platform)
      const kind = catalogue.get(name)
      if (kind !== undefined) return kindView(kind, info.platform)
      throw new FaultlineError('kind_not_found', oneOf('kind', name, [...catalogue.names(), ...hostCatalogue.names()]))
    },
  }),
]
