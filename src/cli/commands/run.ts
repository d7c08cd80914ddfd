import type { RunStartInput, RunView } from '../../contract/wire.ts'
import { RealClock } from '../../kernel/clock.ts'
import { EXIT, MisuseError, type ExitCode } from '../misuse.ts'
import { isFile, readTextFile } from '../profile-file.ts'
import type { Act, Program } from '../act.ts'
import { Progress, seconds } from '../progress.ts'
import type { Session } from '../session.ts'

/** How often a run is looked at; on a terminal often enough for the bar to move. */
const LOOK_MS = { terminal: 200, elsewhere: 500 }

export const runCommands = (program: Program, act: Act): Program =>
  program
    .command(
      'run <profile>',
      'Carry a profile out and wait for its end; Ctrl-C stops and heals it',
      (y) =>
        y
          .positional('profile', { type: 'string', demandOption: true, describe: 'Name of a profile, or a file' })
          .option('seed', {
            type: 'string',
            describe: 'Seed of its chance (default: the one of the profile, else of the daemon)',
          })
          .option('target', {
            type: 'string',
            array: true,
            nargs: 1,
            describe: 'target=proxy points a target of the profile at a proxy; repeatable',
          })
          .option('share', { type: 'boolean', describe: 'Start although another run holds a target' })
          .option('detach', { type: 'boolean', describe: 'Start it and do not wait' })
          .example('$0 run slow-database --target db=orders-db', 'a shipped profile on a proxy of yours')
          .example('$0 run ./my-profile.yaml --seed 7', 'a profile of your own'),
      (args) =>
        act(args, async (session) => {
          const run = await session.client.startRun(await startInput(args))
          if (args.detach !== true) return follow(session, run)
          session.show(run, () => session.line(`started ${run.id} of ${run.profile}, seed ${run.seed}`))
        }),
    )
    .command('runs', 'Runs: live and ended', (runs) =>
      runs
        .command(
          'list',
          'List them, latest first',
          (y) => y,
          (args) => act(args, list),
        )
        .command(
          'show <run>',
          'Show what one did',
          (y) => y.positional('run', RUN),
          (args) =>
            act(args, async (session) => {
              const run = await session.client.run(args.run)
              session.show(run, () => printRun(session, run))
            }),
        )
        .command(
          'stop <run>',
          'End one and heal what it did',
          (y) => y.positional('run', RUN),
          (args) =>
            act(args, async (session) => {
              const run = await session.client.stopRun(args.run)
              session.show(run, () => session.line(ending(run)))
              return run.healed === false ? EXIT.failed : EXIT.fine
            }),
        )
        .demandCommand(1, 'runs needs a command: list, show or stop'),
    )

const RUN = { type: 'string', demandOption: true, describe: 'Id of the run' } as const

interface StartArgs {
  readonly profile: string
  readonly seed?: string | undefined
  readonly target?: readonly string[] | undefined
  readonly share?: boolean | undefined
}

async function startInput({ profile, seed, target = [], share }: StartArgs): Promise<RunStartInput> {
  const targets = target.map((pair) => {
    const found = /^([^=]+)=(.+)$/.exec(pair)
    if (found === null) throw new MisuseError(`--target ${pair} must be target=proxy, for example db=orders-db`)
    return [found[1] ?? '', found[2] ?? ''] as const
  })
  return {
    profile: isFile(profile) ? await profileOf(profile) : profile,
    ...(seed === undefined ? {} : { seed }),
    ...(targets.length === 0 ? {} : { targets: Object.fromEntries(targets) }),
    ...(share === undefined ? {} : { share }),
  }
}

async function profileOf(file: string): Promise<Exclude<RunStartInput['profile'], string>> {
  const text = readTextFile(file, 'profile')
  const { checkProfile } = await import('../../daemon/check-files.ts')
  return checkProfile(file, text)
}

/** Looks at the run until it ends. The first Ctrl-C stops it, and waits until it is healed; the second waits no more. */
async function follow(session: Session, started: RunView): Promise<ExitCode> {
  const { client, terminal, json } = session
  const clock = new RealClock()
  const progress = new Progress(terminal)
  let interrupted = false
  let wakeUp = (): void => undefined
  const onSignal = (): void => {
    if (interrupted) process.exit(EXIT.failed)
    interrupted = true
    wakeUp()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  if (!json) session.line(`run ${started.id} of ${started.profile}, seed ${started.seed}`)
  let run = started
  while (run.status === 'running') {
    if (!json) progress.update(run)
    const look = clock.now() + (terminal.isTty ? LOOK_MS.terminal : LOOK_MS.elsewhere)
    await new Promise<void>((resolve) => {
      const timer = clock.at(look, resolve)
      wakeUp = () => {
        timer.cancel()
        resolve()
      }
    })
    run = interrupted ? await client.stopRun(run.id) : await client.run(run.id)
  }
  process.off('SIGINT', onSignal)
  process.off('SIGTERM', onSignal)
  if (!json) progress.end(run)
  session.show(run, () => {
    printFaultsOf(session, run)
    session.line(ending(run))
  })
  return run.status === 'completed' && run.healed !== false ? EXIT.fine : EXIT.failed
}

function ending(run: RunView): string {
  const healed =
    run.healed === true ? ', healed' : run.healed === false ? ', NOT HEALED: see `faultline proxy list`' : ''
  return `run ${run.id} ${run.status}${healed}${run.detail === undefined ? '' : `: ${run.detail}`}`
}

async function list(session: Session): Promise<void> {
  const answer = await session.client.runs()
  session.show(answer, () =>
    session.table(
      ['RUN', 'PROFILE', 'STATUS', 'STAGE', 'STARTED', 'SEED'],
      answer.runs.map((run) => [
        run.id,
        run.profile,
        run.status,
        run.stage === undefined ? '-' : `${run.stage.index + 1}/${run.stage.of} ${run.stage.name}`,
        run.started_at,
        run.seed,
      ]),
    ),
  )
}

function printRun(session: Session, run: RunView): void {
  session.fields([
    ['run', run.id],
    ['profile', run.profile],
    ['status', run.status],
    ...(run.healed === undefined ? [] : [['healed', run.healed ? 'yes' : 'NO'] as const]),
    ['seed', run.seed],
    ['started', run.started_at],
    ...(run.ended_at === undefined ? [] : [['ended', run.ended_at] as const]),
    ...(run.stage === undefined
      ? []
      : [
          [
            'stage',
            `${run.stage.index + 1}/${run.stage.of} ${run.stage.name}, ${seconds(run.stage.elapsed_ms)} of ${seconds(run.stage.duration_ms)}`,
          ] as const,
        ]),
    ...(run.detail === undefined ? [] : [['detail', run.detail] as const]),
  ])
  printFaultsOf(session, run)
}

function printFaultsOf(session: Session, run: RunView): void {
  if (run.faults.length === 0) return
  if (session.terminal.isTty) session.line('')
  session.table(
    ['STAGE', 'PROXY', 'FAULT', 'KIND', 'SEEN', 'APPLIED', 'ASKED', 'ACHIEVED'],
    run.faults.map((fault) => [
      fault.stage,
      fault.proxy,
      fault.fault,
      fault.kind,
      String(fault.seen),
      String(fault.applied),
      fault.asked_ms_mean === undefined ? '-' : `${fault.asked_ms_mean.toFixed(1)}ms`,
      fault.achieved_ms_mean === undefined ? '-' : `${fault.achieved_ms_mean.toFixed(1)}ms`,
    ]),
  )
  if (session.terminal.isTty) session.line('')
}
