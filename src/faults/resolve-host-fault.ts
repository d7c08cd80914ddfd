import type { JsonSchema } from '../contract/attributes.ts'
import { FaultlineError } from '../contract/errors.ts'
import type { Problem } from '../contract/errors.ts'
import type { HostFaultSpec } from '../contract/host.ts'
import { fidelityHere } from '../contract/kind.ts'
import { validator } from '../contract/validate.ts'
import { completeAttributes } from './complete-attributes.ts'
import { SERVICE } from './host-attributes.ts'
import { hostCatalogue } from './host-catalogue.ts'

const ENVELOPE: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['kind'],
  properties: {
    kind: { type: 'string', enum: hostCatalogue.names() },
    attributes: { type: 'object' },
    service: SERVICE,
  },
}

interface Options {
  /** Where the input stands in what the caller sent; problems point there. */
  readonly pointer?: string
  readonly platform?: string
}

/**
 * Input to a host fault whose every field is checked, converted and complete. Whether the config allows it is not asked here.
 * @throws FaultlineError invalid_fault with all problems at once; kind_unsupported
 */
export function resolveHostFault(
  input: unknown,
  { pointer = '', platform = process.platform }: Options = {},
): HostFaultSpec {
  const problems: Problem[] = [...validator(ENVELOPE)(input, pointer)]
  const given = input as { readonly kind?: unknown; readonly attributes?: unknown; readonly service?: string }
  const kind = typeof given?.kind === 'string' ? hostCatalogue.get(given.kind) : undefined
  if (kind === undefined) throw invalid('begin a host fault', problems)
  const what = `begin a ${kind.kind} fault`
  const place = { pointer: `${pointer}/attributes`, lenient: false }
  const attributes = completeAttributes(kind, given.attributes ?? {}, place, (problem) => problems.push(problem))
  const wrong = attributes === undefined ? undefined : kind.check?.(attributes, { toxicity: 1 })
  if (wrong !== undefined) problems.push({ pointer: `${pointer}/attributes`, message: wrong })
  if (problems.length > 0 || attributes === undefined) throw invalid(what, problems)
  if (fidelityHere(kind, platform) === 'unsupported') {
    const detail = `cannot ${what}: it does not work on ${platform}, only on linux`
    throw new FaultlineError('kind_unsupported', detail, { pointer: `${pointer}/kind` })
  }
  return Object.freeze({ kind, attributes, service: given.service })
}

function invalid(what: string, problems: readonly Problem[]): FaultlineError {
  const detail = `cannot ${what}: ${problems.map(({ message }) => message).join('; ')}`
  return new FaultlineError('invalid_fault', detail, { problems })
}
