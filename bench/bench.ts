import { Child } from './child.ts'
import type { Job } from './processes/load.ts'
import type { Result, Row } from './result.ts'
import type { Subject } from './subjects.ts'

export interface Ports {
  readonly echo: number
  readonly sink: number
  readonly source: number
  /** A unix socket whose peer does not read. */
  readonly silent: string
  readonly stamps: number
}

/** Twice what a unix socket holds: the relay itself has to stop reading, and little is left in the kernel. */
export const STALL_BYTES = 512 * 1024

/** What every measurement works with: the upstreams, the load generator, and how long to look. */
export interface Bench {
  readonly ports: Ports
  /** Pairs of samples that a ratio is made of. */
  readonly pairs: number
  /** The same where a sample takes less than a second: many of them outlast the noise of the machine. */
  readonly shortPairs: number
  /** The same where a sample takes a second. */
  readonly requestPairs: number
  /** Rounds behind each start that are thrown away: in the first seconds of load V8 still takes code back to make it anew. */
  readonly requestWarmUp: number
  /** Length of one short sample. */
  readonly ms: number
  /** The processes that make the load. */
  readonly pids: readonly number[]
  load<T>(job: Partial<Job> & Pick<Job, 'do'>): Promise<T>
}

export interface Measurement {
  readonly name: string
  /** Programs that must be installed; where one is not, the rows are left out by name. */
  readonly needs?: readonly string[]
  readonly rows?: readonly Row[]
  run(bench: Bench): Promise<readonly Result[]>
}

export async function startBench(quick: boolean): Promise<Bench & { stop(): Promise<void> }> {
  const upstream = Child.program('upstream', [], { ipc: true })
  const ports = await upstream.ready<Ports>()
  const generator = Child.program('load', [], { ipc: true })
  return {
    ports,
    pids: [upstream.pid, generator.pid],
    pairs: quick ? 3 : 7,
    shortPairs: quick ? 5 : 21,
    requestPairs: quick ? 3 : 33,
    requestWarmUp: quick ? 1 : 8,
    ms: quick ? 300 : 400,
    load: (job) => ask(generator, job),
    async stop() {
      await generator.stop()
      // It clears its socket file away.
      await upstream.stop('SIGTERM')
    },
  }
}

/** A measurement that never ends is a finding too, and must not hold up the others. */
const LONGEST_JOB_MS = 120_000

function ask<T>(generator: Child, job: Partial<Job> & Pick<Job, 'do'>): Promise<T> {
  return new Promise((resolve, reject) => {
    const { process } = generator
    const tooLong = setTimeout(() => finish(new Error(`${job.do} took more than ${LONGEST_JOB_MS} ms`)), LONGEST_JOB_MS)
    const onEnd = (): void => finish(new Error(`the load generator ended: ${generator.errors}`))
    const onMessage = (message: unknown): void => {
      const answer = message as { result: T; error?: string }
      finish(answer.error === undefined ? undefined : new Error(`${job.do}: ${answer.error}`), answer.result)
    }
    const finish = (error: Error | undefined, value?: T): void => {
      clearTimeout(tooLong)
      process.off('message', onMessage)
      process.off('close', onEnd)
      if (error === undefined) resolve(value as T)
      else reject(error)
    }
    process.once('message', onMessage)
    process.once('close', onEnd)
    process.send({ port: 0, connections: 1, ms: 0, bytes: 0, delay: 0, ...job })
  })
}

/**
 * One sample of each subject in turn, `pairs` times over, the order turned round each time; the first rounds warm up
 * and are thrown away.
 */
export async function interleave<S extends Subject, T>(
  subjects: readonly S[],
  pairs: number,
  sample: (subject: S) => Promise<T>,
  warmUp = 1,
): Promise<Record<string, T[]>> {
  const samples: Record<string, T[]> = Object.fromEntries(subjects.map(({ name }) => [name, []]))
  for (let round = 0; round < warmUp + pairs; round++) {
    const order = round % 2 === 0 ? subjects : subjects.toReversed()
    for (const subject of order) {
      const value = await sample(subject)
      if (round >= warmUp) samples[subject.name]?.push(value)
    }
  }
  return samples
}

/** Picks one figure out of samples that have several. */
export function each<T>(
  samples: Readonly<Record<string, readonly T[]>>,
  figure: (sample: T) => number,
): Record<string, number[]> {
  return Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, values.map(figure)]))
}
