import { FaultlineError } from '../contract/errors.ts'
import type { Problem } from '../contract/errors.ts'
import type { RunStartOptions } from '../contract/ports.ts'
import { validator } from '../contract/validate.ts'
import { convert } from '../faults/complete-attributes.ts'
import type { ParameterValues } from '../contract/profile-wire.ts'
import type { CheckRules } from './checks/check-kind.ts'
import type { ProfileLibrary } from './profile-library.ts'
import { RUN_TTL, START_OPTIONS } from './profile-schema.ts'
import type { Profile } from './profile.ts'
import { readProfile } from './read-profile.ts'

/** @throws FaultlineError invalid_request */
export function checkOptions(options: RunStartOptions): void {
  const problems = validator(START_OPTIONS)(options)
  if (problems.length === 0) return
  const detail = `cannot start a run: ${problems.map(({ message }) => message).join('; ')}`
  throw new FaultlineError('invalid_request', detail, { problems })
}

/** @throws FaultlineError invalid_request */
export function readTtl({ ttl }: RunStartOptions): number | undefined {
  if (ttl === undefined) return undefined
  const problems: Problem[] = []
  const ms = convert(RUN_TTL, ttl, '/ttl', (problem) => void problems.push(problem)) as number
  if (problems.length === 0) return ms
  throw new FaultlineError('invalid_request', `cannot start a run: ${problems[0]?.message ?? ''}`, { problems })
}

/**
 * A profile by its name, or one given whole, with its parameters set.
 * @throws FaultlineError profile_not_found, invalid_profile, invalid_request
 */
export async function loadProfile(
  library: Pick<ProfileLibrary, 'load' | 'rules'>,
  input: string | object,
  parameters: ParameterValues = {},
): Promise<Profile> {
  return typeof input === 'string' ? library.load(input, parameters) : readInline(input, parameters, library.rules)
}

/** Problems point into the request, where the profile is one field among others. */
function readInline(input: object, parameters: ParameterValues, rules: CheckRules | undefined): Profile {
  try {
    return readProfile(input, parameters, rules)
  } catch (error) {
    if (!(error instanceof FaultlineError) || error.code !== 'invalid_profile') throw error
    const problems = error.problems.map(({ pointer, message }) => ({ pointer: `/profile${pointer}`, message }))
    throw new FaultlineError(error.code, error.message, { problems, remedy: error.remedy })
  }
}
