import { readFile } from 'node:fs/promises'
import type { HostEffect } from '../../contract/host.ts'
import { memoryRoom } from '../surroundings.ts'
import type { Taken, TakeContext } from './taken.ts'

export async function takeMemory(
  { rate }: HostEffect & { take: 'memory' },
  { start, limits, share }: TakeContext,
): Promise<Taken> {
  const bytes = share.memory
  const { available } = await memoryRoom()
  if (available - bytes < limits.memoryReserve) {
    throw new Error(
      `${bytes} bytes are asked of the ${available} that are available, and ${limits.memoryReserve} must stay`,
    )
  }
  const worker = await start('eat-memory')
  return {
    undo: [worker.undo],
    asked: bytes,
    async begin() {
      worker.begin({ bytes, rate, reserve: limits.memoryReserve })
    },
    async measure() {
      const rss = await residentBytes(worker.identity.pid)
      return { achieved: rss, details: { rss_bytes: rss } }
    },
    broken: worker.ended,
  }
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024
}
