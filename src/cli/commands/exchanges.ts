import type { Argv } from 'yargs'
import { EXCHANGE_ORIGINS } from '../../contract/exchange-counts.ts'
import type { JournalEvent } from '../../contract/events.ts'
import type { ExchangeFilter } from '../../contract/ports.ts'
import type { ExplainInput } from '../../contract/wire.ts'
import type { Act, Program } from '../act.ts'
import { pairs } from '../match-flags.ts'
import { plain } from '../terminal.ts'
import { untilInterrupted } from './events.ts'

const HEAD = [
  'EXCHANGE',
  'PROXY',
  'METHOD',
  'STATUS',
  'ORIGIN',
  'LANE',
  'TOTAL',
  'UPSTREAM',
  'INJECTED',
  'FAULTS',
  'TARGET',
]

export const exchangeCommands = (program: Program, act: Act): Program =>
  program
    .command(
      'exchanges',
      'HTTP requests of late, and what became of them',
      (y) =>
        filters(y)
          .option('limit', { type: 'number', describe: 'At most so many (default 100)' })
          .option('follow', { type: 'boolean', alias: 'f', describe: 'Those to come, until Ctrl-C' })
          .option('har', { type: 'boolean', describe: 'As HAR 1.2, for the network tab of a browser' })
          .conflicts('follow', ['limit', 'har', 'connection', 'method', 'path', 'status', 'origin', 'fault'])
          .example('$0 exchanges --proxy web --status 5xx', 'what failed')
          .example('$0 exchanges --har > web.har', 'for a browser'),
      (args) =>
        act(args, async (session) => {
          const { client, terminal, json } = session
          if (args.follow === true) {
            for await (const event of client.followEvents(
              { type: 'exchange', proxy: args.proxy },
              untilInterrupted(),
            )) {
              if (json) terminal.out(JSON.stringify(event))
              else if ('gap' in event) terminal.err(`events ${event.gap.from} to ${event.gap.to} are missing`)
              else if (event.type === 'exchange') terminal.out(plain(row(event).join(terminal.isTty ? '  ' : '\t')))
            }
            return
          }
          const filter = filterOf(args)
          if (args.har === true) return terminal.out(JSON.stringify(await client.har(filter, args.limit)))
          const answer = await client.exchanges(filter, args.limit)
          session.show(answer, () => {
            session.table(HEAD, answer.exchanges.map(row))
            const hidden = answer.total - answer.exchanges.length
            if (hidden > 0) terminal.err(`${hidden} more; --limit shows them`)
          })
        }),
    )
    .command(
      'explain <proxy> <target>',
      'Say which faults would act on a request, and why the others would not',
      (y) =>
        y
          .positional('proxy', { type: 'string', demandOption: true, describe: 'Name of the proxy' })
          .positional('target', { type: 'string', demandOption: true, describe: 'Path and query of the request' })
          .option('method', { type: 'string', describe: 'Its method (default GET)' })
          .option('header', { type: 'string', array: true, nargs: 1, describe: 'name=value' })
          .option('body', { type: 'string', describe: 'Its body, as text' })
          .option('client', { type: 'string', describe: 'Address it comes from (default 127.0.0.1)' })
          .example("$0 explain web '/pay/7?x=1' --method POST --header host=shop", 'nothing is sent or counted'),
      (args) =>
        act(args, async (session) => {
          const { proxy, target, method, header, body, client } = args
          const input: ExplainInput = {
            proxy,
            ...(client === undefined ? {} : { client }),
            request: {
              target,
              ...(method === undefined ? {} : { method }),
              ...(header === undefined ? {} : { headers: pairs('header', header) }),
              ...(body === undefined ? {} : { body }),
            },
          }
          const explained = await session.client.explain(input)
          session.show(explained, () =>
            session.table(
              ['FAULT', 'KIND', 'ACTS', 'REASON', 'WHY'],
              explained.faults.map((one) => [one.fault, one.kind, one.acts ? 'yes' : 'no', one.reason ?? '-', one.why]),
            ),
          )
        }),
    )

const filters = <T>(y: Argv<T>) =>
  y
    .option('proxy', { type: 'string', describe: 'Of this proxy' })
    .option('connection', { type: 'string', describe: 'On the connection of this id' })
    .option('method', { type: 'string', describe: 'With this method' })
    .option('path', { type: 'string', describe: 'With such a path: * within a segment, ** across' })
    .option('status', { type: 'string', describe: 'Answered with this status (503), class (5xx), or none' })
    .option('origin', { type: 'string', choices: EXCHANGE_ORIGINS, describe: 'Whose answer, or doing, it was' })
    .option('fault', { type: 'string', describe: 'On which this fault acted' })

const filterOf = ({ proxy, connection, method, path, status, origin, fault }: ExchangeFilter): ExchangeFilter => ({
  proxy,
  connection,
  method,
  path,
  status,
  origin,
  fault,
})

function row(one: Omit<Extract<JournalEvent, { type: 'exchange' }>, 'type' | 'id' | 'at' | 'mono'>): string[] {
  const { sent_ms: sent, first_ms: first } = one
  const without = [
    ...(one.unable_faults ?? []).map(({ fault, reason }) => `${fault} (${reason})`),
    ...(one.refused_faults ?? []).map(({ kind, reason }) => `request:${kind} (${reason})`),
  ]
  return [
    one.exchange,
    one.proxy,
    one.method,
    one.status === undefined ? '-' : String(one.status),
    one.complete ? one.origin : `${one.origin} (cut)`,
    one.lane,
    `${one.total_ms.toFixed(1)}ms`,
    sent === undefined || first === undefined ? '-' : `${(first - sent).toFixed(1)}ms`,
    one.injected_ms === 0 ? '-' : `${one.injected_ms.toFixed(1)}ms`,
    [...one.faults, ...without].join(',') || '-',
    one.target,
  ]
}
