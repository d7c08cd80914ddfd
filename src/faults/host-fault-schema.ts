import type { JsonSchema } from '../contract/attributes.ts'
import type { AnyHostKind } from '../contract/host.ts'
import { SERVICE } from './host-attributes.ts'
import { hostCatalogue } from './host-catalogue.ts'

/**
 * One kind of host fault as people write it.
 * @param more what stands beside it: a duration over the API, nothing in a stage of a profile
 */
export function hostKindSchema(kind: AnyHostKind, more: Readonly<Record<string, JsonSchema>> = {}): JsonSchema {
  return {
    type: 'object',
    title: kind.kind,
    description: kind.summary,
    additionalProperties: false,
    required: [
      'kind',
      ...(kind.attributes.required.length > 0 ? ['attributes'] : []),
      ...Object.keys(more).filter((name) => more[name]?.['x-optional'] !== true),
    ],
    properties: {
      kind: { type: 'string', const: kind.kind },
      attributes: kind.attributes,
      service: SERVICE,
      ...more,
    },
  }
}

/** Any host fault, kind by kind: for editors and documents. */
export function hostFaultSchema(more: Readonly<Record<string, JsonSchema>> = {}): JsonSchema {
  return {
    type: 'object',
    required: ['kind'],
    discriminator: { propertyName: 'kind' },
    oneOf: hostCatalogue.list().map((kind) => hostKindSchema(kind, more)),
  }
}
