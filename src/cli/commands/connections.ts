import type { Argv } from 'yargs'
import type { ConnectionFilter } from '../../contract/ports.ts'
import { MisuseError } from '../misuse.ts'
import type { Act, Program } from '../act.ts'
import { seconds } from '../progress.ts'

export const connectionCommands = (program: Program, act: Act): Program =>
  program.command('connections', 'Connections that are open', (connections) =>
    connections
      .command(
        ['list', '$0'],
        'List them',
        (y) => filters(y).option('limit', { type: 'number', describe: 'At most so many' }),
        (args) =>
          act(args, async (session) => {
            const answer = await session.client.connections(filterOf(args), args.limit)
            session.show(answer, () => {
              session.table(
                [
                  'CONNECTION',
                  'PROXY',
                  'CLIENT',
                  'UPSTREAM',
                  'STATE',
                  'LANE',
                  'AGE',
                  'IDLE',
                  'UP',
                  'DOWN',
                  'HELD',
                  'FAULTS',
                ],
                answer.connections.map((connection) => [
                  connection.id,
                  connection.proxy,
                  connection.client,
                  connection.upstream,
                  connection.state,
                  connection.lane ?? '-',
                  seconds(connection.age_ms),
                  seconds(connection.idle_ms),
                  String(connection.bytes_upstream),
                  String(connection.bytes_downstream),
                  String(connection.held_bytes),
                  connection.faults.join(',') || '-',
                ]),
              )
              const hidden = answer.total - answer.connections.length
              if (hidden > 0) session.terminal.err(`${hidden} more; --limit shows them`)
            })
          }),
      )
      .command(
        'kill',
        'Close those that a filter names, or all',
        (y) =>
          filters(y)
            .option('all', { type: 'boolean', describe: 'Every connection' })
            .option('how', {
              type: 'string',
              choices: ['fin', 'rst'] as const,
              default: 'rst' as const,
              describe: 'End or reset them',
            })
            .example('$0 connections kill --proxy db --how rst', 'reset all connections to the database'),
        (args) =>
          act(args, async (session) => {
            const filter = filterOf(args)
            const named = Object.values(filter).some((value) => value !== undefined)
            if (named === (args.all === true)) {
              throw new MisuseError(
                named
                  ? 'connections kill: --all and a filter contradict each other'
                  : 'connections kill: which ones was not said',
                'Give --proxy, --client, --fault or --id; or --all alone.',
              )
            }
            const killed = await session.client.killConnections(named ? filter : 'all', args.how)
            session.show(killed, () => session.line(`closed ${killed.closed} connections (${killed.how})`))
          }),
      ),
  )

const filters = <T>(y: Argv<T>) =>
  y
    .option('proxy', { type: 'string', describe: 'Of this proxy' })
    .option('client', { type: 'string', describe: 'From this address' })
    .option('fault', { type: 'string', describe: 'To which this fault applies' })
    .option('id', { type: 'string', describe: 'This one' })

const filterOf = ({ id, proxy, client, fault }: ConnectionFilter): ConnectionFilter => ({ id, proxy, client, fault })
