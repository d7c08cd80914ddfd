import type { HostEffect } from '../../contract/host.ts'
import { findProcesses } from '../find-processes.ts'
import { stillThere } from '../identity.ts'
import { maySignal, sendSignal } from '../signal.ts'
import type { Taken, TakeContext } from './taken.ts'

const PATIENCE_MS = 500
const LOOK_EVERY_MS = 2

const isStopped = (state: string | undefined): boolean => state === 'T' || state === 't'

export async function takeSignal(
  { process: name, which, signal, stays }: HostEffect & { take: 'signal' },
  { limits, clock }: TakeContext,
): Promise<Taken> {
  const all = await findProcesses(name, which, limits.processes)
  const foreign = all.find(({ pid }) => !maySignal(pid))
  if (foreign !== undefined) throw new Error(`process ${foreign.pid} (${name}) belongs to another user`)
  // Whoever stopped it before will want to find it so.
  const found = stays ? all.filter(({ state }) => !isStopped(state)) : all
  if (found.length === 0) throw new Error(`process ${all[0]?.pid} (${name}) is stopped already`)
  let sent = 0
  // A process stops when it is next scheduled; one that catches its signal never does.
  const untilStopped = async (): Promise<void> => {
    for (const deadline = clock.now() + PATIENCE_MS; clock.now() < deadline;) {
      const now = await Promise.all(found.map((one) => stillThere(one)))
      if (now.every((facts) => facts === undefined || isStopped(facts.state))) return
      await new Promise<void>((resolve) => void clock.at(clock.now() + LOOK_EVERY_MS, resolve))
    }
  }
  return {
    undo: stays ? found.map(({ pid, start }) => ({ undo: 'continue', pid, start })) : [],
    asked: found.length,
    claims: found.map(({ pid, start }) => `signals to ${pid} ${start}`),
    async begin() {
      for (const one of found) if (await sendSignal(one, signal)) sent++
      if (sent === 0) throw new Error(`no process of ${name} was there any more`)
      if (stays) await untilStopped()
    },
    async measure() {
      const now = await Promise.all(found.map((one) => stillThere(one)))
      const there = now.filter((facts) => facts !== undefined)
      const stopped = there.filter(({ state }) => isStopped(state)).length
      return { achieved: stays ? stopped : sent, details: { signalled: sent, there: there.length, stopped } }
    },
  }
}
