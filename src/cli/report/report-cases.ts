import type { CheckOutcome, CheckPhase, CheckView } from '../../contract/checks.ts'
import { CHECK_PHASES } from '../../contract/checks.ts'
import type { RunView } from '../../contract/run-wire.ts'

/** One thing that was to hold, and whether it did. */
export interface ReportCase {
  /** What it belongs to: the run, or a check by its name. */
  readonly group: string
  readonly name: string
  readonly result: 'passed' | 'failed' | 'unknown' | 'skipped'
  /** Why it did not pass. */
  readonly why?: string
  /** Ids of the events that show it. */
  readonly evidence: readonly string[]
}

/** All that a run was to show: itself, and each expectation of each check in each phase. */
export const casesOf = (run: RunView): readonly ReportCase[] => [
  ...runCases(run),
  ...run.checks.flatMap((check) => (check.role === 'stop_when' ? [stopCase(run, check)] : checkCases(run, check))),
]

function runCases(run: RunView): readonly ReportCase[] {
  const { status, detail = `it ended as ${run.status}`, heal, kept, faults, dry_run: dryRun } = run
  const applied = faults.reduce((sum, fault) => sum + (fault.applied ?? 0), 0)
  const untold = faults.some((fault) => fault.applied === null)
  const event = (what: string): readonly string[] =>
    run.evidence?.run.filter((one) => one.what === what).map((one) => one.event) ?? []
  const ended: Pick<ReportCase, 'result' | 'why'> =
    status === 'completed'
      ? { result: 'passed' }
      : { result: status === 'failed' || status === 'stopped' ? 'failed' : 'unknown', why: `${status}: ${detail}` }
  const healed: Pick<ReportCase, 'result' | 'why'> =
    run.healed === true
      ? { result: 'passed' }
      : kept === true
        ? { result: 'skipped', why: 'its rollback leaves its faults' }
        : { result: 'failed', why: heal?.left.join('; ') || 'it was not healed' }
  const acted: Pick<ReportCase, 'result' | 'why'> =
    applied > 0
      ? { result: 'passed' }
      : faults.length === 0 || dryRun === true
        ? { result: 'skipped', why: dryRun === true ? 'a dry run' : 'it has no faults on traffic' }
        : {
            result: 'unknown',
            why: untold ? 'a plane does not tell what its faults did' : 'no fault of the run acted on anything',
          }
  return [
    { group: 'run', name: 'completes', ...ended, evidence: event('run_ended') },
    {
      group: 'run',
      name: 'a fault acts',
      ...acted,
      evidence: run.evidence?.faults.map((fault) => fault.event).slice(0, 1) ?? [],
    },
    { group: 'run', name: 'is healed', ...healed, evidence: event('run_healed') },
  ]
}

function stopCase(run: RunView, check: CheckView): ReportCase {
  const met = (check.counts.met ?? 0) > 0
  return {
    group: check.name,
    name: `is not met: ${check.expects.join(', ')}`,
    result: met ? 'failed' : 'passed',
    ...(met ? { why: 'the stop condition was met' } : {}),
    evidence: eventsOf(run, check, 'during', met ? 'met' : 'not_met'),
  }
}

function checkCases(run: RunView, check: CheckView): readonly ReportCase[] {
  return CHECK_PHASES.flatMap((phase) => {
    const outcome = check.phases[phase]
    return outcome === undefined ? [] : phaseCases(run, check, phase, outcome)
  })
}

function phaseCases(run: RunView, check: CheckView, phase: CheckPhase, outcome: CheckOutcome): readonly ReportCase[] {
  const evidence = eventsOf(run, check, phase, outcome)
  const detail = detailOf(run, check, phase, outcome)
  // A look tells the first expectation that does not hold, and nothing of those behind it.
  const broken = check.expects.findIndex((text) => detail?.startsWith(`${text}: `) === true)
  const recovered = phase === 'after' && check.recovery_ms !== undefined ? ` after ${check.recovery_ms} ms` : ''
  return check.expects.map((text, i): ReportCase => {
    const one = { group: check.name, name: `${phase}: ${text}`, evidence }
    if (outcome === 'passed') return { ...one, name: `${one.name}${recovered}`, result: 'passed' }
    const result = outcome === 'no_data' ? 'unknown' : 'failed'
    if (broken === -1 || broken === i) return { ...one, result, why: detail ?? `the check is ${outcome}` }
    return i < broken
      ? { ...one, result: 'passed' }
      : { ...one, result: 'skipped', why: `not told: ${check.expects[broken] ?? ''} does not hold` }
  })
}

function eventsOf(run: RunView, { name }: CheckView, phase: CheckPhase, outcome: CheckOutcome): readonly string[] {
  const found = run.evidence?.checks.find((one) => one.check === name && one.phase === phase && one.outcome === outcome)
  return found === undefined ? [] : [found.event]
}

function detailOf(run: RunView, check: CheckView, phase: CheckPhase, outcome: CheckOutcome): string | undefined {
  const found = run.evidence?.checks.find(
    (one) => one.check === check.name && one.phase === phase && one.outcome === outcome,
  )
  return (
    found?.detail ?? (check.last?.phase === phase && check.last.outcome === outcome ? check.last.detail : undefined)
  )
}
