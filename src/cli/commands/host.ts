import type { HostFaultView, Quantity } from '../../contract/host.ts'
import { attributesFrom, looseFlags } from '../attribute-flags.ts'
import { MisuseError } from '../misuse.ts'
import type { Act, Program } from '../act.ts'
import type { Session } from '../session.ts'
import { valuesOf } from './fault-table.ts'

const ID = { type: 'string', demandOption: true, describe: 'Id of the host fault' } as const

export const hostCommands = (program: Program, act: Act): Program =>
  program.command('host', 'Faults on the machine itself: processor, memory, disks, processes', (host) =>
    host
      .command(
        'list',
        'List them, latest first, with what they achieved',
        (y) => y,
        (args) =>
          act(args, async (session) => {
            const answer = await session.client.hostFaults()
            session.show(answer, () =>
              session.table(
                ['ID', 'KIND', 'ATTRIBUTES', 'REACH', 'STATE', 'ASKED', 'ACHIEVED', 'OWNER', 'ENDS'],
                answer.host_faults.map((fault) => [
                  fault.id,
                  fault.kind,
                  valuesOf(fault.attributes) || '-',
                  fault.reach,
                  fault.state,
                  amountText(fault.effect.quantity, fault.effect.asked),
                  amountText(fault.effect.quantity, fault.effect.achieved),
                  fault.owner,
                  fault.ended_at ?? fault.ends_at,
                ]),
              ),
            )
          }),
      )
      .command(
        'show <id>',
        'Show one, with all that was measured',
        (y) => y.positional('id', ID),
        (args) =>
          act(args, async (session) => {
            const fault = await session.client.hostFault(args.id)
            session.show(fault, () => printFault(session, fault))
          }),
      )
      .command(
        'begin <kind>',
        'Take something of the machine for a time; the config must allow it',
        (y) =>
          looseFlags(y.positional('kind', { type: 'string', demandOption: true, describe: 'Kind of host fault' }))
            .option('for', { type: 'string', demandOption: true, describe: 'How long, for example 30s' })
            .option('service', {
              type: 'string',
              describe: 'The service it is meant to hurt; refused out of its reach',
            })
            .example('$0 host begin cpu --workers 1 --load 50 --for 30s', 'half of a core for half a minute')
            .example('$0 host begin process_pause --process postgres --for 5s', 'a database that stands still')
            .epilogue('The attributes of a kind are flags too: `faultline kinds cpu` lists those of cpu.'),
        (args) =>
          act(args, async (session) => {
            const kind = await session.client.kind(args.kind)
            if (kind.layer !== 'host') {
              throw new MisuseError(
                `${kind.kind} acts on the traffic of a proxy, not on the machine`,
                `\`faultline fault add <proxy> ${kind.kind}\` attaches it.`,
              )
            }
            const fault = await session.client.beginHostFault({
              kind: args.kind,
              attributes: attributesFrom(kind, args, 'host begin'),
              duration: /^\d+$/.test(args.for) ? Number(args.for) : args.for,
              ...(args.service === undefined ? {} : { service: args.service }),
            })
            session.show(fault, () =>
              session.line(`began ${fault.id}: ${summary(fault)}, reach ${fault.reach}, until ${fault.ends_at}`),
            )
          }),
      )
      .command(
        'end <id>',
        'Give back what one took',
        (y) => y.positional('id', ID),
        (args) =>
          act(args, async (session) => {
            const fault = await session.client.endHostFault(args.id)
            session.show(fault, () =>
              session.line(`${fault.id} ${fault.state}: ${summary(fault)}; ${fault.detail ?? ''}`),
            )
            return fault.state === 'failed' ? 1 : 0
          }),
      )
      .demandCommand(1, 'host needs a command: list, show, begin or end'),
  )

const summary = ({ kind, effect: { quantity, asked, achieved } }: HostFaultView): string =>
  `${kind} ${amountText(quantity, achieved)} of ${amountText(quantity, asked)} asked`

function printFault(session: Session, fault: HostFaultView): void {
  const { quantity, asked, achieved, details } = fault.effect
  session.fields([
    ['id', fault.id],
    ['kind', fault.kind],
    ['attributes', valuesOf(fault.attributes) || '-'],
    ['reach', fault.reach],
    ...(fault.service === undefined ? [] : [['service', fault.service] as const]),
    ['owner', fault.owner],
    ['state', fault.state],
    ['asked', amountText(quantity, asked)],
    ['achieved', amountText(quantity, achieved)],
    ...Object.entries(details).map(([name, value]) => [name, String(Math.round(value * 100) / 100)] as const),
    ['started', fault.started_at],
    [fault.ended_at === undefined ? 'ends' : 'ended', fault.ended_at ?? fault.ends_at],
    ...(fault.detail === undefined ? [] : [['detail', fault.detail] as const]),
  ])
}

const MiB = 1024 ** 2

function amountText(quantity: Quantity, value: number): string {
  switch (quantity) {
    case 'cores':
      return `${value.toFixed(2)} cores`
    case 'bytes':
      return `${(value / MiB).toFixed(1)} MiB`
    case 'bytes_per_second':
      return `${(value / MiB).toFixed(1)} MiB/s`
    case 'connections':
    case 'descriptors':
    case 'processes':
      return `${value} ${quantity}`
  }
}
