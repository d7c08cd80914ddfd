import type { JsonSchema } from '../../contract/attributes.ts'
import { FaultlineError } from '../../contract/errors.ts'
import type { ErrorCode, Problem } from '../../contract/errors.ts'
import type { FaultSpec, Owner } from '../../contract/model.ts'
import type { HaltInput } from '../../contract/halt.ts'
import type { PartitionInput } from '../../contract/partition.ts'
import { escapePointer, validator } from '../../contract/validate.ts'
import type { ExplainInput, FaultInput, FaultPatch, ProxyInput, ProxyPatch } from '../../contract/wire.ts'
import type { RunStartInput } from '../../contract/run-wire.ts'
import { RUN_TTL } from '../../experiment/profile-schema.ts'
import { PARTITION } from '../../experiment/partitions/partition-schema.ts'
import { proxyInputSchema } from '../../faults/fault-schema.ts'
import { resolveFault } from '../../faults/resolve.ts'

/** What an operation takes: its shape for OpenAPI, and how it is read. */
export interface Body<B> {
  /** Its shape in input-shapes.ts. */
  readonly shape: string
  /** @throws FaultlineError with every problem that was found */
  readonly read: (value: unknown) => B
}

type Properties = Readonly<Record<string, JsonSchema>>

const propertiesOf = (schema: JsonSchema): Properties => schema['properties'] as Properties

/** What stands round the faults. They are judged one by one, each by its own kind. */
const PROXY: JsonSchema = (() => {
  const whole = proxyInputSchema()
  const properties = propertiesOf(whole)
  return { ...whole, properties: { ...properties, faults: { ...properties['faults'], items: { type: 'object' } } } }
})()

const PROXY_PATCH: JsonSchema = partial(PROXY)

export const CONFIG: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['proxies'],
  properties: { proxies: { type: 'object', additionalProperties: PROXY } },
}

const SELECTOR: JsonSchema = { type: 'object', description: 'A proxy by its name, or all with these labels.' }

export const RUN_START: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['profile'],
  properties: {
    profile: { type: ['string', 'object'], description: 'Name of a profile, or a profile given whole.' },
    seed: { type: ['string', 'integer'], description: "Default: the profile's, else the daemon's." },
    targets: {
      type: 'object',
      description: 'Points targets of the profile elsewhere.',
      additionalProperties: { ...SELECTOR, type: ['string', 'object'] },
    },
    parameters: {
      type: 'object',
      maxProperties: 50,
      description: 'Values of the parameters of the profile; those left out keep their defaults.',
      additionalProperties: { type: ['string', 'number', 'boolean'] },
    },
    share: { type: 'boolean', default: false, description: 'Start although another run holds a target.' },
    dry_run: { type: 'boolean', default: false, description: 'Decide and count everything, and do nothing.' },
    ttl: RUN_TTL,
  },
}

/** A partial object: nothing is required, and what is left out has no default. */
export function partial(schema: JsonSchema): JsonSchema {
  const bare = Object.entries(propertiesOf(schema)).map(([name, { default: _default, ...rest }]) => [name, rest])
  return { ...schema, required: [], properties: Object.fromEntries(bare) as Properties }
}

export function check(schema: JsonSchema, value: unknown, code: ErrorCode, what: string): void {
  if (value === undefined) throw new FaultlineError('invalid_json', `the request has no body; ${what} is expected`)
  const problems = validator(schema)(value)
  if (problems.length > 0) throw refuse(code, what, problems)
}

export function refuse(code: ErrorCode, what: string, problems: readonly Problem[]): FaultlineError {
  return new FaultlineError(code, `${what} was refused: ${problems.map(({ message }) => message).join('; ')}`, {
    problems,
  })
}

/** Faults of one list, all of whose problems are told together. The registry takes them as they are then. */
function faultsOf(
  list: readonly unknown[] | undefined,
  owner: Owner,
  base: string,
  problems: Problem[],
): readonly FaultInput[] | undefined {
  const specs = list?.flatMap((input, index): FaultSpec[] => {
    try {
      return [resolveFault(input, { owner, pointer: `${base}/faults/${index}` })]
    } catch (error) {
      // A kind that does not work here is not the same mistake as a field that is wrong.
      if (!(error instanceof FaultlineError) || error.code !== 'invalid_fault') throw error
      problems.push(...error.problems)
      return []
    }
  })
  return specs as unknown as readonly FaultInput[] | undefined
}

function withFaults<P extends ProxyPatch>(proxy: P, owner: Owner, base: string, problems: Problem[]): P {
  const faults = faultsOf(proxy.faults, owner, base, problems)
  return faults === undefined ? proxy : { ...proxy, faults }
}

function readProxy<P extends ProxyPatch>(schema: JsonSchema, value: unknown, what: string): P {
  check(schema, value, 'invalid_request', what)
  const problems: Problem[] = []
  const proxy = withFaults(value as P, 'api', '', problems)
  if (problems.length > 0) throw refuse('invalid_fault', what, problems)
  return proxy
}

export const proxyBody: Body<ProxyInput> = {
  shape: 'ProxyInput',
  read: (value) => readProxy(PROXY, value, 'the proxy'),
}

export const proxyPatchBody: Body<ProxyPatch> = {
  shape: 'ProxyPatch',
  read: (value) => readProxy(PROXY_PATCH, value, 'the change to the proxy'),
}

export interface ConfigInput {
  readonly proxies: Readonly<Record<string, ProxyInput>>
}

export const configBody: Body<ConfigInput> = {
  shape: 'ConfigInput',
  read(value) {
    check(CONFIG, value, 'invalid_config', 'the config')
    const problems: Problem[] = []
    const proxies = Object.entries((value as ConfigInput).proxies).map(
      ([name, proxy]) => [name, withFaults(proxy, 'config', `/proxies/${escapePointer(name)}`, problems)] as const,
    )
    if (problems.length > 0) throw refuse('invalid_config', 'the config', problems)
    return { proxies: Object.fromEntries(proxies) }
  },
}

export const faultBody: Body<FaultSpec> = {
  shape: 'FaultInput',
  read(value) {
    if (value === undefined) throw new FaultlineError('invalid_json', 'the request has no body; a fault is expected')
    return resolveFault(value, { owner: 'api' })
  },
}

export const faultPatchBody: Body<FaultPatch> = {
  shape: 'FaultPatch',
  // Which attributes there are depends on the fault; the registry finds it and judges the patch.
  read(value) {
    if (value === undefined)
      throw new FaultlineError('invalid_json', 'the request has no body; a change to the fault is expected')
    return value as FaultPatch
  },
}

const FIELD_NAME = "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$"

export const EXPLAIN: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['proxy', 'request'],
  properties: {
    proxy: { type: 'string', minLength: 1, description: 'Name of the proxy.' },
    client: { type: 'string', minLength: 1, default: '127.0.0.1', description: 'Address of the client.' },
    request: {
      type: 'object',
      additionalProperties: false,
      required: ['target'],
      description: 'The request to try.',
      properties: {
        method: { type: 'string', pattern: FIELD_NAME, default: 'GET', description: 'Its method.' },
        target: { type: 'string', pattern: '^[^\\s]+$', maxLength: 65536, description: 'Path and query.' },
        headers: {
          type: 'object',
          propertyNames: { pattern: FIELD_NAME },
          additionalProperties: { type: ['string', 'array'], items: { type: 'string' } },
          description: 'Fields by name; a list where one is repeated.',
        },
        body: { type: 'string', maxLength: 1_048_576, description: 'Its body, as text.' },
      },
    },
  },
}

export const explainBody: Body<ExplainInput> = {
  shape: 'ExplainInput',
  read(value) {
    check(EXPLAIN, value, 'invalid_request', 'the request to explain')
    return value as ExplainInput
  },
}

export const runStartBody: Body<RunStartInput> = {
  shape: 'RunStart',
  read(value) {
    check(RUN_START, value, 'invalid_request', 'the start of a run')
    return value as RunStartInput
  },
}

export const partitionBody: Body<PartitionInput> = {
  shape: 'PartitionInput',
  read(value) {
    check(PARTITION, value, 'invalid_partition', 'the partition')
    return value as PartitionInput
  },
}

export const HALT: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    reason: { type: 'string', minLength: 1, maxLength: 200, description: 'Why; shown to whoever is refused.' },
  },
}

/** The lever needs no words. */
export const haltBody: Body<HaltInput> = {
  shape: 'HaltInput',
  read(value = {}) {
    check(HALT, value, 'invalid_request', 'the halt')
    return value as HaltInput
  },
}
