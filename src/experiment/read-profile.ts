import { LONGEST_MS } from '../contract/attributes.ts'
import { CHECK_ROLES } from '../contract/checks.ts'
import type { Problem } from '../contract/errors.ts'
import { FaultlineError } from '../contract/errors.ts'
import { escapePointer, validator } from '../contract/validate.ts'
import type { AimedFaultInput, ParameterValues, ProfileInput, TargetSelector } from '../contract/profile-wire.ts'
import { convert } from '../faults/complete-attributes.ts'
import type { CheckRules } from './checks/check-kind.ts'
import { readChecks } from './checks/read-checks.ts'
import { matrixProblems } from './matrix.ts'
import { fillParameters, unknownParameters } from './parameters.ts'
import { AIMED, MAX_DURATION, profileSchema } from './profile-schema.ts'
import { stagesOf } from './profile.ts'
import type { Profile, ProfileStage, Target } from './profile.ts'
import { readFault } from './read-fault.ts'
import { readStages } from './read-stages.ts'

const SHAPE = profileSchema(AIMED)

/**
 * A profile from plain data, as YAML or JSON gave it.
 * @param set values of its parameters; those left out keep their defaults
 * @param rules what the settings allow of its checks; undefined where that is not known
 * @throws FaultlineError (invalid_profile) with every problem there is, not only the first; invalid_request when `set` names
 * a parameter that the profile does not have
 */
export function readProfile(written: unknown, set: ParameterValues = {}, rules?: CheckRules): Profile {
  const { value, parameters, problems: unfilled, explain } = fillParameters(written, set)
  const shape = validator(SHAPE)(value)
  const refuse = (problems: readonly Problem[]): FaultlineError => invalid(value, [...unfilled, ...explain(problems)])
  if (shape.length > 0)
    throw refuse([...shape, ...faultsOfSoundShape(value, shape), ...checksOfSoundShape(value, shape, rules)])
  const input = value as ProfileInput
  const names = parameters.map(({ name }) => name)
  const problems: Problem[] = matrixProblems(input.matrix, names)
  const targets = new Map<string, Target>()
  for (const [name, target] of Object.entries(input.targets ?? {})) {
    const read = readTarget(target, `/targets/${escapePointer(name)}`, problems)
    if (read !== undefined) targets.set(name, read)
  }
  const checks = readChecks(input, problems, rules)
  const stages = readStages(input, problems)
  const all = stagesOf({ stages })
  if (problems.length === 0 && all.every(({ stage }) => isIdle(stage))) {
    problems.push({
      pointer: '/stages',
      message: 'no stage has a fault, a partition or a host fault, so that nothing would be injected',
    })
  }
  const maxDurationMs = readMaxDuration(input, problems)
  if (problems.length + unfilled.length > 0) throw refuse(problems)
  requireKnown(names, set)
  const { name, description = '', watch, matrix, rollback = 'always' } = input
  const seed = input.seed === undefined ? undefined : String(input.seed)
  return { name, description, watch, seed, maxDurationMs, parameters, matrix, targets, checks, rollback, stages }
}

function requireKnown(names: readonly string[], set: ParameterValues): void {
  const problems = unknownParameters(names, set, '/parameters')
  if (problems.length === 0) return
  throw new FaultlineError('invalid_request', problems.map(({ message }) => message).join('; '), { problems })
}

function invalid(value: unknown, problems: readonly Problem[]): FaultlineError {
  const name = (value as { name?: unknown } | null | undefined)?.name
  const which = typeof name === 'string' ? `profile ${JSON.stringify(name.slice(0, 100))}` : 'the profile'
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  return new FaultlineError('invalid_profile', `${which} is not valid: ${problems[0]?.message ?? ''}${more}`, {
    problems,
  })
}

function readMaxDuration({ max_duration: given }: ProfileInput, problems: Problem[]): number | undefined {
  if (given === undefined) return undefined
  return convert(MAX_DURATION, given, '/max_duration', (problem) => void problems.push(problem)) as number
}

const isIdle = ({ faults, partition, host = [] }: ProfileStage): boolean =>
  faults.length + host.length === 0 && partition === undefined

type TargetInput = NonNullable<ProfileInput['targets']>[string]

function readTarget(input: TargetInput, pointer: string, problems: Problem[]): Target | undefined {
  const proxy = 'proxy' in input ? input.proxy : undefined
  const wrong = (message: string): undefined => void problems.push({ pointer, message: `a target ${message}` })
  const { plane, allow_unseeded: unseeded }: TargetSelector = input
  const isMixed = 'upstream' in input || (input.from ?? input.to) !== undefined
  if (plane !== undefined && isMixed) return wrong('on a plane is { plane: name, proxy: name }, without labels')
  if (plane === undefined && unseeded !== undefined) return wrong('that allows unseeded chance must name a plane')
  if ('upstream' in input) {
    return proxy === undefined
      ? { is: 'inline', proxy: input }
      : wrong('is either { proxy: name } or a whole proxy with upstream, not both')
  }
  if ('listen' in input || 'protocol' in input) return wrong('that is a whole proxy needs an upstream')
  if (proxy !== undefined && (input.from !== undefined || input.to !== undefined)) {
    return wrong('is either { proxy: name } or labels (from, to), not both')
  }
  return { is: 'existing', selector: input }
}

/** Nobody corrects more mistakes than this at a time. */
const ENOUGH = 100

/** Where the shape of a profile is wrong, its sound faults are judged all the same: one look shall correct all. */
function faultsOfSoundShape(value: unknown, shape: readonly Problem[]): Problem[] {
  const { targets, stages } = (value ?? {}) as Partial<ProfileInput>
  const known = typeof targets === 'object' ? Object.keys(targets ?? {}) : []
  const wrong = new Set(shape.map(({ pointer }) => pointer))
  const found: Problem[] = []
  // A list that is itself wrong may be too long to look through.
  const items = (list: unknown, pointer: string): readonly [string, unknown][] =>
    !Array.isArray(list) || wrong.has(pointer)
      ? []
      : list.map((item: unknown, index) => [`${pointer}/${index}`, item] as const)
  const look = (list: unknown, base: string): void => {
    for (const [at, stage] of items(list, base)) {
      const { faults, parallel } = (stage ?? {}) as { faults?: unknown; parallel?: unknown }
      for (const [here, fault] of items(faults, `${at}/faults`)) {
        if (shape.length + found.length >= ENOUGH) return
        if (shape.some(({ pointer }) => `${pointer}/`.startsWith(`${here}/`))) continue
        readFault(fault as AimedFaultInput, LONGEST_MS, known, here, found)
      }
      for (const [lane, one] of items(parallel, `${at}/parallel`)) {
        look((one as { stages?: unknown } | null)?.stages, `${lane}/stages`)
      }
    }
  }
  look(stages, '/stages')
  return found
}

/** The same of checks. */
function checksOfSoundShape(value: unknown, shape: readonly Problem[], rules: CheckRules | undefined): Problem[] {
  const { targets, ...input } = (value ?? {}) as Partial<ProfileInput>
  const problems: Problem[] = []
  const isSound = (here: string): boolean => !shape.some(({ pointer }) => `${pointer}/`.startsWith(`${here}/`))
  const known = typeof targets === 'object' ? (targets ?? {}) : {}
  for (const role of CHECK_ROLES) {
    if (Array.isArray(input[role]) && !shape.some(({ pointer }) => pointer === `/${role}`))
      readChecks({ targets: known, [role]: input[role] }, problems, rules, isSound)
  }
  return problems
}
