import type { JsonSchema } from '../../contract/attributes.ts'
import type { Problem } from '../../contract/errors.ts'
import { CHECK_PHASES, CHECK_ROLES } from '../../contract/checks.ts'
import type { CheckInput, CheckPhase, CheckRole } from '../../contract/checks.ts'
import type { ProfileInput } from '../../contract/profile-wire.ts'
import { convert } from '../../faults/complete-attributes.ts'
import type { AnyCheckKind, CheckRules, Wrong } from './check-kind.ts'
import { CHECK_KINDS } from './check-kinds.ts'
import { STEADY_TIMES } from './check-schema.ts'
import type { Check } from './check.ts'
import { needsBaseline } from './expectation.ts'
import type { Expectation } from './expectation.ts'
import { ExpectationError, parseExpectation } from './parse-expectation.ts'

const FIELDS = { steady_state: 'expect', stop_when: 'if' } as const satisfies Record<CheckRole, string>
const LONGEST_DEFAULT_TIMEOUT_MS = 5000
const RECOVER_MS = STEADY_TIMES.recover_within['default'] as number

interface Reading {
  readonly targets: readonly string[]
  readonly problems: Problem[]
  /** What the settings allow; undefined where they are not known, as when a file is judged without a daemon. */
  readonly rules: CheckRules | undefined
}

/**
 * The checks of a profile. Whatever is wrong with them beyond their shape goes into `problems`.
 * @param isSound tells by its pointer whether the shape of one is sound; others are passed over
 */
export function readChecks(
  input: Pick<ProfileInput, CheckRole | 'targets'>,
  problems: Problem[],
  rules: CheckRules | undefined,
  isSound: (pointer: string) => boolean = () => true,
): readonly Check[] {
  const reading = { targets: Object.keys(input.targets ?? {}), problems, rules }
  const checks = CHECK_ROLES.flatMap((role) =>
    (input[role] ?? []).flatMap((check, index) => {
      const pointer = `/${role}/${index}`
      return isSound(pointer) ? (readCheck(check, role, pointer, reading) ?? []) : []
    }),
  )
  const names = new Set<string>()
  for (const { name, pointer } of checks) {
    if (names.has(name))
      problems.push({
        pointer: `${pointer}/name`,
        message: `name is ${JSON.stringify(name)}, as is that of an earlier check`,
      })
    names.add(name)
  }
  return checks
}

function readCheck(input: CheckInput, role: CheckRole, pointer: string, reading: Reading): Check | undefined {
  const { problems } = reading
  const before = problems.length
  const kind = kindOf(input, pointer, problems)
  if (kind === undefined) return undefined
  const report = (problem: Problem): void => void problems.push(problem)
  const attributes = convert(kind.attributes, input[kind.kind as keyof CheckInput], `${pointer}/${kind.kind}`, report)
  const time = (field: keyof typeof STEADY_TIMES): number | undefined =>
    input[field] === undefined
      ? undefined
      : (convert(STEADY_TIMES[field] as JsonSchema, input[field], `${pointer}/${field}`, report) as number)
  const everyMs = time('every') ?? kind.every
  const phases: readonly CheckPhase[] = role === 'stop_when' ? ['during'] : (input.when ?? CHECK_PHASES)
  const check: Check = {
    name: input.name,
    role,
    pointer,
    kind,
    attributes: attributes as Check['attributes'],
    expectations: readExpectations(input, role, kind, pointer, problems),
    // In the order of time, however they were written.
    phases: CHECK_PHASES.filter((phase) => phases.includes(phase)),
    everyMs,
    timeoutMs: time('timeout') ?? Math.min(everyMs, LONGEST_DEFAULT_TIMEOUT_MS),
    failures: input.failures ?? 1,
    successes: input.successes ?? 3,
    recoverMs: time('recover_within') ?? RECOVER_MS,
  }
  judgeBaseline(check, problems)
  if (problems.length === before) problems.push(...judgeKind(check, reading))
  return check
}

function kindOf(input: CheckInput, pointer: string, problems: Problem[]): AnyCheckKind | undefined {
  const given = CHECK_KINDS.filter(({ kind }) => input[kind as keyof CheckInput] !== undefined)
  const [kind] = given
  if (given.length === 1) return kind
  const names = CHECK_KINDS.map((one) => one.kind).join(', ')
  problems.push({
    pointer,
    message:
      given.length === 0
        ? `the check ${input.name} does not say what it looks at: it needs one of ${names}`
        : `the check ${input.name} looks at ${given.map((one) => one.kind).join(' and ')}; it must be one of them`,
  })
  return undefined
}

function readExpectations(
  input: CheckInput,
  role: CheckRole,
  kind: AnyCheckKind,
  pointer: string,
  problems: Problem[],
): Expectation[] {
  const field = FIELDS[role]
  const written = input[field] ?? kind.expect
  if (written === undefined) {
    problems.push({
      pointer: `${pointer}/${field}`,
      message: `expect is missing: a check of kind ${kind.kind} must say what it expects`,
    })
    return []
  }
  return [written].flat().flatMap((text, index) => {
    const here = `${pointer}/${field}${typeof written === 'string' ? '' : `/${index}`}`
    try {
      return [parseExpectation(text, kind)]
    } catch (error) {
      if (!(error instanceof ExpectationError)) throw error
      problems.push({
        pointer: here,
        message: `${field} is ${JSON.stringify(text)}; at character ${error.at}: ${error.message}`,
      })
      return []
    }
  })
}

/** A baseline is measured before anything is injected, or there is none. */
function judgeBaseline({ expectations, phases, role, name, pointer }: Check, problems: Problem[]): void {
  for (const { text } of expectations.filter(needsBaseline)) {
    if (phases.includes('before')) continue
    problems.push(
      role === 'stop_when'
        ? {
            pointer: `${pointer}/if`,
            message: `${JSON.stringify(text)} compares with a baseline, which a stop condition does not measure; make it a check of steady_state`,
          }
        : {
            pointer: `${pointer}/when`,
            message: `${JSON.stringify(text)} compares with the baseline, which the check ${name} can only measure before: its when must have before`,
          },
    )
  }
}

function judgeKind({ kind, attributes, pointer }: Check, { targets, rules }: Reading): Problem[] {
  const placed = (wrong: readonly Wrong[]): Problem[] =>
    wrong.map((one) => ({ pointer: `${pointer}/${kind.kind}${one.pointer}`, message: one.message }))
  const given = attributes as never
  const wrong = placed(kind.judge?.(given, { targets }) ?? [])
  return wrong.length > 0 || rules === undefined ? wrong : placed(kind.permit?.(given, rules) ?? [])
}
