import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { builtBin } from '../cli/use-faultline.ts'

export interface Life {
  readonly url: string
  readonly pid: number
  /** To the daemon alone, or to all of its process group. */
  kill(whom: 'daemon' | 'group'): void
  readonly ended: Promise<unknown>
}

/** A daemon that leads a process group of its own, as a shell or a supervisor starts it. */
export async function startLife(
  folder: string,
  dataDir: string,
  allow: string,
  wrapper: readonly string[] = [],
): Promise<Life> {
  const settings = [
    ['data-dir', dataDir],
    ['host-faults-enabled', 'true'],
    ['host-faults-allow-folders', folder],
    ['host-faults-allow-processes', allow],
    ['host-faults-allow-disk-reserve', '256MiB'],
  ]
  const flags = settings.map(([name, value]) => `--${name}=${value}`)
  const [program = '', ...words] = [...wrapper, process.execPath, builtBin(), 'serve', '--port', '0', ...flags]
  const child = spawn(program, words, {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const pid = child.pid ?? 0
  const ended = once(child, 'exit')
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  while (!output.includes('"msg":"ready"')) {
    const gone = await Promise.race([once(child.stdout, 'data').then(() => false), ended.then(() => true)])
    if (gone) throw new Error(`the daemon ended:\n${output}`)
  }
  const url = /"control":"([^"]+)"/.exec(output)?.[1] ?? ''
  const kill: Life['kill'] = (whom) => {
    // What is dead already needs no killing.
    if (child.exitCode === null && child.signalCode === null) process.kill(whom === 'group' ? -pid : pid, 'SIGKILL')
  }
  return { url, pid, ended, kill }
}
