import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

export interface TestDaemon {
  readonly url: string
  /** All that it wrote, to both streams. */
  output(): string
  /** Sends SIGTERM and waits. */
  stop(): Promise<{ readonly code: number | null; readonly ms: number }>
}

/** Starts `faultline serve` by the given command, and waits until it says where it listens. */
export async function useDaemon(command: string, args: readonly string[], cwd = '/'): Promise<TestDaemon> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  child.stderr.on('data', (bytes: Buffer) => {
    output += bytes.toString()
  })
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      output += `${line}\n`
      const found = /http:\/\/[^\s"]+:\d+/.exec(line)
      if (found !== null) resolve(found[0].replace('0.0.0.0', '127.0.0.1'))
    })
    void ended.then((code) => reject(new Error(`the daemon ended with ${code}:\n${output}`)))
  })
  return {
    url,
    output: () => output,
    stop: async () => {
      const asked = performance.now()
      child.kill('SIGTERM')
      const code = await ended
      return { code, ms: performance.now() - asked }
    },
  }
}
