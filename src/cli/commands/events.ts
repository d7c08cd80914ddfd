import type { Followed } from '../../client/follow-events.ts'
import type { Act, Program } from '../act.ts'
import { plain, type Terminal } from '../terminal.ts'
import { valuesOf } from './fault-table.ts'

export const eventCommands = (program: Program, act: Act): Program =>
  program.command(
    'events',
    'What happened: commands, connections, decisions, runs',
    (y) =>
      y
        .option('follow', { type: 'boolean', alias: 'f', describe: 'Go on as it happens, until Ctrl-C' })
        .option('since', { type: 'string', describe: 'Only after the event of this id' })
        .option('limit', { type: 'number', describe: 'At most so many; not with --follow' })
        .option('type', { type: 'string', describe: 'Only of this type, for example decision' })
        .option('proxy', { type: 'string', describe: 'Only of this proxy' })
        .option('run', { type: 'string', describe: 'Only of this run' })
        .conflicts('follow', 'limit'),
    (args) =>
      act(args, async ({ client, terminal, json }) => {
        const { since, type, proxy, run } = args
        const print = (event: Followed): void => terminal.out(json ? JSON.stringify(event) : lineOf(terminal, event))
        if (args.follow === true) {
          for await (const event of client.followEvents({ since, type, proxy, run }, untilInterrupted())) print(event)
          return
        }
        const page = await client.events({ since, type, proxy, run, limit: args.limit })
        if (page.gap !== undefined) print({ gap: page.gap })
        for (const event of page.events) print(event)
      }),
  )

export function untilInterrupted(): AbortSignal {
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  process.once('SIGTERM', () => stop.abort())
  return stop.signal
}

function lineOf({ isTty, paint }: Terminal, event: Followed): string {
  if ('gap' in event) {
    const text = `events ${event.gap.from} to ${event.gap.to} are missing`
    return isTty ? paint.yellow(text) : `-\t-\tgap\t${text}`
  }
  const { id, at, type, mono: _, ...fields } = event
  const rest = plain(valuesOf(fields))
  return isTty ? `${paint.dim(at.slice(11, 23))} ${paint.bold(type)} ${rest}` : `${id}\t${at}\t${type}\t${rest}`
}
