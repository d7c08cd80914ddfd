import type { CheckPhase, CheckRole } from '../../contract/checks.ts'
import type { AnyCheckKind } from './check-kind.ts'
import type { Expectation } from './expectation.ts'

/** A check in words, for previews and results. */
export const describeCheck = ({ name, role, kind, attributes, expectations }: Check) => ({
  name,
  role,
  kind: kind.kind,
  looks_at: kind.describe(attributes as never),
  expects: expectations.map(({ text }) => text),
})

/** A check that was read and found valid. */
export interface Check {
  readonly name: string
  readonly role: CheckRole
  /** Where it stands in the profile. */
  readonly pointer: string
  readonly kind: AnyCheckKind
  /** Complete and converted to base units. */
  readonly attributes: Readonly<Record<string, unknown>>
  /** All must hold: then a steady state holds, and a stop condition is met. */
  readonly expectations: readonly Expectation[]
  readonly phases: readonly CheckPhase[]
  readonly everyMs: number
  readonly timeoutMs: number
  /** So many in a row, and it fails. */
  readonly failures: number
  /** So many in a row, and it has recovered. */
  readonly successes: number
  /** How long after the heal it may take to recover. */
  readonly recoverMs: number
}
