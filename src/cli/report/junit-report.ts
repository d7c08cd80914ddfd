import type { RunView } from '../../contract/run-wire.ts'
import { xml } from './escape-xml.ts'
import { runSeconds } from './run-seconds.ts'
import { casesOf } from './report-cases.ts'
import type { ReportCase } from './report-cases.ts'

/** JUnit XML: one suite for the run, a case for each thing that was to hold. */
export function junitReport(run: RunView): string {
  const cases = casesOf(run)
  const count = (result: ReportCase['result']): number => cases.filter((one) => one.result === result).length
  const took = runSeconds(run)
  const numbers = `tests="${cases.length}" failures="${count('failed')}" errors="${count('unknown')}" skipped="${count('skipped')}" time="${took.toFixed(3)}"`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="faultline" ${numbers}>`,
    `  <testsuite name="${xml(run.profile)}" id="${xml(run.id)}" timestamp="${xml(run.started_at.replace(/Z$/, ''))}" ${numbers}>`,
    '    <properties>',
    ...propertiesOf(run).map(([name, value]) => `      <property name="${xml(name)}" value="${xml(value)}"/>`),
    '    </properties>',
    ...cases.flatMap((one) => caseLines(run, one)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}

function propertiesOf(run: RunView): readonly (readonly [string, string])[] {
  const { id, seed, status, parameters = {}, journal, traffic } = run
  const ratio = traffic?.success_ratio ?? undefined
  return [
    ['run', id],
    ['seed', seed],
    ['status', status],
    ...Object.entries(parameters).map(([name, value]) => [`parameter.${name}`, String(value)] as const),
    ...(ratio === undefined ? [] : [['success_ratio', String(ratio)] as const]),
    ...(journal === undefined ? [] : [['journal', journal.file ?? 'in memory'] as const]),
  ]
}

function caseLines(run: RunView, { group, name, result, why = '', evidence }: ReportCase): readonly string[] {
  const about = [`run ${run.id}`, `seed ${run.seed}`, ...evidence.map((id) => `event ${id}`)].join('\n')
  const message = `message="${xml(why)}"`
  const told = {
    passed: [],
    failed: [`      <failure ${message} type="failed">${xml(`${why}\n${about}`)}</failure>`],
    unknown: [`      <error ${message} type="inconclusive">${xml(`${why}\n${about}`)}</error>`],
    skipped: [`      <skipped ${message}/>`],
  }[result]
  return [
    `    <testcase classname="${xml(`${run.profile}.${group}`)}" name="${xml(name)}">`,
    ...told,
    `      <system-out>${xml(about)}</system-out>`,
    '    </testcase>',
  ]
}
