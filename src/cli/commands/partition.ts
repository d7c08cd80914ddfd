import { DIRECTIONS, PARTITION_MODES, SPLITS } from '../../contract/partition.ts'
import type { CutLink, PartitionInput, PartitionMade, PartitionView } from '../../contract/partition.ts'
import { EXIT, MisuseError } from '../misuse.ts'
import type { Act, Program } from '../act.ts'
import type { Session } from '../session.ts'

const ID = { type: 'string', demandOption: true, describe: 'Id of the partition' } as const

export const partitionCommands = (program: Program, act: Act): Program =>
  program.command('partition', 'Partitions: services that cannot reach each other', (partition) =>
    partition
      .command(
        'create [sides..]',
        'Cut services off from each other, on open connections too',
        (y) =>
          y
            .positional('sides', {
              type: 'string',
              array: true,
              default: [] as string[],
              describe: 'Two sides or more, each services parted by commas',
            })
            .option('split', { choices: SPLITS, describe: 'Make the sides up from the nodes instead' })
            .option('nodes', { type: 'string', describe: 'Nodes to split, parted by commas (default: all services)' })
            .option('node', { type: 'string', describe: 'For isolate_one the one, for bridge the one between' })
            .option('direction', { choices: DIRECTIONS, describe: 'one_way: only what the first side sends is lost' })
            .option('mode', { choices: PARTITION_MODES, describe: 'What becomes of the traffic (default: blackhole)' })
            .option('on', { type: 'string', describe: 'Flap: cut for so long, 10s for example ...' })
            .option('off', { type: 'string', describe: '... then healed for so long, again and again' })
            .option('jitter', { type: 'string', describe: 'Most that each of the two may differ' })
            .option('for', { type: 'string', describe: 'Heal by itself after this time' })
            .option('seed', { type: 'string', describe: 'Seed of its chance (default: the one of the daemon)' })
            .option('dry-run', { type: 'boolean', default: false, describe: 'Only say what would be cut' })
            .example('$0 partition create orders payments,ledger', 'orders reaches neither of the two, nor they it')
            .example('$0 partition create orders payments --direction one_way', 'what orders sends is lost')
            .example('$0 partition create --split random_halves --for 30s', 'as a network that falls apart'),
        (args) =>
          act(args, async (session) => {
            const made = await session.client.createPartition(inputOf(args), { dryRun: args.dryRun })
            session.show(made, () => printMade(session, made))
          }),
      )
      .command(
        'list',
        'List them, with the links they cut',
        (y) => y,
        (args) => act(args, list),
      )
      .command(
        'show <partition>',
        'Show one',
        (y) => y.positional('partition', ID),
        (args) =>
          act(args, async (session) => {
            const found = await session.client.partition(args.partition)
            session.show(found, () => printPartition(session, found))
          }),
      )
      .command(
        'heal <partition>',
        'Heal one, and wait until traffic passes',
        (y) => y.positional('partition', ID),
        (args) =>
          act(args, async (session) => {
            const done = await session.client.healPartition(args.partition)
            session.show(done, () =>
              session.line(done.verified ? `healed ${done.healed}` : `NOT HEALED: ${done.left.join('; ')}`),
            )
            return done.verified ? EXIT.fine : EXIT.failed
          }),
      )
      .demandCommand(1, 'partition needs a command: create, list, show or heal'),
  )

type CreateArgs = { readonly sides: readonly string[] } & {
  readonly [name in 'nodes' | 'node' | 'on' | 'off' | 'jitter' | 'for' | 'seed']?: string | undefined
} & { readonly [name in 'split' | 'direction' | 'mode']?: PartitionInput[name] | undefined }

function inputOf({
  sides,
  split,
  nodes,
  node,
  direction,
  mode,
  on,
  off,
  jitter,
  seed,
  for: time,
}: CreateArgs): PartitionInput {
  if ((on === undefined) !== (off === undefined) || (jitter !== undefined && on === undefined))
    throw new MisuseError('a partition that flaps takes both --on and --off, and --jitter only beside them')
  const given = {
    between: sides.length === 0 ? undefined : sides.map(words),
    split,
    nodes: nodes === undefined ? undefined : words(nodes),
    node,
    direction,
    mode,
    flapping:
      on === undefined || off === undefined ? undefined : { on, off, ...(jitter === undefined ? {} : { jitter }) },
    for: time,
    seed,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as PartitionInput
}

const words = (text: string): string[] => text.split(',').map((word) => word.trim())

function printMade(session: Session, made: PartitionMade): void {
  const touched = made.touched === 1 ? '1 open connection cut' : `${made.touched} open connections cut`
  session.line(made.dry_run ? 'would cut:' : `created ${made.id}, ${touched}`)
  printPartition(session, made)
}

async function list(session: Session): Promise<void> {
  const answer = await session.client.partitions()
  session.show(answer, () =>
    session.table(
      ['PARTITION', 'STATE', 'MODE', 'SIDES', 'LINKS', 'NOT COVERED', 'CREATED'],
      answer.partitions.map((one) => [
        one.id,
        one.state,
        one.mode,
        sidesOf(one),
        one.links.map(({ from, to }) => `${from}->${to}`).join(' '),
        String(one.not_covered.length),
        one.created_at,
      ]),
    ),
  )
}

function printPartition(session: Session, partition: PartitionView): void {
  const { id, state, mode, direction, seed, cuts, created_at: created, heals_at: heals, links } = partition
  session.fields([
    ['partition', id],
    ['state', cuts > 1 ? `${state}, cut ${cuts} times` : state],
    ['sides', sidesOf(partition)],
    ['mode', direction === 'both' ? mode : `${mode}, one way`],
    ['seed', seed],
    ['created', created],
    ...(heals === undefined ? [] : [['heals', heals] as const]),
  ])
  if (session.terminal.isTty) session.line('')
  session.table(
    ['PROXY', 'FROM', 'TO', 'CUT'],
    links.map(({ proxy, from, to, cut }) => [proxy, from, to, cut]),
  )
  for (const line of notCovered(partition)) session.line(line)
}

const sidesOf = ({ sides, split }: PartitionView): string =>
  sides.length === 0 ? (split ?? '-') : sides.map((side) => side.join(',')).join(' | ')

/** Pairs that no proxy connects either way come first: those are mostly mistakes. */
function* notCovered({ not_covered: missing, links }: PartitionView): Generator<string> {
  const covered = new Set(links.map(({ from, to }) => JSON.stringify([from, to])))
  const alone = ({ from, to }: CutLink): boolean => !covered.has(JSON.stringify([to, from]))
  const pairs = new Set(missing.filter(alone).map(({ from, to }) => [from, to].sort().join(' and ')))
  for (const pair of pairs) yield `not covered: no proxy stands between ${pair}`
  for (const link of missing.filter((one) => !alone(one)))
    yield `not covered: connections from ${link.from} to ${link.to}, if there are any; no proxy carries them`
}
