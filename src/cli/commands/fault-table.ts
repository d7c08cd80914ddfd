import type { FaultView } from '../../contract/wire.ts'
import { countText } from '../count-text.ts'
import type { Session } from '../session.ts'

export function printFaults(session: Session, faults: readonly FaultView[]): void {
  session.table(
    ['FAULT', 'KIND', 'STREAM', 'TOXICITY', 'STATE', 'SEEN', 'APPLIED', 'OWNER', 'ATTRIBUTES'],
    faults.map((fault) => [
      fault.name,
      fault.kind,
      fault.stream ?? '-',
      String(fault.toxicity),
      stateOf(fault),
      countText(fault.seen),
      countText(fault.applied),
      fault.owner,
      valuesOf(fault.attributes),
    ]),
  )
}

function stateOf({ enabled, active, dry_run: dryRun }: FaultView): string {
  if (!enabled) return 'disabled'
  if (dryRun) return 'dry run'
  if (active === null) return 'unknown'
  return active ? 'active' : 'inactive'
}

export const valuesOf = (values: object): string =>
  Object.entries<unknown>({ ...values })
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ')
