import { readFile } from 'node:fs/promises'
import type { HostEffect } from '../../contract/host.ts'
import { findProcesses } from '../find-processes.ts'
import { stillThere } from '../identity.ts'
import { setNofile } from '../undo.ts'
import type { UndoStep } from '../undo.ts'
import type { Taken, TakeContext } from './taken.ts'

export async function takeDescriptorLimit(
  { process: name, which, limit }: HostEffect & { take: 'descriptor_limit' },
  { limits }: TakeContext,
): Promise<Taken> {
  const found = await findProcesses(name, which, limits.processes)
  const undo: UndoStep[] = []
  for (const { pid, start } of found) {
    const soft = await softLimit(pid)
    if (soft === undefined) throw new Error(`the limits of process ${pid} (${name}) cannot be read`)
    if (soft !== 'unlimited' && Number(soft) <= limit)
      throw new Error(`the limit of process ${pid} (${name}) is ${soft} already`)
    undo.push({ undo: 'restore_nofile', soft, pid, start })
  }
  return {
    undo,
    asked: limit,
    claims: found.map(({ pid, start }) => `nofile of ${pid} ${start}`),
    async begin() {
      for (const { pid, start } of found) {
        if ((await stillThere({ pid, start })) === undefined) throw new Error(`process ${pid} (${name}) has ended`)
        const problem = await setNofile(pid, String(limit))
        if (problem !== undefined) throw new Error(`the limit of process ${pid} (${name}) stays: ${problem}`)
      }
    },
    async measure() {
      const there = await Promise.all(
        found.map(async (one) => ((await stillThere(one)) === undefined ? undefined : softLimit(one.pid))),
      )
      const soft = there.filter((one) => one !== undefined).map(Number)
      // The loosest tells whether all are held.
      return { achieved: soft.length === 0 ? 0 : Math.max(...soft), details: { processes: soft.length } }
    },
  }
}

async function softLimit(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/limits`, 'utf8').catch(() => '')
  return /^Max open files\s+(\d+|unlimited)/m.exec(text)?.[1]
}
