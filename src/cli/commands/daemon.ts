import { EXIT, type ExitCode } from '../misuse.ts'
import type { Act, Program } from '../act.ts'
import { seconds } from '../progress.ts'
import type { Session } from '../session.ts'

export const daemonCommands = (program: Program, act: Act): Program =>
  program
    .command(
      'reset',
      'Enable every proxy, remove every fault, end every run',
      (y) => y,
      (args) =>
        act(args, async (session) => {
          const done = await session.client.reset()
          session.show(done, () =>
            session.line(
              `reset: ${done.faults_removed} faults removed from ${done.proxies} proxies, ${done.runs_aborted} runs ended`,
            ),
          )
        }),
    )
    .command(
      'halt',
      'End every run, partition and fault, and let no new one in',
      (y) =>
        y
          .option('lift', { type: 'boolean', describe: 'Let faults in again' })
          .option('status', { type: 'boolean', describe: 'Only ask; exit code 1 when it is halted' })
          .option('reason', { type: 'string', describe: 'Why, for whoever is refused' })
          .conflicts({ lift: ['status', 'reason'], status: 'reason' }),
      (args) => act(args, (session) => halt(session, args)),
    )
    .command(
      'health',
      'Ask whether the daemon is ready; exit code 0 when it is',
      (y) => y,
      (args) =>
        act(args, async (session) => {
          const health = await session.client.ready()
          session.show(health, () => session.line(health.status))
          return health.status === 'ok' ? EXIT.fine : EXIT.failed
        }),
    )
    .command(
      'info',
      'Version, seed, limits and load of the daemon',
      (y) => y,
      (args) =>
        act(args, async (session) => {
          const info = await session.client.info()
          session.show(info, () =>
            session.fields([
              ['url', session.client.url],
              ['version', `${info.version} (Toxiproxy's API as of ${info.toxiproxy_version})`],
              ['seed', info.seed],
              ['up for', seconds(info.uptime_ms)],
              ['node', `${info.node} on ${info.platform}`],
              ['proxies', String(info.proxies)],
              ['runs', `${info.runs_live} live`],
              ['connections', `${info.connections.open} of ${info.connections.limit}`],
              ['held bytes', `${info.held_bytes.now} of ${info.held_bytes.limit}`],
            ]),
          )
        }),
    )

interface HaltArgs {
  readonly lift?: boolean | undefined
  readonly status?: boolean | undefined
  readonly reason?: string | undefined
}

async function halt(session: Session, { lift, status, reason }: HaltArgs): Promise<ExitCode> {
  if (lift === true || status === true) {
    const state = lift === true ? await session.client.liftHalt() : await session.client.haltState()
    const since = state.since === undefined ? '' : ` since ${state.since}`
    const why = state.reason === undefined ? '' : `: ${state.reason}`
    session.show(state, () => session.line(state.halted ? `halted${since}${why}` : 'not halted'))
    return state.halted ? EXIT.failed : EXIT.fine
  }
  const done = await session.client.halt(reason)
  session.show(done, () => {
    session.line(
      `halted: ${done.runs_ended} runs, ${done.partitions_healed} partitions, ${done.faults_removed} faults and ${done.host_faults_ended} host faults ended`,
    )
    if (!done.verified) session.line(`NOT HEALED: ${done.left.join('; ')}`)
  })
  return done.verified ? EXIT.fine : EXIT.failed
}
