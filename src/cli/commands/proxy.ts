import type { Argv } from 'yargs'
import { PROTOCOLS } from '../../contract/model.ts'
import type { ProxyInput, ProxyView } from '../../contract/wire.ts'
import { countText } from '../count-text.ts'
import { EXIT, MisuseError } from '../misuse.ts'
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
            .example(
              `$0 proxy create web --upstream 127.0.0.1:8080 --protocol http --request-faults '{"kinds":{"http_delay":{"delay":"2s"}}}'`,
              'requests may ask for a delay of at most 2 s',
            )
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
    .option('request-faults', {
      type: 'string',
      describe: 'Kinds that requests may ask for: http_abort,http_delay, or JSON with limits, or none; http only',
    })
    .option('from', { type: 'string', describe: 'Label: the service that calls' })
    .option('to', { type: 'string', describe: 'Label: the service that is called' })
    .option('enabled', { type: 'boolean', describe: 'Listen; --no-enabled does not' })

type Text = 'listen' | 'upstream' | 'protocol' | 'requestFaults' | 'from' | 'to'

type Fields = { readonly [name in Text]?: string | undefined } & {
  readonly enabled?: boolean | undefined
  readonly evidenceHeader?: boolean | undefined
}

function inputOf(fields: Fields): Partial<ProxyInput> {
  const { listen, upstream, protocol, evidenceHeader, requestFaults, from, to, enabled } = fields
  const given = Object.entries({
    listen,
    upstream,
    protocol,
    evidence_header: evidenceHeader,
    request_faults: requestFaults === undefined ? undefined : requestFaultsFrom(requestFaults),
    from,
    to,
    enabled,
  }).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as Partial<ProxyInput>
}

/** Judged by the daemon: what is no JSON is taken for names. */
function requestFaultsFrom(text: string): ProxyInput['request_faults'] {
  if (text.trimStart().startsWith('{')) {
    try {
      return JSON.parse(text) as ProxyInput['request_faults']
    } catch (error) {
      throw new MisuseError(`--request-faults is no JSON: ${(error as Error).message}`)
    }
  }
  const kinds = text === 'none' ? [] : text.split(',').map((kind) => [kind.trim(), 'any'] as const)
  return { kinds: Object.fromEntries(kinds) }
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
        countText(proxy.connections.open),
        countText(proxy.connections.total),
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
  const { upstream: up, downstream: down } = proxy.bytes
  session.fields([
    ['proxy', proxy.name],
    ...(proxy.plane === undefined ? [] : [['plane', proxy.plane] as const]),
    ['listen', proxy.listen],
    ['upstream', proxy.upstream],
    ['protocol', proxy.protocol],
    ...(proxy.request_faults === undefined
      ? []
      : [['requests may ask for', Object.entries(proxy.request_faults.kinds).map(limits).join(', ')] as const]),
    ...(proxy.from === undefined ? [] : [['from', proxy.from] as const]),
    ...(proxy.to === undefined ? [] : [['to', proxy.to] as const]),
    ['state', proxy.error === undefined ? proxy.state : `${proxy.state}: ${proxy.error}`],
    ['owner', proxy.owner],
    ['connections', `${countText(open)} open, ${countText(total)} in all, ${countText(limited)} refused by a limit`],
    ['bytes', `${countText(up)} upstream, ${countText(down)} downstream, ${countText(proxy.held_bytes)} held`],
  ])
  if (proxy.faults.length === 0) return
  if (session.terminal.isTty) session.line('')
  printFaults(session, proxy.faults)
}

const limits = ([kind, given]: readonly [string, unknown]): string =>
  given === 'any' ? kind : `${kind} ${JSON.stringify(given)}`

const route = ({ listen, upstream }: ProxyView): string => `${listen} -> ${upstream}`

export const touched = (change: { readonly touched: number | null }): string =>
  change.touched === 1 ? '1 open connection touched' : `${countText(change.touched)} open connections touched`
