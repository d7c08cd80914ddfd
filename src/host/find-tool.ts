import { constants } from 'node:fs'
import { access } from 'node:fs/promises'

/** Not by PATH, which is whoever's started the daemon. */
const FOLDERS = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin']

/** A program of the system by its name. @returns its path, or undefined when it is not there */
export async function findTool(name: 'fallocate' | 'prlimit'): Promise<string | undefined> {
  for (const folder of FOLDERS) {
    const path = `${folder}/${name}`
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (found) return path
  }
  return undefined
}
