import type { HostEffect } from '../../contract/host.ts'
import type { ProcessFacts } from '../identity.ts'
import type { Taken, TakeContext } from './taken.ts'

/** What is left of a quota for the daemon, in cores: with none it would stand still between two periods. */
const LEFT_FOR_US = 0.2
const LEAST_SPAN_MS = 100

export async function takeCpu(
  { workers: count, load }: HostEffect & { take: 'cpu' },
  { cores, start, surroundings, clock }: TakeContext,
): Promise<Taken> {
  const number = count ?? cores
  const most = surroundings.cpuCores === undefined ? Infinity : Math.max(0, surroundings.cpuCores - LEFT_FOR_US)
  const wanted = (number * load) / 100
  const asked = Math.min(wanted, Math.round(most * 1000) / 1000)
  if (asked <= 0) throw new Error(`the quota is ${surroundings.cpuCores} cores, and ${LEFT_FOR_US} of a core stay`)
  const workers = await Promise.all(Array.from({ length: number }, () => start('burn-cpu')))
  let before: readonly (ProcessFacts | undefined)[] = []
  let begun = 0
  return {
    undo: workers.map(({ undo }) => undo),
    asked,
    async begin() {
      before = await Promise.all(workers.map((worker) => worker.facts()))
      begun = clock.now()
      for (const worker of workers) worker.begin({ load: asked / number })
    },
    async measure() {
      const elapsed = clock.now() - begun
      const spent = await Promise.all(workers.map((worker) => worker.facts()))
      const cpuMs = spent.reduce((sum, facts, at) => sum + (facts?.cpuMs ?? 0) - (before[at]?.cpuMs ?? 0), 0)
      return {
        // The kernel counts in ticks: of a few of them nothing can be said.
        achieved: elapsed > LEAST_SPAN_MS ? Math.max(0, cpuMs) / elapsed : 0,
        details: { workers: spent.filter((facts) => facts !== undefined).length, cpu_ms: cpuMs, elapsed_ms: elapsed },
      }
    },
    broken: Promise.race(workers.map(({ ended }) => ended)),
  }
}
