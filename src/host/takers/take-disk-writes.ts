import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { HostEffect } from '../../contract/host.ts'
import { allowedFolder } from '../allowed-folder.ts'
import { fillerName } from '../undo.ts'
import type { Taken, TakeContext } from './taken.ts'

export async function takeDiskWrites(
  { folder, block, size }: HostEffect & { take: 'disk_writes' },
  { fault, start, limits, share }: TakeContext,
): Promise<Taken> {
  const real = await allowedFolder(folder, limits.folders)
  const { bavail, bsize } = await statfs(real)
  if (bavail * bsize - size < limits.diskReserve)
    throw new Error(`${bavail * bsize} bytes are free in ${real}, and ${limits.diskReserve} must stay`)
  const path = join(real, fillerName(fault))
  const worker = await start('write-disk')
  return {
    undo: [worker.undo, { undo: 'remove_file', path }],
    asked: share.diskRate,
    async begin() {
      worker.begin({ path, rate: share.diskRate, block, size, reserve: limits.diskReserve })
      await worker.until(({ written_bytes: written }) => written !== undefined)
    },
    async measure() {
      const { written_bytes: written = 0, elapsed_ms: elapsed = 0, syncs = 0, sync_ms: syncMs = 0 } = worker.said()
      return {
        achieved: elapsed > 0 ? (written / elapsed) * 1000 : 0,
        details: { written_bytes: written, syncs, sync_ms_mean: syncs > 0 ? syncMs / syncs : 0 },
      }
    },
    broken: worker.ended,
  }
}
