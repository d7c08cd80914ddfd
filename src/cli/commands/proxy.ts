import type { Argv } from 'yargs'
import { PROTOCOLS } from '../../contract/model.ts'
import type { ProxyInput, ProxyView } from '../../contract/wire.ts'
import { EXIT } from '../misuse.ts'
import type { Act, Program } from '../act.ts'
import type { Session } from '../session.ts'
import { printFaults } from './fault-table.ts'

const NAME = { type: 'string', demandOption: true, describe: 'Name of the proxy' } as const

export const proxyCommands = (program: Program, act: Act): Program =>
  program.command('proxy', 'Proxies: a listener, and the upstream it forwards to', (proxy) =>
    proxy
      .command(
        'list',
        'List them',
        (y) => y,
        (args) => act(args, list),
      )
      .command(
        'create <proxy>',
        'Create one',
        (y) =>
          fields(y.positional('proxy', NAME))
            .demandOption('upstream')
            .option('replace', {
              type: 'boolean',
              default: false,
              describe: 'Replace one of this name, faults included',
            })
            .example('$0 proxy create db --listen 127.0.0.1:15432 --upstream 127.0.0.1:5432', 'a port of your choice')
            .example('$0 proxy create web --upstream 127.0.0.1:8080 --protocol http', 'one that sees single requests')
            .example('$0 proxy create api --upstream api.test:80 --from shop --to api', 'a free port, with labels'),
        (args) =>
          act(args, async (session) => {
            const input: ProxyInput = { ...inputOf(args), upstream: args.upstream }
            const made = args.replace
              ? await session.client.putProxy(args.proxy, input)
              : await session.client.createProxy(args.proxy, input)
            session.show(made, () => session.line(`created proxy ${made.name}: ${route(made)}`))
          }),
      )
      .command(
        'show <proxy>',
        'Show one with its faults',
        (y) => y.positional('proxy', NAME),
        (args) =>
          act(args, async (session) => {
            const proxy = await session.client.proxy(args.proxy)
            session.show(proxy, () => printProxy(session, proxy))
          }),
      )
      .command(
        'update <proxy>',
        'Change what is given, and leave the rest',
        (y) => fields(y.positional('proxy', NAME)),
        (args) =>
          act(args, async (session) => {
            const changed = await session.client.patchProxy(args.proxy, inputOf(args))
            session.show(changed, () =>
              session.line(`updated proxy ${changed.name}: ${route(changed)}, ${touched(changed)}`),
            )
          }),
      )
      .command(
        ['delete <proxy>', 'remove <proxy>'],
        'Remove one; its connections are dropped',
        (y) => y.positional('proxy', NAME),
        (args) =>
          act(args, async (session) => {
            const removed = await session.client.removeProxy(args.proxy)
            session.show(removed, () => session.line(`deleted proxy ${args.proxy}, ${touched(removed)}`))
          }),
      )
      .command(
        'enable <proxy>',
        'Listen again',
        (y) => y.positional('proxy', NAME),
        (args) => act(args, toggle(args.proxy, true)),
      )
      .command(
        'disable <proxy>',
        'Stop listening, and drop its connections',
        (y) => y.positional('proxy', NAME),
        (args) => act(args, toggle(args.proxy, false)),
      )
      .demandCommand(1, 'proxy needs a command: list, create, show, update, delete, enable or disable'),
  )

const fields = <T>(y: Argv<T>) =>
  y
    .option('listen', {
      type: 'string',
      describe: 'host:port or unix:/path; port 0 takes a free one (default 127.0.0.1:0)',
    })
    .option('upstream', { type: 'string', describe: 'host:port or unix:/path to forward to' })
    .option('protocol', { type: 'string', describe: PROTOCOLS.join(' or ') })
    .option('evidence-header', {
      type: 'boolean',
      describe: 'Name the faults that acted in x-faultline-fault; http only',
    })
    .option('from', { type: 'string', describe: 'Label: the service that calls' })
    .option('to', { type: 'string', describe: 'Label: the service that is called' })
    .option('enabled', { type: 'boolean', describe: 'Listen; --no-enabled does not' })

type Fields = { readonly [name in 'listen' | 'upstream' | 'protocol' | 'from' | 'to']?: string | undefined } & {
  readonly enabled?: boolean | undefined
  readonly evidenceHeader?: boolean | undefined
}

function inputOf({ listen, upstream, protocol, evidenceHeader, from, to, enabled }: Fields): Partial<ProxyInput> {
  const given = Object.entries({
    listen,
    upstream,
    protocol,
    evidence_header: evidenceHeader,
    from,
    to,
    enabled,
  }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as Partial<ProxyInput>
}

async function list(session: Session): Promise<void> {
  const answer = await session.client.proxies()
  session.show(answer, () =>
    session.table(
      ['PROXY', 'LISTEN', 'UPSTREAM', 'STATE', 'OPEN', 'TOTAL', 'FAULTS'],
      answer.proxies.map((proxy) => [
        proxy.name,
        proxy.listen,
        proxy.upstream,
        proxy.state,
        String(proxy.connections.open),
        String(proxy.connections.total),
        String(proxy.faults.length),
      ]),
    ),
  )
}

const toggle = (name: string, enabled: boolean) => async (session: Session) => {
  const changed = await session.client.patchProxy(name, { enabled })
  session.show(changed, () => session.line(`proxy ${name} is ${changed.state}: ${route(changed)}, ${touched(changed)}`))
  return changed.enabled === enabled ? EXIT.fine : EXIT.failed
}

function printProxy(session: Session, proxy: ProxyView): void {
  const { open, total, limited } = proxy.connections
  session.fields([
    ['proxy', proxy.name],
    ['listen', proxy.listen],
    ['upstream', proxy.upstream],
    ['protocol', proxy.protocol],
    ...(proxy.from === undefined ? [] : [['from', proxy.from] as const]),
    ...(proxy.to === undefined ? [] : [['to', proxy.to] as const]),
    ['state', proxy.error === undefined ? proxy.state : `${proxy.state}: ${proxy.error}`],
    ['owner', proxy.owner],
    ['connections', `${open} open, ${total} in all, ${limited} refused by a limit`],
    ['bytes', `${proxy.bytes.upstream} upstream, ${proxy.bytes.downstream} downstream, ${proxy.held_bytes} held`],
  ])
  if (proxy.faults.length === 0) return
  if (session.terminal.isTty) session.line('')
  printFaults(session, proxy.faults)
}

const route = ({ listen, upstream }: ProxyView): string => `${listen} -> ${upstream}`

export const touched = (change: { readonly touched: number }): string =>
  change.touched === 1 ? '1 open connection touched' : `${change.touched} open connections touched`
