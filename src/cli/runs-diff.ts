import { countText } from './count-text.ts'
import type { RunView } from '../contract/run-wire.ts'
import { EXIT, MisuseError } from './misuse.ts'
import type { ExitCode } from './misuse.ts'
import { percent, printRuns, recoveryOf } from './run-print.ts'
import type { Session } from './session.ts'

type Row = readonly [what: string, a: string, b: string]

/** Two side by side, more as a trend. */
export async function printDifference(session: Session, ids: readonly string[]): Promise<ExitCode> {
  if (ids.length < 2) throw new MisuseError('runs diff needs at least two runs')
  const runs: RunView[] = []
  for (const id of ids) runs.push(await session.client.run(id))
  const [a, b] = runs
  if (a === undefined || b === undefined || runs.length > 2) {
    session.show({ runs: runs.map(trendOf) }, () => printRuns(session, runs))
    return EXIT.fine
  }
  const rows = differences(a, b)
  session.show({ differences: rows.map(([what, was, is]) => ({ what, [a.id]: was, [b.id]: is })) }, () => {
    if (rows.length === 0) session.line(`${a.id} and ${b.id} do not differ`)
    else session.table(['', a.id, b.id], rows)
  })
  return EXIT.fine
}

const trendOf = (run: RunView): object => ({
  run: run.id,
  profile: run.profile,
  status: run.status,
  started_at: run.started_at,
  seed: run.seed,
  parameters: run.parameters ?? {},
  traffic: run.traffic,
  recovery_ms: recoveryOf(run) ?? null,
})

/** In what two runs differ: what they were asked, how they went, and what passed. */
function differences(a: RunView, b: RunView): readonly Row[] {
  const rows: Row[] = [
    ['profile', a.profile, b.profile],
    ['seed', a.seed, b.seed],
    ...byName(Object.entries(a.parameters ?? {}), Object.entries(b.parameters ?? {}), 'parameter', String),
    ['status', a.status, b.status],
    ['detail', a.detail ?? '-', b.detail ?? '-'],
    ['healed', String(a.healed ?? '-'), String(b.healed ?? '-')],
    ['stages', a.stages.map(({ name }) => name).join(', '), b.stages.map(({ name }) => name).join(', ')],
    ['traffic', traffic(a), traffic(b)],
    ['success', percent(a.traffic?.success_ratio), percent(b.traffic?.success_ratio)],
    ['p50', ms(a.traffic?.p50_ms), ms(b.traffic?.p50_ms)],
    ['p99', ms(a.traffic?.p99_ms), ms(b.traffic?.p99_ms)],
    ...byName(checksOf(a), checksOf(b), 'check', (text) => text),
    ...byName(recoveries(a), recoveries(b), 'recovered', ms),
    ...byName(faultsOf(a), faultsOf(b), 'fault', (text) => text),
  ]
  return rows.filter(([, was, is]) => was !== is)
}

function byName<T>(
  a: readonly (readonly [string, T])[],
  b: readonly (readonly [string, T])[],
  what: string,
  text: (value: T) => string,
): readonly Row[] {
  const before = new Map(a)
  const after = new Map(b)
  const shown = (value: T | undefined): string => (value === undefined ? '-' : text(value))
  return [...new Set([...before.keys(), ...after.keys()])].map((name) => [
    `${what} ${name}`,
    shown(before.get(name)),
    shown(after.get(name)),
  ])
}

const ms = (value: number | null | undefined): string =>
  value === undefined || value === null ? '-' : `${Math.round(value * 10) / 10}ms`

const traffic = ({ traffic: seen }: RunView): string => (seen === undefined ? '-' : `${seen.count} ${seen.of}`)

const checksOf = ({ checks }: RunView): [string, string][] =>
  checks.map(({ name, phases }) => [
    name,
    Object.entries(phases)
      .map(([phase, outcome]) => `${phase} ${outcome}`)
      .join(', '),
  ])

const recoveries = ({ checks }: RunView): [string, number][] =>
  checks.flatMap(({ name, recovery_ms: time }): [string, number][] => (time === undefined ? [] : [[name, time]]))

/** By stage, since a fault may be in several. */
const faultsOf = ({ faults }: RunView): [string, string][] =>
  faults.map((one) => [`${one.stage} ${one.proxy} ${one.fault}`, `${countText(one.applied)} of ${countText(one.seen)}`])
