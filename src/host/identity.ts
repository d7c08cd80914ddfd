import { readFile, readlink } from 'node:fs/promises'

/** A process that cannot be mistaken for a later one of the same id. */
export interface Identity {
  readonly pid: number
  /** When it started, in ticks since the machine did: field 22 of /proc/<pid>/stat. */
  readonly start: number
}

export interface ProcessFacts extends Identity {
  /** R, S, D, T, Z ...: field 3. */
  readonly state: string
  /** Processor time of all its threads, in milliseconds. */
  readonly cpuMs: number
}

/** USER_HZ is 100 on every architecture that Node runs on. */
const TICK_MS = 10

/** @returns undefined when there is no such process, or none that can be seen */
export async function factsOf(pid: number): Promise<ProcessFacts | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  // The name stands in brackets and may hold brackets and spaces itself.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const number = (field: number): number => Number(fields[field - 3])
  return { pid, start: number(22), state: fields[0] ?? '', cpuMs: (number(14) + number(15)) * TICK_MS }
}

/** The process of this identity, as long as it lives; a zombie lives no more. */
export async function stillThere({ pid, start }: Identity): Promise<ProcessFacts | undefined> {
  const facts = await factsOf(pid)
  return facts?.start === start && !['Z', 'X'].includes(facts.state) ? facts : undefined
}

/** What process ids are counted in: they mean nothing after a boot, nor in another namespace. */
export async function idSpace(): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => 'unknown')
  const namespace = await readlink('/proc/self/ns/pid').catch(() => 'unknown')
  return `${boot.trim()} ${namespace}`
}
