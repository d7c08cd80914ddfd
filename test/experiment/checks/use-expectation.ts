import { CHECK_KINDS } from '../../../src/experiment/checks/check-kinds.ts'
import type { AnyCheckKind } from '../../../src/experiment/checks/check-kind.ts'

export function kindNamed(name: string): AnyCheckKind {
  const kind = CHECK_KINDS.find((one) => one.kind === name)
  if (kind === undefined) throw new Error(`there is no check kind ${name}`)
  return kind
}
