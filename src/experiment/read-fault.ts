import { FaultlineError } from '../contract/errors.ts'
import type { Problem } from '../contract/errors.ts'
import { escapePointer } from '../contract/validate.ts'
import type { AimedFaultInput } from '../contract/profile-wire.ts'
import type { FaultSpec } from '../contract/model.ts'
import { resolveFault } from '../faults/resolve.ts'
import { nearest } from '../kernel/nearest.ts'
import type { AimedFault } from './profile.ts'
import { readRamps } from './read-ramps.ts'
import type { WrittenRamp } from './read-ramps.ts'
import { valueAt } from './timeline/ramp.ts'
import type { Ramp } from './timeline/ramp.ts'

/**
 * A fault of a stage, with its ramps apart.
 * @param stageMs how long the stage lasts: as long as a ramp that does not say it
 */
export function readFault(
  aimed: AimedFaultInput,
  stageMs: number,
  targets: readonly string[],
  pointer: string,
  problems: Problem[],
): AimedFault {
  const { target, ...written } = aimed
  problems.push(...targetProblem(target, targets, pointer))
  const { at, ramps: asked } = readRamps(written, stageMs, pointer, problems)
  const first = judge(at('from'), pointer, asked, 'from')
  const last = asked.length === 0 ? first : judge(at('to'), pointer, asked, 'to')
  const told = new Set<string>()
  for (const problem of [...first.problems, ...last.problems]) {
    const key = `${problem.pointer} ${problem.message}`
    if (!told.has(key)) problems.push(problem)
    told.add(key)
  }
  const { spec } = first
  if (spec === undefined || last.spec === undefined || asked.length === 0) return { target, input: at('from'), spec }
  const ramps = asked.map((ramp) => endsOf(ramp, spec, last.spec as FaultSpec))
  for (const [i, ramp] of ramps.entries()) problems.push(...shapeProblem(ramp, asked[i]?.pointer ?? pointer))
  problems.push(...onTheWay(at, ramps, pointer))
  return { target, input: at('from'), spec, ramps }
}

function targetProblem(target: string, targets: readonly string[], pointer: string): Problem[] {
  if (targets.length === 0 || targets.includes(target)) return []
  const near = nearest(target, targets)
  const hint = near === undefined ? `the targets are ${targets.join(', ')}` : `did you mean ${near}?`
  return [
    {
      pointer: `${pointer}/target`,
      message: `target is ${JSON.stringify(target)}, which the profile does not have; ${hint}`,
    },
  ]
}

interface Judged {
  readonly spec: FaultSpec | undefined
  readonly problems: readonly Problem[]
}

/** What is wrong with a fault itself; where a ramp stands, the problem is one of its end. */
function judge(input: object, pointer: string, ramps: readonly WrittenRamp[], end: 'from' | 'to'): Judged {
  try {
    return { spec: resolveFault(input, { owner: 'api', pointer }), problems: [] }
  } catch (error) {
    if (!(error instanceof FaultlineError)) throw error
    // Whether a kind works on this platform is asked when the profile is started.
    if (error.code === 'kind_unsupported') return { spec: undefined, problems: [] }
    const found =
      error.problems.length > 0 ? error.problems : [{ pointer: error.pointer ?? pointer, message: error.message }]
    const problems = found.map((problem) =>
      ramps.some((ramp) => ramp.pointer === problem.pointer)
        ? { ...problem, pointer: `${problem.pointer}/ramp/${end}` }
        : problem,
    )
    return { spec: undefined, problems }
  }
}

const valueOf = (spec: FaultSpec, of: string): number =>
  of === 'toxicity' ? spec.toxicity : (spec.attributes[of] as number)

const endsOf = ({ pointer: _pointer, ...ramp }: WrittenRamp, first: FaultSpec, last: FaultSpec): Ramp => ({
  ...ramp,
  from: valueOf(first, ramp.of),
  to: valueOf(last, ramp.of),
})

function shapeProblem({ shape, from, to }: Ramp, pointer: string): Problem[] {
  if (shape !== 'exponential' || (from > 0 && to > 0)) return []
  const which = from > 0 ? 'to' : 'from'
  return [
    {
      pointer: `${pointer}/ramp/${which}`,
      message: `${which} is 0, but must be above 0: an exponential ramp grows by equal factors, and never leaves or reaches 0`,
    },
  ]
}

const PLACES = [0.25, 0.5, 0.75]

/** Both ends may be sound, and what is between them not, where attributes depend on one another. */
function onTheWay(at: (end: 'from') => object, ramps: readonly Ramp[], pointer: string): readonly Problem[] {
  const base = at('from') as { attributes?: object }
  const over = Math.max(...ramps.map(({ overMs }) => overMs))
  for (const place of PLACES) {
    const values = Object.fromEntries(ramps.map((ramp) => [ramp.of, valueAt(ramp, place * over)]))
    const { toxicity, ...attributes } = values
    const input = {
      ...base,
      ...(toxicity === undefined ? {} : { toxicity }),
      attributes: { ...base.attributes, ...attributes },
    }
    const { problems } = judge(input, pointer, [], 'from')
    if (problems.length === 0) continue
    const told = ramps.map(({ of }) => `${escapePointer(of)} ${values[of]}`).join(', ')
    return problems.map((problem) => ({ ...problem, message: `on the way (${told}): ${problem.message}` }))
  }
  return []
}
