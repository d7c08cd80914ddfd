import type { JsonSchema } from '../../contract/attributes.ts'
import { catalogue } from '../../faults/catalogue.ts'
import { SETTINGS, kindInputSchema, proxyInputSchema } from '../../faults/fault-schema.ts'
import { hostCatalogue } from '../../faults/host-catalogue.ts'
import { hostKindSchema } from '../../faults/host-fault-schema.ts'
import { PARTITION } from '../../experiment/partitions/partition-schema.ts'
import { CONFIG, EXPLAIN, HALT, RUN_START, partial } from './bodies.ts'
import { DURATION } from './host-fault-body.ts'
import { RELEASE } from './holds.ts'
import { VERIFY, WAIT } from './proof-bodies.ts'
import { ADVANCE, SCOPE_INPUT, SCOPE_RENEW, SHARE } from './scope-bodies.ts'

const ref = (name: string): JsonSchema => ({ $ref: `${name}#` })
const ofHostKind = (kind: string): string => `HostFault.${kind}`
const ofKind = (kind: string): string => `Fault.${kind}`

/** What the native API takes, for its OpenAPI document: the schemas that requests are judged by, each kind's by its name. */
export function inputShapes(): Readonly<Record<string, JsonSchema>> {
  const kinds = catalogue.list()
  const proxy = proxyInputSchema()
  const properties = proxy['properties'] as Readonly<Record<string, JsonSchema>>
  const withFaults = {
    ...proxy,
    properties: { ...properties, faults: { ...properties['faults'], items: ref('FaultInput') } },
  }
  return {
    ...Object.fromEntries(kinds.map((kind) => [ofKind(kind.kind), kindInputSchema(kind)])),
    FaultInput: {
      description: 'A fault; its kind says which fields it takes.',
      oneOf: kinds.map(({ kind }) => ref(ofKind(kind))),
    },
    FaultPatch: partial({
      type: 'object',
      additionalProperties: false,
      properties: {
        attributes: { type: 'object', description: 'Those of the kind; what is left out stays.' },
        ...SETTINGS,
      },
    }),
    ProxyInput: withFaults,
    ProxyPatch: partial(withFaults),
    ConfigInput: { ...CONFIG, properties: { proxies: { type: 'object', additionalProperties: ref('ProxyInput') } } },
    ExplainInput: EXPLAIN,
    RunStart: RUN_START,
    PartitionInput: PARTITION,
    HaltInput: HALT,
    ...Object.fromEntries(
      hostCatalogue.list().map((kind) => [ofHostKind(kind.kind), hostKindSchema(kind, { duration: DURATION })]),
    ),
    HostFaultStart: {
      description: 'A fault on the machine; its kind says which attributes it takes.',
      oneOf: hostCatalogue.names().map((kind) => ref(ofHostKind(kind))),
    },
    ReleaseInput: RELEASE,
    WaitInput: WAIT,
    VerifyInput: VERIFY,
    ScopeInput: SCOPE_INPUT,
    ScopeRenew: SCOPE_RENEW,
    AdvanceInput: ADVANCE,
    ShareInput: SHARE,
  }
}
