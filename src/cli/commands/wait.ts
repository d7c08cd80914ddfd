import type { EventPattern, WaitInput } from '../../contract/scope-wire.ts'
import { fromText } from '../../contract/from-text.ts'
import { pairs } from '../match-flags.ts'
import { EXIT, MisuseError } from '../misuse.ts'
import type { Act, Program } from '../act.ts'
import { numberFrom } from '../number-from.ts'
import type { Session } from '../session.ts'

const PROXY = { type: 'string', demandOption: true, describe: 'Name of the proxy' } as const

export const waitCommands = (program: Program, act: Act): Program =>
  program.command(
    'wait',
    'Wait until something is so, instead of sleeping; exit code 1 when it is not in time',
    (wait) =>
      wait
        .option('timeout', { type: 'string', describe: 'How long at most, up to 60s (default 5s); 0 only looks' })
        .command(
          'fault <proxy> <fault>',
          'Until it acted, or was asked, so often',
          (y) =>
            y
              .positional('proxy', PROXY)
              .positional('fault', { type: 'string', demandOption: true, describe: 'Name of the fault' })
              .option('applied', { type: 'string', describe: 'It acted so often (default 1)' })
              .option('seen', { type: 'string', describe: 'It was asked so often' })
              .conflicts('applied', 'seen')
              .example('$0 wait fault db latency_downstream --applied 3 --timeout 10s', 'it acted three times'),
          ({ proxy, fault, applied, seen, ...args }) =>
            act(args, (session) =>
              carryOut(session, args, {
                proxy,
                fault,
                ...(seen === undefined
                  ? { applied: numberFrom(applied ?? '1') ?? 1 }
                  : { seen: numberFrom(seen) ?? 1 }),
              }),
            ),
        )
        .command(
          'connections <proxy>',
          'Until so many are open',
          (y) =>
            y
              .positional('proxy', PROXY)
              .option('at-least', { type: 'string', describe: 'So many or more' })
              .option('at-most', { type: 'string', describe: 'So many or less' })
              .example('$0 wait connections db --at-most 0', 'the pool let go of all of them'),
          ({ proxy, atLeast, atMost, ...args }) =>
            act(args, (session) => {
              const [least, most] = [numberFrom(atLeast), numberFrom(atMost)]
              if (least === undefined && most === undefined)
                throw new MisuseError('wait connections: how many was not said', 'Give --at-least, --at-most, or both.')
              const connections = {
                ...(least === undefined ? {} : { at_least: least }),
                ...(most === undefined ? {} : { at_most: most }),
              }
              return carryOut(session, args, { proxy, connections })
            }),
        )
        .command(
          'exchanges <proxy> <count>',
          'Until so many have ended',
          (y) =>
            y
              .positional('proxy', PROXY)
              .positional('count', { type: 'string', demandOption: true, describe: 'How many' }),
          ({ proxy, count, ...args }) =>
            act(args, (session) => carryOut(session, args, { proxy, exchanges: numberFrom(count) ?? 0 })),
        )
        .command(
          'due <within>',
          'Until something is due within so long by the manual clock of the scope',
          (y) =>
            y
              .positional('within', { type: 'string', demandOption: true, describe: 'A duration: 30s' })
              .example('$0 wait due 30s', 'what is delayed by 30 s has come in, and waits'),
          ({ within, ...args }) => act(args, (session) => carryOut(session, args, { due_within: within })),
        )
        .command(
          'event <type>',
          'Until such events happened; those that the journal still has count too',
          (y) =>
            y
              .positional('type', {
                type: 'string',
                demandOption: true,
                describe: 'Type, for example connection_closed',
              })
              .option('field', {
                type: 'string',
                array: true,
                nargs: 1,
                describe: 'name=value: only with this field; repeatable',
              })
              .option('count', { type: 'string', describe: 'So many (default 1)' })
              .option('since', { type: 'string', describe: 'Only after the event of this id' })
              .example('$0 wait event connection_closed --field proxy=db --field origin=client', 'a caller gave up'),
          ({ type, field = [], count, since, ...args }) =>
            act(args, (session) => {
              const fields = Object.entries(pairs('field', field)).map(([name, text]) => [name, valueOf(text)])
              const event = { ...Object.fromEntries(fields), type } as EventPattern
              return carryOut(session, args, {
                event,
                ...(count === undefined ? {} : { count: numberFrom(count) ?? 1 }),
                ...(since === undefined ? {} : { since }),
              })
            }),
        )
        .demandCommand(1, 'wait needs a command: fault, connections, exchanges, due or event'),
  )

/** Numbers and truths are compared as such. */
const valueOf = (text: string): unknown => fromText({ type: ['number', 'boolean'] }, text)

async function carryOut(
  session: Session,
  { timeout }: { readonly timeout?: string | undefined },
  condition: Omit<WaitInput, 'timeout'>,
): Promise<number> {
  const view = await session.client.wait({
    ...condition,
    ...(timeout === undefined ? {} : { timeout: numberFrom(timeout) ?? timeout }),
  })
  session.show(view, () =>
    view.met ? session.line(view.detail) : session.terminal.err(`not so in time: ${view.detail}`),
  )
  return view.met ? EXIT.fine : EXIT.failed
}
