import { countText } from '../count-text.ts'
import type { RunView } from '../../contract/run-wire.ts'
import { percent, recoveryOf } from '../run-print.ts'
import { markdown } from './escape-markdown.ts'
import { runSeconds } from './run-seconds.ts'
import { casesOf } from './report-cases.ts'
import type { ReportCase } from './report-cases.ts'

const VERDICTS: Readonly<Record<ReportCase['result'], string>> = {
  passed: 'holds',
  failed: '**fails**',
  unknown: '**not known**',
  skipped: 'not looked at',
}

/** What a fault did is told up to here; JSON has the rest. */
const MOST_FAULTS = 50

/** A summary to be read in a pull request. */
export function markdownReport(run: RunView): string {
  const { id, profile, seed, status, detail, traffic, journal } = run
  const recovery = recoveryOf(run)
  const facts: readonly (readonly [string, string])[] = [
    ['run', `\`${id}\``],
    ['seed', markdown(seed)],
    ...Object.entries(run.parameters ?? {}).map(([name, value]) => [markdown(name), markdown(String(value))] as const),
    ['began', run.started_at],
    ['took', run.ended_at === undefined ? 'goes on' : `${runSeconds(run).toFixed(1)} s`],
    ['healed', run.healed === true ? 'yes' : run.kept === true ? 'no: its faults were left' : '**no**'],
    ...(recovery === undefined ? [] : [['recovered after', `${recovery} ms`] as const]),
    ...(traffic === undefined || traffic.count === 0
      ? []
      : [
          [
            'traffic',
            `${traffic.count} ${traffic.of}, ${percent(traffic.success_ratio)} succeeded, p99 ${traffic.p99_ms ?? '-'} ms`,
          ] as const,
        ]),
    ...(journal === undefined
      ? []
      : [['journal', `${markdown(journal.file ?? 'in memory')} (${journal.state})`] as const]),
  ]
  return [
    `## ${markdown(profile)}: ${status}`,
    ...(detail === undefined ? [] : ['', markdown(detail)]),
    '',
    ...table(['', ''], facts),
    '',
    '### What was to hold',
    '',
    ...table(
      ['', 'Expectation', 'Verdict', 'Why', 'Evidence'],
      casesOf(run).map(({ group, name, result, why = '', evidence }) => [
        markdown(group),
        markdown(name),
        VERDICTS[result],
        markdown(why),
        evidence.map((event) => `\`${event}\``).join(' '),
      ]),
    ),
    ...faultLines(run),
    '',
    '### Again',
    '',
    '```sh',
    `faultline runs show ${id}`,
    `faultline replay ${id}`,
    '```',
    '',
  ].join('\n')
}

function faultLines({ faults }: RunView): readonly string[] {
  if (faults.length === 0) return []
  const rest = faults.length - MOST_FAULTS
  return [
    '',
    '### What the faults did',
    '',
    ...table(
      ['Stage', 'Proxy', 'Fault', 'Seen', 'Applied'],
      faults
        .slice(0, MOST_FAULTS)
        .map((one) => [
          markdown(one.stage),
          markdown(one.proxy),
          markdown(one.fault),
          countText(one.seen),
          one.would_apply === undefined ? countText(one.applied) : `would: ${one.would_apply}`,
        ]),
    ),
    ...(rest > 0 ? ['', `and ${rest} more`] : []),
  ]
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  `| ${head.join(' | ')} |`,
  `|${head.map(() => '---').join('|')}|`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
]
