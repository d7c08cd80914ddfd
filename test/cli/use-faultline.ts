import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import { join } from 'node:path'
import { createColors } from 'picocolors'
import { expect, onTestFinished } from 'vitest'
import { runCli } from '../../src/cli/program.ts'
import type { Terminal } from '../../src/cli/terminal.ts'
import { builtPackage } from '../support/built-package.ts'

/** The program as it is shipped. */
export const builtBin = (): string => join(builtPackage(), 'dist', 'cli', 'bin.js')

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Ours must not come through from the shell of whoever runs the tests. */
const cleanEnv = (env: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(FAULTLINE_|LOG_LEVEL$|NODE_OPTIONS$|NO_COLOR$|FORCE_COLOR$)/.test(name),
    ),
  ),
  ...env,
})

export interface Program {
  readonly process: ChildProcess
  readonly output: { stdout: string; stderr: string }
  /** When a text has come out on stdout. Rejects when the program ends before. */
  until(text: string | RegExp): Promise<void>
  readonly finished: Promise<Finished>
}

/** Starts `faultline`; it is killed when the test is over. */
export function useProgram(args: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
  const child = spawn(process.execPath, [builtBin(), ...args], {
    env: cleanEnv(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  const finished = once(child, 'close').then(([code]) => ({ code: code as number | null, ...output }))
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await finished
  })
  return {
    process: child,
    output,
    finished,
    async until(text) {
      const there = (): boolean => (typeof text === 'string' ? output.stdout.includes(text) : text.test(output.stdout))
      while (!there()) {
        const ended = await Promise.race([once(child.stdout, 'data').then(() => false), finished.then(() => true)])
        if (ended && !there())
          throw new Error(`ended without saying ${String(text)}:\n${output.stdout}\n${output.stderr}`)
      }
    },
  }
}

export interface Daemon extends Program {
  readonly url: string
  /** Its log, line by line. */
  log(): readonly Readonly<Record<string, unknown>>[]
  /** Carries a command out against it, as in a pipe; in this process, since starting one takes longer than most tests. */
  cli(...args: string[]): Promise<Finished>
  /** The same with --json, read. */
  json<T>(...args: string[]): Promise<T>
}

/** A daemon on a free port. */
export async function useDaemon(
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Daemon> {
  const program = useProgram(['serve', '--port', '0', ...args], env)
  await program.until('"msg":"ready"')
  const log = (): readonly Readonly<Record<string, unknown>>[] =>
    program.output.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
  const url = String(log().find(({ msg }) => msg === 'ready')?.['control'])
  const cli = (...words: string[]): Promise<Finished> => runHere(words, { FAULTLINE_URL: url })
  return {
    ...program,
    url,
    log,
    cli,
    async json<T>(...words: string[]) {
      const { code, stdout, stderr } = await cli(...words, '--json')
      if (code !== 0) throw new Error(`faultline ${words.join(' ')} ended with ${String(code)}: ${stderr}`)
      return JSON.parse(stdout) as T
    },
  }
}

/** A text that contains this, or matches it, within what is expected. */
export const saying = (text: string | RegExp): unknown =>
  typeof text === 'string' ? expect.stringContaining(text) : expect.stringMatching(text)

/** A command in this process, writing to paper. */
export async function runHere(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Finished> {
  const output = { stdout: '', stderr: '' }
  const terminal: Terminal = {
    isTty: false,
    columns: 100,
    paint: createColors(false),
    out: (text) => void (output.stdout += `${text}\n`),
    draw: (text) => void (output.stdout += text),
    err: (text) => void (output.stderr += `${text}\n`),
  }
  return { code: await runCli(args, terminal, env), ...output }
}

/** A server that sends back what it gets, on a free port. */
export async function useEchoServer(): Promise<string> {
  const server = net.createServer((socket) => socket.on('error', () => socket.destroy()).pipe(socket))
  const sockets = new Set<net.Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `127.0.0.1:${(server.address() as net.AddressInfo).port}`
}

/** A client's socket, connected. */
export async function useSocket(address: string): Promise<net.Socket> {
  const [host, port] = address.split(':')
  const socket = net.connect(Number(port), host)
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}
