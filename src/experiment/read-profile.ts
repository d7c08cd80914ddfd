import type { Problem } from '../contract/errors.ts'
import { FaultlineError } from '../contract/errors.ts'
import { escapePointer, validator } from '../contract/validate.ts'
import type { FaultInput, ProfileInput } from '../contract/wire.ts'
import { convert } from '../faults/complete-attributes.ts'
import { resolveFault } from '../faults/resolve.ts'
import { nearest } from '../kernel/nearest.ts'
import { AIMED, profileSchema, STAGE_DURATION } from './profile-schema.ts'
import type { Profile, ProfileStage, Target } from './profile.ts'

const SHAPE = profileSchema(AIMED)

/**
 * A profile from plain data, as YAML or JSON gave it.
 * @throws FaultlineError (invalid_profile) with every problem there is, not only the first
 */
export function readProfile(value: unknown): Profile {
  const problems = validator(SHAPE)(value)
  if (problems.length > 0) throw invalid(value, [...problems, ...faultsOfSoundShape(value, problems)])
  const input = value as ProfileInput
  const targets = new Map<string, Target>()
  for (const [name, target] of Object.entries(input.targets)) {
    const read = readTarget(target, `/targets/${escapePointer(name)}`, problems)
    if (read !== undefined) targets.set(name, read)
  }
  const known = Object.keys(input.targets)
  const stages = input.stages.map((stage, index) => readStage(stage, `/stages/${index}`, known, problems))
  for (const [index, { name }] of stages.entries()) {
    if (stages.findIndex((other) => other.name === name) === index) continue
    problems.push({
      pointer: `/stages/${index}/name`,
      message: `name is ${JSON.stringify(name)}, as is that of an earlier stage`,
    })
  }
  if (problems.length === 0 && stages.every(({ faults }) => faults.length === 0)) {
    problems.push({ pointer: '/stages', message: 'no stage has a fault, so that nothing would be injected' })
  }
  if (problems.length > 0) throw invalid(value, problems)
  const { name, description = '', watch, seed } = input
  return { name, description, watch, seed: seed === undefined ? undefined : String(seed), targets, stages }
}

function invalid(value: unknown, problems: readonly Problem[]): FaultlineError {
  const name = (value as { name?: unknown } | null | undefined)?.name
  const which = typeof name === 'string' ? `profile ${JSON.stringify(name.slice(0, 100))}` : 'the profile'
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  return new FaultlineError('invalid_profile', `${which} is not valid: ${problems[0]?.message ?? ''}${more}`, {
    problems,
  })
}

type TargetInput = ProfileInput['targets'][string]

function readTarget(input: TargetInput, pointer: string, problems: Problem[]): Target | undefined {
  const proxy = 'proxy' in input ? input.proxy : undefined
  const wrong = (message: string): undefined => void problems.push({ pointer, message: `a target ${message}` })
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

type StageInput = ProfileInput['stages'][number]

function readStage(stage: StageInput, pointer: string, targets: readonly string[], problems: Problem[]): ProfileStage {
  const report = (problem: Problem): void => void problems.push(problem)
  const durationMs = convert(STAGE_DURATION, stage.duration, `${pointer}/duration`, report) as number
  const faults = (stage.faults ?? []).map(({ target, ...input }, index) => {
    const here = `${pointer}/faults/${index}`
    problems.push(...targetProblem(target, targets, here), ...faultProblems(input, here))
    return { target, input }
  })
  return { name: stage.name, durationMs, faults }
}

function targetProblem(target: string, targets: readonly string[], pointer: string): Problem[] {
  if (targets.includes(target)) return []
  const near = nearest(target, targets)
  const hint = near === undefined ? `the targets are ${targets.join(', ')}` : `did you mean ${near}?`
  return [
    {
      pointer: `${pointer}/target`,
      message: `target is ${JSON.stringify(target)}, which the profile does not have; ${hint}`,
    },
  ]
}

/** Nobody corrects more mistakes than this at a time. */
const ENOUGH = 100

/** Where the shape of a profile is wrong, its sound faults are judged all the same: one look shall correct all. */
function faultsOfSoundShape(value: unknown, shape: readonly Problem[]): Problem[] {
  const { targets, stages } = (value ?? {}) as Partial<ProfileInput>
  // A list that is itself wrong may be too long to look through.
  const isWrong = (list: string): boolean => shape.some(({ pointer }) => pointer === list)
  if (!Array.isArray(stages) || isWrong('/stages')) return []
  const known = typeof targets === 'object' ? Object.keys(targets ?? {}) : []
  const found: Problem[] = []
  for (const [at, stage] of (stages as readonly (Partial<StageInput> | null)[]).entries()) {
    const faults = stage?.faults
    if (!Array.isArray(faults) || isWrong(`/stages/${at}/faults`)) continue
    for (const [index, fault] of faults.entries() as Iterable<[number, NonNullable<StageInput['faults']>[number]]>) {
      if (shape.length + found.length >= ENOUGH) return found
      const here = `/stages/${at}/faults/${index}`
      if (shape.some(({ pointer }) => `${pointer}/`.startsWith(`${here}/`))) continue
      const { target, ...input } = fault
      found.push(...(known.length === 0 ? [] : targetProblem(target, known, here)), ...faultProblems(input, here))
    }
  }
  return found
}

function faultProblems(input: FaultInput, pointer: string): readonly Problem[] {
  try {
    resolveFault(input, { owner: 'api', pointer })
    return []
  } catch (error) {
    if (!(error instanceof FaultlineError)) throw error
    // Whether a kind works on this platform is asked when the profile is started.
    if (error.code === 'kind_unsupported') return []
    return error.problems.length > 0 ? error.problems : [{ pointer: error.pointer ?? pointer, message: error.message }]
  }
}
