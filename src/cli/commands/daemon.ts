import { EXIT } from '../misuse.ts'
import type { Act, Program } from '../act.ts'
import { seconds } from '../progress.ts'

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
