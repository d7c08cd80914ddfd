import type { FaultProof, VerifyInput } from '../../contract/scope-wire.ts'
import type { Act, Program } from '../act.ts'
import { EXIT } from '../misuse.ts'
import { numberFrom } from '../number-from.ts'
import type { Session } from '../session.ts'

export const proofCommands = (program: Program, act: Act): Program =>
  program
    .command(
      'proof',
      'What each fault did, those that are gone included',
      (y) => y,
      (args) =>
        act(args, async (session) => {
          const answer = await session.client.proof()
          session.show(answer, () => print(session, answer.faults))
        }),
    )
    .command(
      'unfired',
      'Faults that never acted, those that are gone included',
      (y) => y.option('fail', { type: 'boolean', describe: 'Exit code 1 when there are any' }),
      (args) =>
        act(args, async (session) => {
          const answer = await session.client.unfired()
          session.show(answer, () => print(session, answer.faults))
          return args.fail === true && answer.faults.length > 0 ? EXIT.failed : EXIT.fine
        }),
    )
    .command(
      'verify <proxy> <fault>',
      'Ask whether a fault acted as often as it was to; exit code 0 when it did. It may be gone already',
      (y) =>
        y
          .positional('proxy', { type: 'string', demandOption: true, describe: 'Name of the proxy' })
          .positional('fault', { type: 'string', demandOption: true, describe: 'Name of the fault' })
          .option('times', { type: 'string', describe: 'Exactly so often' })
          .option('at-least', { type: 'string', describe: 'So often or more (default 1)' })
          .option('at-most', { type: 'string', describe: 'So often or less' })
          .option('never', { type: 'boolean', describe: 'Not once' })
          .conflicts('times', ['at-least', 'at-most', 'never'])
          .conflicts('never', ['at-least', 'at-most'])
          .example('$0 verify db latency_downstream --times 3', 'three connections were slow'),
      (args) =>
        act(args, async (session) => {
          const { proxy, fault, times, atLeast, atMost, never } = args
          const numbers = {
            times: numberFrom(times),
            at_least: numberFrom(atLeast),
            at_most: numberFrom(atMost),
            never,
          }
          const given = Object.entries(numbers).filter(([, value]) => value !== undefined)
          const input: VerifyInput = { proxy, fault, ...Object.fromEntries(given) }
          const view = await session.client.verify(input)
          session.show(view, () => (view.holds ? session.line(view.detail) : session.terminal.err(view.detail)))
          return view.holds ? EXIT.fine : EXIT.failed
        }),
    )

const print = (session: Session, faults: readonly FaultProof[]): void =>
  session.table(
    ['PROXY', 'FAULT', 'KIND', 'ATTACHED', 'SEEN', 'APPLIED', 'SKIPPED'],
    faults.map(({ proxy, fault, kind, attached, seen, applied, skipped }) => [
      proxy,
      fault,
      kind,
      attached ? 'yes' : 'no',
      String(seen),
      String(applied),
      Object.entries(skipped)
        .flatMap(([reason, count]) => (count === 0 ? [] : [`${reason}=${count}`]))
        .join(',') || '-',
    ]),
  )
