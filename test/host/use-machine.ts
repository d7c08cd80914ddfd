import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'
import type { Fact } from '../../src/contract/events.ts'
import type { HostFaultView, Surroundings } from '../../src/contract/host.ts'
import { resolveHostFault } from '../../src/faults/resolve-host-fault.ts'
import { MachineFaults } from '../../src/host/host-faults.ts'
import { factsOf } from '../../src/host/identity.ts'
import type { HostLimits } from '../../src/host/limits.ts'
import { RealClock } from '../../src/kernel/clock.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { builtBin } from '../cli/use-faultline.ts'

const MiB = 1024 ** 2

export const clock = new RealClock()

/** Ceilings that a shared machine can bear. */
export const LIMITS: HostLimits = {
  enabled: true,
  maxDurationMs: 60_000,
  faults: 8,
  cpuWorkers: 4,
  cpuLoad: 100,
  memory: 256 * MiB,
  memoryReserve: 256 * MiB,
  disk: 128 * MiB,
  diskReserve: 512 * MiB,
  diskRate: 8 * MiB,
  connections: 200,
  folders: [],
  targets: ['127.0.0.1:*'],
  processes: [],
  services: { own_cgroup: [], machine: [], filesystem: [] },
}

export function useFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-host-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface Machine {
  readonly faults: MachineFaults
  readonly facts: readonly Fact[]
  readonly dataDir: string
  /** As over the API. */
  begin(kind: string, attributes: object, durationMs?: number): Promise<HostFaultView>
}

/** Host faults as a daemon carries them out, with the built programs; all is given back when the test is over. */
export async function useMachine(
  limits: Partial<HostLimits> = {},
  dataDir = useFolder(),
  surroundings?: Surroundings,
): Promise<Machine> {
  const facts: Fact[] = []
  const faults = new MachineFaults({
    limits: { ...LIMITS, ...limits },
    dataDir,
    clock,
    sink: { emit: (fact) => void facts.push(fact) },
    log: silentLog,
    randomBytes,
    programs: programs(),
    ...(surroundings === undefined ? {} : { surroundings: () => surroundings }),
  })
  await faults.start()
  onTestFinished(() => faults.close())
  return {
    faults,
    facts,
    dataDir,
    begin: (kind, attributes, durationMs = 60_000) =>
      faults.begin(resolveHostFault({ kind, attributes }), { owner: 'api', durationMs }),
  }
}

/** Compiled, as they are shipped. */
export const programs = (): URL => new URL('../host/programs/', pathToFileURL(builtBin()))

/** A process that only waits, under a name of its own on its command line. */
export async function useVictim(uid?: number): Promise<{
  readonly child: ChildProcess
  readonly pid: number
  readonly allow: string
}> {
  const mark = `victim-${randomBytes(6).toString('hex')}`
  const child = spawn('/bin/sh', ['-c', 'echo up; while :; do sleep 1; done', mark], {
    stdio: ['ignore', 'pipe', 'ignore'],
    ...(uid === undefined ? {} : { uid }),
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return { child, pid: child.pid ?? 0, allow: `victim=${mark}` }
}

/** Looks until it holds; the limit is for what never will. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, ms = 60_000): Promise<void> {
  const end = performance.now() + ms
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`it never came that ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

export const stateOf = async (pid: number): Promise<string | undefined> => (await factsOf(pid))?.state

/** Workers of this test's programs, which nobody else runs: those of one fault, or all. */
export const ourProcesses = (id = ''): readonly number[] =>
  readdirSync('/proc')
    .filter((one) => /^\d+$/.test(one))
    .map(Number)
    .filter((pid) => {
      const words = commandLine(pid)
      return (
        words.some((word) => word.startsWith(fileURLToPath(programs()))) &&
        (words.at(-2) ?? '').startsWith(id === '' ? 'host_' : id)
      )
    })

function commandLine(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return []
  }
}

/** The guard that a daemon started. @throws when there is none */
export function guardOf(daemon: number): number {
  const children = readFileSync(`/proc/${daemon}/task/${daemon}/children`, 'utf8').split(' ').map(Number)
  const guard = children.find((pid) => commandLine(pid).some((word) => word.endsWith('/programs/guard.js')))
  if (guard === undefined) throw new Error(`process ${daemon} has no guard`)
  return guard
}
