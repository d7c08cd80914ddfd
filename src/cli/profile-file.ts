import { readFileSync } from 'node:fs'
import { MisuseError } from './misuse.ts'

/** A profile's name has no slash and no such ending, so that what has one is a file. */
export const isFile = (profile: string): boolean => /[/\\]|\.(ya?ml|json)$/i.test(profile)

/** @throws MisuseError when it cannot be read */
export function readTextFile(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new MisuseError(
      `the ${what} ${file} could not be read: ${code === 'ENOENT' ? 'there is no such file' : message}`,
      'Name a file that can be read.',
    )
  }
}
