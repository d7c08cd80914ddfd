import { readFile, readdir } from 'node:fs/promises'
import { basename } from 'node:path'
import { FaultlineError } from '../contract/errors.ts'
import type { Which } from '../contract/host.ts'
import { oneOf } from '../contract/validate.ts'
import { GUARD_MARK } from './program-path.ts'
import { factsOf } from './identity.ts'
import type { ProcessFacts } from './identity.ts'

/** More than this is no service but a mistake in the config. */
const MOST = 256

/**
 * The processes that a name of the config stands for: `name` is that of the program, `name=text` stands for those whose
 * command line has the text. Never the daemon and its own, never process 1.
 * @throws FaultlineError host_not_allowed, host_fault_failed when there is none
 */
export async function findProcesses(
  name: string,
  which: Which,
  allowed: readonly string[],
): Promise<readonly ProcessFacts[]> {
  const names = allowed.map((entry) => entry.split('=', 1)[0] ?? entry)
  const entry = allowed[names.indexOf(name)]
  if (entry === undefined) {
    const hint = names.length === 0 ? 'none is allowed' : oneOf('process', name, names)
    throw new FaultlineError('host_not_allowed', `cannot touch the process ${name}: ${hint}`, {
      remedy: 'Add it to host_faults.allow.processes in the config.',
    })
  }
  const text = entry.includes('=') ? entry.slice(entry.indexOf('=') + 1) : undefined
  const found: ProcessFacts[] = []
  for (const pid of (await readdir('/proc')).filter((one) => /^\d+$/.test(one)).map(Number)) {
    if (pid === 1 || pid === process.pid) continue
    if (!(await fits(pid, name, text))) continue
    const facts = await factsOf(pid)
    if (facts !== undefined && !['Z', 'X'].includes(facts.state)) found.push(facts)
  }
  const inOrder = found.toSorted((a, b) => a.start - b.start || a.pid - b.pid)
  const chosen =
    which === 'all' ? inOrder : inOrder.slice(which === 'oldest' ? 0 : -1, which === 'oldest' ? 1 : undefined)
  if (chosen.length === 0) {
    const what = text === undefined ? `runs a program of that name` : `has ${JSON.stringify(text)} on its command line`
    throw new FaultlineError('host_fault_failed', `cannot touch the process ${name}: none that can be seen ${what}`, {
      remedy: 'Start it; in containers share the pid namespace (shareProcessNamespace, or pid: service:...).',
    })
  }
  if (chosen.length > MOST)
    throw new FaultlineError(
      'host_not_allowed',
      `${name} stands for ${chosen.length} processes; at most ${MOST} are taken`,
    )
  return chosen
}

async function fits(pid: number, name: string, text: string | undefined): Promise<boolean> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  // Threads of the kernel have none, and processes of ours are ended and not paused.
  if (line === '' || line.includes(`\0${GUARD_MARK}\0`) || /\0host_[0-9a-z]{12}\0/.test(line)) return false
  const words = line.split('\0')
  if (text !== undefined) return words.join(' ').includes(text)
  const command = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
  // The kernel keeps 15 characters of the name.
  return command.trim() === name || basename(words[0] ?? '') === name
}
