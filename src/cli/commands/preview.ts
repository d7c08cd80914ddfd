import type { CheckPlanView } from '../../contract/checks.ts'
import type { PlanRow, PreviewView } from '../../contract/plan-wire.ts'
import { EXIT } from '../misuse.ts'
import type { ExitCode } from '../misuse.ts'
import { readTextFile } from '../profile-file.ts'
import { seconds } from '../progress.ts'
import type { Session } from '../session.ts'
import { startInput } from '../start-args.ts'
import type { StartArgs } from '../start-args.ts'

/** What a run would do, and when. */
export async function preview(
  session: Session,
  args: StartArgs & { readonly rows?: number | undefined },
): Promise<ExitCode> {
  const view = await session.client.preview(await startInput(args), args.rows)
  session.show(view, () => printPreview(session, view))
  return view.warnings.some(({ code }) => code === 'would_be_refused' || code === 'target_not_found')
    ? EXIT.failed
    : EXIT.fine
}

function printPreview(session: Session, view: PreviewView): void {
  session.fields([
    ['profile', view.profile],
    ['duration', `${seconds(view.duration_ms)}, at the longest`],
    ['stages', String(view.stages)],
    ['seed', view.seed],
    ['proxies', view.proxies.join(', ')],
    ['rollback', view.rollback],
    ...view.checks.map((check) => [labelOf(check), planOf(check)] as const),
    ...Object.entries(view.parameters ?? {}).map(([name, value]) => [`parameter ${name}`, String(value)] as const),
    ...(view.points === undefined
      ? []
      : [['runs', `${view.points.length}, one for each combination; shown with defaults`] as const]),
  ])
  if (session.terminal.isTty) session.line('')
  session.table(
    ['AT', 'WHAT', 'WHERE', 'VALUES'],
    view.rows.map((row) => [at(row.at_ms), row.what.replaceAll('_', ' '), where(row), values(row)]),
  )
  if (!view.complete) session.line(`... and more: --rows shows up to 10000`)
  for (const { code, message } of view.warnings) session.terminal.err(`warning: ${message} (${code})`)
}

const labelOf = ({ role, name }: CheckPlanView): string =>
  `${role === 'stop_when' ? 'stop condition' : 'check'} ${name}`

const planOf = ({ looks_at, expects, when, every_ms, role }: CheckPlanView): string =>
  `${looks_at}: ${expects.join(' and ')}, ${role === 'stop_when' ? '' : `${when.join(', ')}, `}every ${seconds(every_ms)}`

/** 1500 as 1.500s: everything that happens within a second can be told apart. */
const at = (ms: number): string => `${(ms / 1000).toFixed(3)}s`

function where({ stage, lane, repetition, proxy, fault, effect }: PlanRow): string {
  if (effect !== undefined) return effect
  if (fault !== undefined) return `${proxy}: ${fault}`
  return (
    [lane, stage].filter((part) => part !== undefined).join('/') + (repetition === undefined ? '' : ` #${repetition}`)
  )
}

function values({ duration_ms, waits_for, toxicity, attributes, stream }: PlanRow): string {
  const wait = waits_for === undefined ? [] : [`until ${waits_for}`]
  if (duration_ms !== undefined) return [seconds(duration_ms), ...wait].join(', ')
  if (attributes === undefined) return ''
  const told = Object.entries(attributes).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return [...told, ...(toxicity === 1 ? [] : [`toxicity=${toxicity}`]), ...(stream === undefined ? [] : [stream])].join(
    ' ',
  )
}

/** What can never act in profile files, each with its place. */
export async function lintFiles(session: Session, files: readonly string[]): Promise<ExitCode> {
  const { lintProfile } = await import('../../daemon/check-files.ts')
  const results = files.map((file) => ({ file, warnings: lintProfile(file, readTextFile(file, 'profile')) }))
  session.show({ files: results }, () => {
    for (const { file, warnings } of results) {
      if (warnings.length === 0) session.line(`${file}: nothing doubtful`)
      for (const { message, code } of warnings) session.line(`${message} (${code})`)
    }
  })
  return results.some(({ warnings }) => warnings.length > 0) ? EXIT.failed : EXIT.fine
}
