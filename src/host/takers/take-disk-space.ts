import { stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { HostEffect } from '../../contract/host.ts'
import { FaultlineError } from '../../contract/errors.ts'
import { allowedFolder } from '../allowed-folder.ts'
import { findTool } from '../find-tool.ts'
import { fillerName } from '../undo.ts'
import type { Taken, TakeContext } from './taken.ts'

const BLOCK = 512

export async function takeDiskSpace(
  { folder, size }: HostEffect & { take: 'disk_space' },
  { fault, start, limits, share }: TakeContext,
): Promise<Taken> {
  const real = await allowedFolder(folder, limits.folders)
  const before = await room(real)
  const bytes = 'bytes' in size ? size.bytes : Math.max(0, Math.ceil((before.total * size.percent) / 100) - before.used)
  if (bytes === 0) throw new Error(`the filesystem of ${real} is fuller than asked already`)
  if (bytes > share.disk) {
    const detail = `cannot fill ${real}: that takes ${bytes} bytes; at most ${share.disk} are allowed`
    throw new FaultlineError('host_not_allowed', detail)
  }
  if (before.free - bytes < limits.diskReserve) {
    throw new Error(
      `${bytes} bytes are asked of the ${before.free} that are free in ${real}, and ${limits.diskReserve} must stay`,
    )
  }
  const path = join(real, fillerName(fault))
  const fallocate = await findTool('fallocate')
  const worker = await start('fill-file')
  return {
    undo: [worker.undo, { undo: 'remove_file', path }],
    asked: bytes,
    async begin() {
      worker.begin({ path, bytes, reserve: limits.diskReserve, fallocate })
      // A file that cannot be made is told to whoever asked, not to the log.
      await worker.until(({ filled_bytes: filled }) => filled !== undefined)
    },
    async measure() {
      const [file, now] = await Promise.all([stat(path).catch(() => undefined), room(real)])
      const allocated = (file?.blocks ?? 0) * BLOCK
      return {
        achieved: allocated,
        details: { file_bytes: file?.size ?? 0, free_bytes_before: before.free, free_bytes: now.free },
      }
    },
    // Its work is done when the file is there; it then ends in peace.
    broken: worker.ended.then((why) => (worker.said()['done'] === 1 ? new Promise<string>(() => undefined) : why)),
  }
}

/** What anybody may still take; root's share is not counted. */
async function room(folder: string): Promise<{ readonly total: number; readonly used: number; readonly free: number }> {
  const { blocks, bfree, bavail, bsize } = await statfs(folder)
  const used = (blocks - bfree) * bsize
  return { total: used + bavail * bsize, used, free: bavail * bsize }
}
