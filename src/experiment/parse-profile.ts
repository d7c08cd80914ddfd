import { FaultlineError } from '../contract/errors.ts'
import type { Problem } from '../contract/errors.ts'
import { parseYaml } from './yaml-source.ts'
import type { YamlSource } from './yaml-source.ts'
import type { Profile } from './profile.ts'
import { readProfile } from './read-profile.ts'

/** Longer ones are no profiles; parsing them would hold up the daemon. */
export const LONGEST_PROFILE = 256 * 1024

/**
 * A profile from YAML text.
 * @param file how messages call it
 * @throws FaultlineError (invalid_profile) with every problem, each as `file:line:column: ...`
 */
export function parseProfile(file: string, text: string): Profile {
  if (text.length > LONGEST_PROFILE) {
    throw new FaultlineError(
      'invalid_profile',
      `${file} has ${text.length} characters; at most ${LONGEST_PROFILE} are read`,
    )
  }
  const source = parseYaml(text)
  if (source.syntax.length > 0) {
    throw invalid(
      file,
      source.syntax.map(({ place, message }) => ({
        pointer: '',
        message: `${file}:${place.line}:${place.column}: ${message}`,
      })),
    )
  }
  try {
    return readProfile(source.value)
  } catch (error) {
    if (!(error instanceof FaultlineError) || error.problems.length === 0) throw error
    throw invalid(
      file,
      error.problems.map((problem) => located(file, source, problem)),
    )
  }
}

function located(file: string, source: YamlSource, { pointer, message }: Problem): Problem {
  const path = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  const { line, column } = source.place(path, 'name')
  return { pointer, message: `${file}:${line}:${column}: ${message}` }
}

function invalid(file: string, problems: readonly Problem[]): FaultlineError {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`
  return new FaultlineError('invalid_profile', `${file} is not a valid profile: ${count}`, { problems })
}
