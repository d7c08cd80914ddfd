import { basename } from 'node:path'
import type { RunStartInput } from '../../contract/run-wire.ts'
import { Faultline } from '../../client/connect.ts'
import type { RunHandle } from '../../client/run-handle.ts'
import type { Scope } from '../../client/scope.ts'
import { RealClock } from '../../kernel/clock.ts'
import { EXIT } from '../misuse.ts'
import type { Session } from '../session.ts'
import { readProxies } from './asked-proxy.ts'
import { commandEnv } from './command-env.ts'
import type { CommandEnv, EnvRules, MadeProxy } from './command-env.ts'
import { startEngine } from './exec-engine.ts'
import { failuresOf, summaryLines } from './exec-summary.ts'
import type { ExecSummary, FailOn } from './exec-summary.ts'
import { runCommand } from './run-command.ts'

export interface ExecOptions {
  /** Program and arguments. */
  readonly words: readonly string[]
  /** `name=upstream` each. */
  readonly proxies: readonly string[]
  readonly run: RunStartInput | undefined
  readonly seed: string | undefined
  readonly rules: EnvRules
  readonly failOn: readonly FailOn[]
}

/**
 * Runs a program within a scope of its own, and tells what the faults did. The scope is held by a stream of ours, so it
 * ends with this process even if nobody can end it any more.
 * @returns the program's exit code, or 1 where that was 0 and the run failed
 */
export async function exec(session: Session, options: ExecOptions): Promise<number> {
  const asked = readProxies(options.proxies)
  // Judged before anything is started: the rules name proxies.
  commandEnv(
    asked.map((proxy) => ({ ...proxy, listen: '127.0.0.1:0' })),
    session.env,
    options.rules,
  )
  const engine = session.daemonNamed
    ? { client: session.daemon, stop: () => Promise.resolve() }
    : await startEngine(session.terminal)
  let scope: Scope | undefined
  try {
    const { seed, words } = options
    const labels = { command: basename(words[0] ?? '').slice(0, 500) }
    scope = await new Faultline(engine.client).scope({
      owner: 'faultline exec',
      labels,
      ...(seed === undefined ? {} : { seed }),
    })
    const made: MadeProxy[] = []
    for (const proxy of asked) {
      const { listen } = await scope.proxy({ ...proxy.input, name: proxy.name })
      made.push({ ...proxy, listen })
    }
    const env = commandEnv(made, session.env, options.rules)
    const run = options.run === undefined ? undefined : await startRun(scope, options.run)
    if (!session.json) for (const line of introduction(scope, made, env)) session.terminal.err(`faultline: ${line}`)
    const summary = await carryOut(options, scope, run, withOurs(env.env, scope, session.token, seed))
    if (session.json) session.terminal.err(JSON.stringify(summary))
    else for (const line of summaryLines(summary)) session.terminal.err(`faultline: ${line}`)
    const { code } = summary.command
    return code === EXIT.fine && summary.failures.length > 0 ? EXIT.failed : code
  } finally {
    // Whatever was wrong is on its way to be told; that the scope is gone already is no news then.
    await scope?.end().catch(() => undefined)
    await engine.stop()
  }
}

const startRun = (scope: Scope, { profile, ...options }: RunStartInput): Promise<RunHandle> =>
  scope.run(profile, options)

async function carryOut(
  { words, failOn }: ExecOptions,
  scope: Scope,
  run: RunHandle | undefined,
  env: CommandEnv['env'],
): Promise<ExecSummary> {
  const end = await runCommand(words, env, new RealClock())
  const command = { program: words[0] ?? '', ...end }
  const told = { scope: scope.id, seed: scope.seed, command }
  try {
    const before = await run?.view()
    const ended = before?.status === 'running' ? await run?.stop() : before
    const faults = await scope.proof()
    const failures = failuresOf({ run: ended, faults, stage: before?.stage?.name }, failOn)
    return { ...told, ...(ended === undefined ? {} : { run: ended }), faults, failures }
  } catch (error) {
    // The daemon, or the scope, went away under the command: its exit code is still to be passed on.
    const message = error instanceof Error ? error.message : String(error)
    return { ...told, faults: [], failures: [`what the faults did is not known: ${message}`] }
  }
}

/** By which the command's own tests, scripts and clients find the scope. */
function withOurs(
  env: CommandEnv['env'],
  scope: Scope,
  token: string | undefined,
  seed: string | undefined,
): NodeJS.ProcessEnv {
  return {
    ...env,
    FAULTLINE_URL: scope.client.url,
    FAULTLINE_SCOPE: scope.id,
    FAULTLINE_TOXIPROXY_URL: scope.toxiproxyUrl,
    ...(token === undefined ? {} : { FAULTLINE_TOKEN: token }),
    ...(seed === undefined ? {} : { FAULTLINE_SEED: seed }),
  }
}

const introduction = (scope: Scope, proxies: readonly MadeProxy[], { variables }: CommandEnv): string[] => [
  `scope ${scope.id} on ${scope.client.url}, seed ${scope.seed}`,
  ...proxies.map(
    ({ name, listen, upstream }) => `proxy ${name}: ${listen} -> ${upstream}, as ${(variables[name] ?? []).join(', ')}`,
  ),
]
