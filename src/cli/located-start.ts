import { ApiError } from '../client/client-error.ts'
import { FaultlineError } from '../contract/errors.ts'
import { isFile, readTextFile } from './profile-file.ts'

/** Problems of the request stand in the profile, which is one field of it. */
const IN_PROFILE = '/profile'

/**
 * Starts something with a profile. What only the daemon can refuse (a command that its config does not allow) is told
 * with its place in the file, where there is one.
 */
export async function locatedStart<T>(profile: string, start: () => Promise<T>): Promise<T> {
  try {
    return await start()
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'invalid_profile' || !isFile(profile)) throw error
    const text = readTextFile(profile, 'profile')
    const { locateProblems } = await import('../daemon/check-files.ts')
    const inFile = error.problems.map(({ pointer, message }) => ({
      pointer: pointer.startsWith(IN_PROFILE) ? pointer.slice(IN_PROFILE.length) : '',
      message,
    }))
    const problems = locateProblems(profile, text, inFile)
    throw new FaultlineError('invalid_profile', `the daemon refused ${profile}`, { problems, remedy: error.remedy })
  }
}
