import { realpath } from 'node:fs/promises'
import { sep } from 'node:path'
import { FaultlineError } from '../contract/errors.ts'

/**
 * The folder as it really is, when it is one that is allowed or within one: links do not lead out.
 * @throws FaultlineError host_not_allowed, host_fault_failed
 */
export async function allowedFolder(folder: string, allowed: readonly string[]): Promise<string> {
  const real = await realpath(folder).catch((error: Error) => {
    throw new FaultlineError('host_fault_failed', `cannot use the folder ${folder}: ${error.message}`)
  })
  const roots = await Promise.all(allowed.map((one) => realpath(one).catch(() => undefined)))
  if (roots.some((root) => root !== undefined && (real === root || `${real}${sep}`.startsWith(withEnd(root)))))
    return real
  const list = allowed.length === 0 ? 'none is' : `allowed are ${allowed.join(', ')}`
  const where = real === folder ? folder : `${folder} (which is ${real})`
  throw new FaultlineError('host_not_allowed', `cannot use the folder ${where}: it is not allowed (${list})`, {
    remedy: 'Add it to host_faults.allow.folders in the config.',
  })
}

const withEnd = (folder: string): string => (folder.endsWith(sep) ? folder : `${folder}${sep}`)
