import { FaultlineError } from '../contract/errors.ts'
import type { Problem } from '../contract/errors.ts'
import type { ParameterValues } from '../contract/profile-wire.ts'
import type { CheckRules } from './checks/check-kind.ts'
import { parseYaml } from './yaml-source.ts'
import type { YamlSource } from './yaml-source.ts'
import type { Profile } from './profile.ts'
import { readProfile } from './read-profile.ts'

/** Longer ones are no profiles; parsing them would hold up the daemon. */
export const LONGEST_PROFILE = 256 * 1024

/**
 * A profile from YAML text.
 * @param file how messages call it
 * @param set values of its parameters
 * @param rules what the settings allow of its checks, where that is known
 * @throws FaultlineError (invalid_profile) with every problem, each as `file:line:column: ...`
 */
export function parseProfile(file: string, text: string, set: ParameterValues = {}, rules?: CheckRules): Profile {
  const source = parse(file, text)
  try {
    return readProfile(source.value, set, rules)
  } catch (error) {
    if (!(error instanceof FaultlineError) || error.code !== 'invalid_profile') throw error
    throw invalid(
      file,
      error.problems.map((problem) => located(file, source, problem)),
    )
  }
}

/** The text of a profile as plain data. @throws FaultlineError (invalid_profile) where it is no YAML, or no object */
export function writtenProfile(file: string, text: string): object {
  const { value } = parse(file, text)
  if (typeof value === 'object' && value !== null) return value
  throw new FaultlineError('invalid_profile', `${file} is not a valid profile: it holds no object`)
}

function parse(file: string, text: string): YamlSource {
  if (text.length > LONGEST_PROFILE) {
    throw new FaultlineError(
      'invalid_profile',
      `${file} has ${text.length} characters; at most ${LONGEST_PROFILE} are read`,
    )
  }
  const source = parseYaml(text)
  if (source.syntax.length === 0) return source
  throw invalid(
    file,
    source.syntax.map(({ place, message }) => ({
      pointer: '',
      message: `${file}:${place.line}:${place.column}: ${message}`,
    })),
  )
}

/** Where a pointer leads in the text of a profile, as `file:line:column`. */
export const placeIn = (file: string, text: string, pointer: string): string =>
  placeOf(file, parse(file, text), pointer)

function placeOf(file: string, source: YamlSource, pointer: string): string {
  const path = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  const { line, column } = source.place(path, 'name')
  return `${file}:${line}:${column}`
}

const located = (file: string, source: YamlSource, { pointer, message }: Problem): Problem => ({
  pointer,
  message: `${placeOf(file, source, pointer)}: ${message}`,
})

function invalid(file: string, problems: readonly Problem[]): FaultlineError {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`
  return new FaultlineError('invalid_profile', `${file} is not a valid profile: ${count}`, { problems })
}
