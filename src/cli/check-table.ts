import type { CheckView } from '../contract/checks.ts'
import type { RunView } from '../contract/run-wire.ts'
import type { Session } from './session.ts'

/** What the checks of a run found, one row each. */
export function printChecksOf(session: Session, { checks }: Pick<RunView, 'checks'>): void {
  if (checks.length === 0) return
  if (session.terminal.isTty) session.line('')
  session.table(
    ['CHECK', 'KIND', 'BEFORE', 'DURING', 'AFTER', 'RECOVERED', 'LOOKS', 'LAST'],
    checks.map((check) => [
      check.name,
      check.role === 'stop_when' ? `stop: ${check.kind}` : check.kind,
      check.phases.before ?? '-',
      check.phases.during ?? '-',
      check.phases.after ?? '-',
      check.recovery_ms === undefined ? '-' : `${check.recovery_ms}ms`,
      String(Object.values(check.counts).reduce((sum, count) => sum + count, 0)),
      lastOf(check),
    ]),
  )
}

/** What it found last; where that is not what it should be, why. */
function lastOf({ last }: CheckView): string {
  if (last === undefined) return '-'
  const values = Object.entries(last.values).map(([name, value]) => `${name} ${String(value)}`)
  return last.detail ?? (values.join(', ') || '-')
}

/** In a word: how many hold. Empty where there are none. */
export function checksInBrief({ checks }: Pick<RunView, 'checks'>): string {
  const steady = checks.filter(({ role }) => role === 'steady_state')
  if (steady.length === 0) return ''
  const holding = steady.filter(({ last }) => last?.outcome === 'passed').length
  return `${holding} of ${steady.length} checks hold`
}
