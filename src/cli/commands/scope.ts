import { SCOPE_CLOCKS } from '../../contract/scope-wire.ts'
import type { ScopeInput, ScopeView } from '../../contract/scope-wire.ts'
import type { Act, Program } from '../act.ts'
import { pairs } from '../match-flags.ts'
import { numberFrom } from '../number-from.ts'
import { seconds } from '../progress.ts'
import type { Session } from '../session.ts'

const ID = { type: 'string', demandOption: true, describe: 'Id of the scope' } as const
const TTL = { type: 'string', describe: 'It ends when nobody renews it for so long (default 60s)' } as const

export const scopeCommands = (program: Program, act: Act): Program =>
  program.command('scope', 'Scopes: what one test owns, apart from all others, until it ends', (scope) =>
    scope
      .command(
        'list',
        'List those that are open',
        (y) => y,
        (args) => act(args, list),
      )
      .command(
        'create',
        'Open one, and print its id',
        (y) =>
          y
            .option('ttl', TTL)
            .option('seed', { type: 'string', describe: "Seed of all chance in it (default: the daemon's)" })
            .option('label', { type: 'string', array: true, nargs: 1, describe: 'name=value; repeatable' })
            .option('owner', { type: 'string', describe: 'Who it is for, in words' })
            .option('process', {
              type: 'string',
              describe: "Pid of a process on the daemon's machine (Linux); the scope ends with it",
            })
            .option('clock', {
              choices: SCOPE_CLOCKS,
              describe: 'What its faults and runs go by; manual stands still until `scope advance` (default real)',
            })
            .example('export FAULTLINE_SCOPE=$($0 scope create --ttl 1h --process $$)', 'one for this shell'),
        (args) =>
          act(args, async (session) => {
            const { ttl, seed, owner, label = [], process, clock } = args
            const input = given({
              ttl,
              seed,
              owner,
              labels: label.length === 0 ? undefined : pairs('label', label),
              process: numberFrom(process),
              clock,
            })
            const made = await session.daemon.createScope(input)
            session.show(made, () => session.line(made.id))
          }),
      )
      .command(
        'show <id>',
        'Show what one owns, and how long it lives',
        (y) => y.positional('id', ID),
        (args) =>
          act(args, async (session) => {
            const view = await session.daemon.scope(args.id)
            session.show(view, () => print(session, view))
          }),
      )
      .command(
        'renew <id>',
        'Let its time to live begin anew',
        (y) =>
          y
            .positional('id', ID)
            .option('ttl', { ...TTL, describe: 'From now on, it ends when nobody renews it for so long' }),
        (args) =>
          act(args, async (session) => {
            const view = await session.daemon.renewScope(args.id, args.ttl)
            session.show(view, () => session.line(`renewed ${view.id}: ${lifeOf(view)}`))
          }),
      )
      .command(
        'advance <id> <by>',
        'Move the time of one whose clock is manual: windows, stages and delays follow',
        (y) =>
          y
            .positional('id', ID)
            .positional('by', {
              type: 'string',
              demandOption: true,
              describe: 'So far (10m), or `next`: to the next moment at which anything is due',
            })
            .example('$0 scope advance $FAULTLINE_SCOPE 1h', 'an hour passes'),
        (args) =>
          act(args, async (session) => {
            const { id, by } = args
            const moved = await session.daemon.advanceScope(id, by === 'next' ? { to: by } : { by })
            session.show(moved, () =>
              session.line(
                `advanced ${id} by ${moved.moved_ms} ms to ${moved.now_ms} ms: ${moved.timers} timers were due`,
              ),
            )
          }),
      )
      .command(
        ['end <id>', 'delete <id>'],
        'End one with all that it owns',
        (y) => y.positional('id', ID),
        (args) =>
          act(args, async (session) => {
            const ended = await session.daemon.endScope(args.id)
            session.show(ended, () => {
              const { id, proxies, faults, unfired } = ended
              session.line(
                `ended ${id}: ${proxies} proxies and ${faults} faults are gone, ${unfired.length} never acted`,
              )
            })
          }),
      )
      .demandCommand(1, 'scope needs a command: list, create, show, renew, advance or end'),
  )

const given = (fields: Readonly<Record<string, unknown>>): ScopeInput =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

async function list(session: Session): Promise<void> {
  const answer = await session.daemon.scopes()
  session.show(answer, () =>
    session.table(
      ['SCOPE', 'PROXIES', 'FAULTS', 'UNFIRED', 'OPEN', 'RUNS', 'LIVES', 'OWNER', 'LABELS'],
      answer.scopes.map((scope) => [
        scope.id,
        String(scope.proxies),
        String(scope.faults),
        String(scope.unfired.length),
        String(scope.connections_open),
        String(scope.runs_live),
        lifeOf(scope),
        scope.owner ?? '-',
        labelsOf(scope),
      ]),
    ),
  )
}

function print(session: Session, scope: ScopeView): void {
  const {
    id,
    seed,
    owner,
    created_at: created,
    proxies,
    faults,
    unfired,
    runs_live: runs,
    connections_open: open,
  } = scope
  session.fields([
    ['scope', id],
    ...(owner === undefined ? [] : [['owner', owner] as const]),
    ['labels', labelsOf(scope)],
    ['seed', seed],
    ['created', created],
    ['clock', clockOf(scope)],
    ['lives', lifeOf(scope)],
    ['proxies', `${proxies}, with ${open} open connections`],
    ['faults', `${faults}, and ${runs} live runs`],
    ['never acted', unfired.map(({ proxy, fault }) => `${fault} on proxy ${proxy}`).join(', ') || '-'],
  ])
}

/** What it lives by. */
function lifeOf({ streams, expires_at: expires, ttl_ms: ttl, process }: ScopeView): string {
  const by =
    expires === undefined
      ? `held by ${streams} ${streams === 1 ? 'stream' : 'streams'}`
      : `until ${expires} (ttl ${seconds(ttl)})`
  return process === undefined ? by : `${by}, or process ${process.pid} ends`
}

function clockOf({ clock, now_ms: now = 0, next_in_ms: next }: ScopeView): string {
  if (clock === 'real') return clock
  return `manual, at ${now} ms; ${next === undefined ? 'nothing is due' : `something is due in ${next} ms`}`
}

const labelsOf = ({ labels }: ScopeView): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ') || '-'
