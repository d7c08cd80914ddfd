import type { Argv } from 'yargs'
import { fromText } from '../../contract/from-text.ts'
import type { FaultInput, FaultPatch } from '../../contract/wire.ts'
import { attributesFrom, looseFlags } from '../attribute-flags.ts'
import { matchFlags, matchFrom } from '../match-flags.ts'
import { oneOfFrom, triggerFlags, triggerFrom } from '../trigger-flags.ts'
import { MisuseError } from '../misuse.ts'
import type { Act, Program } from '../act.ts'
import { printFaults, valuesOf } from './fault-table.ts'
import { touched } from './proxy.ts'

const PROXY = { type: 'string', demandOption: true, describe: 'Name of the proxy' } as const
const FAULT = { type: 'string', demandOption: true, describe: 'Name of the fault' } as const
const KIND_FLAGS = 'The attributes of a kind are flags too: `faultline kinds latency` lists those of latency.'

export const faultCommands = (program: Program, act: Act): Program =>
  program.command('fault', 'Faults: what a proxy does to its traffic', (fault) =>
    fault
      .command(
        'list <proxy>',
        'List those of a proxy, with what they did',
        (y) => y.positional('proxy', PROXY),
        (args) =>
          act(args, async (session) => {
            const answer = await session.client.faults(args.proxy)
            session.show(answer, () => printFaults(session, answer.faults))
          }),
      )
      .command(
        'add <proxy> <kind>',
        'Attach one; it acts at once, on open connections too',
        (y) =>
          common(
            looseFlags(
              y
                .positional('proxy', PROXY)
                .positional('kind', { type: 'string', demandOption: true, describe: 'Kind of fault' }),
            ),
          )
            .option('name', { type: 'string', describe: 'Name of the fault (default <kind>_<stream>)' })
            .option('stream', {
              type: 'string',
              choices: ['upstream', 'downstream'] as const,
              describe: 'Direction (default downstream)',
            })
            .example('$0 fault add db latency --latency 200ms --jitter 20ms', 'a slow database')
            .example(
              '$0 fault add db reset_peer --toxicity 0.1 --first 20',
              'some of the first 20 connections are reset',
            )
            .example(
              "$0 fault add web http_abort --status 503 --match-method POST --match-path '/pay/**'",
              'payments are refused, if the proxy speaks http',
            )
            .epilogue(KIND_FLAGS),
        (args) =>
          act(args, async (session) => {
            const kind = await session.client.kind(args.kind)
            const input: FaultInput = {
              ...patchOf(args),
              kind: args.kind,
              ...(args.name === undefined ? {} : { name: args.name }),
              ...(args.stream === undefined ? {} : { stream: args.stream }),
              attributes: attributesFrom(kind, args),
            }
            const added = await session.client.addFault(args.proxy, input)
            session.show(added, () =>
              session.line(
                `added ${added.name} to ${args.proxy} (${valuesOf(added.attributes) || 'no attributes'}), ${touched(added)}`,
              ),
            )
          }),
      )
      .command(
        'update <proxy> <fault>',
        'Change what is given, and leave the rest',
        (y) => common(looseFlags(y.positional('proxy', PROXY).positional('fault', FAULT))).epilogue(KIND_FLAGS),
        (args) =>
          act(args, async (session) => {
            const before = await session.client.fault(args.proxy, args.fault)
            const attributes = attributesFrom(await session.client.kind(before.kind), args)
            const patch: FaultPatch = {
              ...patchOf(args),
              ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
            }
            if (Object.keys(patch).length === 0) {
              throw new MisuseError(`fault update ${args.proxy} ${args.fault}: nothing to change was given`, KIND_FLAGS)
            }
            const changed = await session.client.patchFault(args.proxy, args.fault, patch)
            session.show(changed, () =>
              session.line(
                `updated ${changed.name} on ${args.proxy} (${valuesOf(changed.attributes)}), ${touched(changed)}`,
              ),
            )
          }),
      )
      .command(
        ['remove <proxy> <fault>', 'delete <proxy> <fault>'],
        'Take one away; what it holds is released at once',
        (y) => y.positional('proxy', PROXY).positional('fault', FAULT),
        (args) =>
          act(args, async (session) => {
            const removed = await session.client.removeFault(args.proxy, args.fault)
            session.show(removed, () => session.line(`removed ${args.fault} from ${args.proxy}, ${touched(removed)}`))
          }),
      )
      .demandCommand(1, 'fault needs a command: list, add, update or remove'),
  )

const common = <T>(y: Argv<T>) =>
  triggerFlags(matchFlags(y))
    .option('toxicity', { type: 'string', describe: 'Chance that it applies to a connection, 0 to 1 (default 1)' })
    .option('key-header', { type: 'string', describe: 'Chance follows the value of this header field of the request' })
    .option('key', {
      type: 'string',
      choices: ['client'] as const,
      describe: 'Chance follows the address of the client, not the order of arrival',
    })
    .option('applies-to', {
      type: 'string',
      choices: ['new', 'existing', 'both'] as const,
      describe: 'Connections it looks at (default both)',
    })
    .option('enabled', { type: 'boolean', describe: '--no-enabled keeps it without acting' })
    .option('dry-run', { type: 'boolean', describe: 'Decide and count, but do not act' })

interface CommonArgs {
  readonly toxicity?: string | undefined
  readonly key?: 'client' | undefined
  readonly keyHeader?: string | undefined
  readonly appliesTo?: 'new' | 'existing' | 'both' | undefined
  readonly enabled?: boolean | undefined
  readonly dryRun?: boolean | undefined
}

function keyOf({ key, keyHeader }: CommonArgs): FaultPatch['key'] {
  return {
    ...(key === undefined ? {} : { client: 'address' }),
    ...(keyHeader === undefined ? {} : { header: keyHeader }),
  }
}

// Not yargs' numbers: those make NaN of what is none, which JSON calls null. The daemon names what it got.
const number = (text: string | undefined): unknown =>
  text === undefined ? undefined : fromText({ type: 'number' }, text)

function patchOf(args: CommonArgs): FaultPatch {
  return given({
    toxicity: number(args.toxicity),
    trigger: triggerFrom(args),
    match: matchFrom(args),
    key: args.key === undefined && args.keyHeader === undefined ? undefined : keyOf(args),
    applies_to: args.appliesTo,
    enabled: args.enabled,
    dry_run: args.dryRun,
    one_of: oneOfFrom(args),
  }) as FaultPatch
}

const given = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
