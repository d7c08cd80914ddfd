import { isDeepStrictEqual } from 'node:util'
import type { JsonSchema } from '../contract/attributes.ts'
import { FaultlineError } from '../contract/errors.ts'
import type { Problem } from '../contract/errors.ts'
import { fidelityHere } from '../contract/kind.ts'
import type { Kind, Stream } from '../contract/kind.ts'
import type { FaultSpec, Key, Match, OneOf, Owner, Trigger } from '../contract/model.ts'
import { validator } from '../contract/validate.ts'
import { catalogue } from './catalogue.ts'
import { completeAttributes, convert } from './complete-attributes.ts'
import type { Attributes } from './complete-attributes.ts'
import { FAULT_NAME, SETTINGS, STREAM } from './fault-schema.ts'
import { hostCatalogue } from './host-catalogue.ts'
import { judgeMatch } from './judge-match.ts'
import { lenientInput } from './lenient-input.ts'

export interface ResolveOptions {
  readonly owner: Owner
  /** Where the input stands in what the caller sent; problems point there. */
  readonly pointer?: string | undefined
  /** A seed that the owner brings. */
  readonly seed?: string | undefined
  /** Toxiproxy's rules instead of ours. */
  readonly lenient?: boolean | undefined
  readonly platform?: string | undefined
}

type Given = Readonly<Record<string, unknown>>

/** Those that were made here: what comes from outside may look like one. */
const RESOLVED = new WeakSet<object>()

export const isResolved = (fault: object): fault is FaultSpec => RESOLVED.has(fault)

function resolved(spec: FaultSpec): FaultSpec {
  RESOLVED.add(spec)
  return Object.freeze(spec)
}

const ENVELOPE: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['kind'],
  properties: {
    name: FAULT_NAME,
    kind: { type: 'string', enum: catalogue.names() },
    stream: STREAM,
    attributes: { type: 'object' },
    ...SETTINGS,
  },
}

const PATCH: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    attributes: { type: 'object' },
    ...Object.fromEntries(
      Object.entries<JsonSchema>(SETTINGS).map(([name, schema]) => [
        name,
        schema['x-optional'] === true ? orNull(schema) : schema,
      ]),
    ),
  },
}

/** Null takes a trigger, match or key away. */
function orNull(schema: JsonSchema): JsonSchema {
  return { ...schema, type: [schema['type'] as string, 'null'] }
}

/**
 * Input of any kind to a fault whose every field is checked, converted and complete.
 * @throws invalid_fault with all problems at once; kind_unsupported
 */
export function resolveFault(input: unknown, options: ResolveOptions): FaultSpec {
  const { pointer = '', owner, seed, lenient = false } = options
  const problems: Problem[] = []
  const report = (problem: Problem): void => void problems.push(problem)
  const read = lenient ? lenientInput(input, pointer, report) : undefined
  const given = (read?.input ?? input) as Given
  problems.push(...validator(ENVELOPE)(given, pointer))
  const kind = typeof given?.['kind'] === 'string' ? catalogue.get(given['kind']) : undefined
  if (kind === undefined) throw invalid('attach a fault', problems.map(asHostKind))
  const what = `attach a ${kind.kind} fault`
  if (kind.layer !== 'stream' && given['stream'] !== undefined && !lenient) {
    report({
      pointer: `${pointer}/stream`,
      message: `stream is ${JSON.stringify(given['stream'])}, but ${kind.kind} acts on whole ${kind.layer}s and takes no stream`,
    })
  }
  const attributes = completeAttributes(
    kind,
    given['attributes'] ?? {},
    { pointer: `${pointer}/attributes`, lenient },
    report,
  )
  if (problems.length > 0 || attributes === undefined) throw invalid(what, problems)
  mustWorkHere(kind, options)

  const stream = kind.layer === 'stream' ? ((given['stream'] as Stream | undefined) ?? 'downstream') : undefined
  const spelt = kind.layer === 'stream' ? (read?.streamEcho ?? stream) : undefined
  const spec: FaultSpec = {
    name:
      read?.name ??
      (given['name'] as string | undefined) ??
      (spelt === undefined ? kind.kind : `${kind.kind}_${spelt}`),
    kind: kind.kind,
    stream,
    ...(read?.streamEcho === undefined ? {} : { streamEcho: read.streamEcho }),
    attributes,
    ...settings(given, pointer, report),
    owner,
    seed,
  }
  judge(kind, spec, pointer, report)
  if (problems.length > 0) throw invalid(what, problems)
  return resolved(spec)
}

/**
 * A changed fault; attributes merge, the rest replaces. A patch that changes nothing gives the same object back.
 * @throws invalid_fault with all problems at once
 */
export function patchFault(
  spec: FaultSpec,
  patch: unknown,
  options: Omit<ResolveOptions, 'owner' | 'seed'> & { readonly owner?: Owner },
): FaultSpec {
  const { pointer = '', lenient = false } = options
  const what = `change fault ${JSON.stringify(spec.name)}`
  const problems: Problem[] = []
  const report = (problem: Problem): void => void problems.push(problem)
  const given = (lenient ? onlyToxic(patch) : patch) as Given
  for (const problem of validator(PATCH)(given, pointer)) report(fixed(problem, pointer))
  const kind = catalogue.require(spec.kind)
  if (problems.length > 0 && typeof given !== 'object') throw invalid(what, problems)
  const place = { pointer: `${pointer}/attributes`, lenient, onto: spec.attributes }
  const merged = completeAttributes(kind, given?.['attributes'] ?? {}, place, report)
  if (problems.length > 0 || merged === undefined) throw invalid(what, problems)

  // What is as it was keeps its identity: the plane then leaves it alone.
  const attributes = isDeepStrictEqual(merged, spec.attributes) ? spec.attributes : merged
  const next: FaultSpec = { ...spec, attributes, ...changed(spec, settings(given, pointer, report), given) }
  judge(kind, next, pointer, report)
  if (problems.length > 0) throw invalid(what, problems)
  return isDeepStrictEqual(next, spec) ? spec : resolved(next)
}

type Settings = Pick<FaultSpec, 'toxicity' | 'trigger' | 'match' | 'key' | 'appliesTo' | 'enabled' | 'dryRun' | 'oneOf'>

function settings(given: Given, pointer: string, report: (problem: Problem) => void): Settings {
  const converted = convert({ properties: SETTINGS }, given, pointer, report) as Given
  return {
    toxicity: converted['toxicity'] as number,
    trigger: (converted['trigger'] ?? undefined) as Trigger | undefined,
    match: (converted['match'] ?? undefined) as Match | undefined,
    key: (converted['key'] ?? undefined) as Key | undefined,
    appliesTo: converted['applies_to'] as Settings['appliesTo'],
    enabled: converted['enabled'] as boolean,
    dryRun: converted['dry_run'] as boolean,
    oneOf: (converted['one_of'] ?? undefined) as OneOf | undefined,
  }
}

/** Of the settings, those that a patch gave. */
function changed(spec: FaultSpec, given: Settings, patch: Given): Settings {
  const pick = <K extends keyof Settings>(name: K, wire: string = name): Settings[K] =>
    Object.hasOwn(patch, wire) ? given[name] : spec[name]
  return {
    toxicity: pick('toxicity'),
    trigger: pick('trigger'),
    match: pick('match'),
    key: pick('key'),
    appliesTo: pick('appliesTo', 'applies_to'),
    enabled: pick('enabled'),
    dryRun: pick('dryRun', 'dry_run'),
    oneOf: pick('oneOf', 'one_of'),
  }
}

/** What no schema can say: combinations, and addresses. */
function judge(kind: Kind, spec: FaultSpec, pointer: string, report: (problem: Problem) => void): void {
  judgeMatch(spec.match, kind.layer, `${pointer}/match`, report)
  const { after, per = 'fault' } = spec.trigger ?? {}
  const seen = typeof after === 'object' ? after.seen?.match : undefined
  judgeMatch(seen, 'exchange', `${pointer}/trigger/after/seen/match`, report)
  if (kind.layer === 'connection' && typeof after === 'object' && after.bytes !== undefined && per !== 'fault') {
    const message = `per is ${JSON.stringify(per)}, but with after.bytes on a fault on connections it must be "fault": nothing has passed when a connection is decided about`
    report({ pointer: `${pointer}/trigger/per`, message })
  }
  if (spec.oneOf !== undefined && spec.toxicity !== 1) {
    report({
      pointer: `${pointer}/toxicity`,
      message: `toxicity is ${spec.toxicity}, but beside one_of it must be 1: the weight says how often the fault acts`,
    })
  }
  const wrong = kind.check?.(spec.attributes as never, { toxicity: spec.toxicity })
  if (wrong !== undefined) report({ pointer: `${pointer}/attributes`, message: wrong })
}

/** Somebody who names a fault on the machine here has the wrong place, not the wrong name. */
function asHostKind(problem: Problem): Problem {
  const name = /^kind is "(\w+)"/.exec(problem.message)?.[1]
  if (name === undefined || hostCatalogue.get(name) === undefined) return problem
  const message = `kind is ${name}, which acts on the machine and not on traffic: begin it with POST /v1/host_faults, or under host in a stage`
  return { ...problem, message }
}

function mustWorkHere(kind: Kind, { platform = process.platform, pointer = '' }: ResolveOptions): void {
  if (fidelityHere(kind, platform) !== 'unsupported') return
  const where =
    typeof kind.fidelity === 'string'
      ? []
      : Object.keys(kind.fidelity).filter((one) => fidelityHere(kind, one) !== 'unsupported' && one !== 'other')
  throw new FaultlineError(
    'kind_unsupported',
    `cannot attach a ${kind.kind} fault: it does not work on ${platform}, only on ${where.join(', ')}`,
    {
      pointer: `${pointer}/kind`,
    },
  )
}

/** Toxiproxy looks at these two alone. */
function onlyToxic(patch: unknown): Attributes {
  const { attributes, toxicity } = (patch ?? {}) as Given
  return {
    ...(attributes === undefined || attributes === null ? {} : { attributes }),
    ...(toxicity === undefined || toxicity === null ? {} : { toxicity }),
  }
}

function fixed(problem: Problem, pointer: string): Problem {
  const field = ['name', 'kind', 'stream'].find((name) => problem.pointer === `${pointer}/${name}`)
  if (field === undefined) return problem
  return { ...problem, message: `${field} cannot be changed; remove the fault and attach another` }
}

function invalid(what: string, problems: readonly Problem[]): FaultlineError {
  return new FaultlineError('invalid_fault', `cannot ${what}: ${problems.map(({ message }) => message).join('; ')}`, {
    problems,
  })
}
