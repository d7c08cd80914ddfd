import { FaultlineError } from '../contract/errors.ts'
import type { AnyHostKind } from '../contract/host.ts'
import { oneOf } from '../contract/validate.ts'
import { HOST_KINDS } from './host-kinds.gen.ts'

const byName: ReadonlyMap<string, AnyHostKind> = new Map(HOST_KINDS.map((kind) => [kind.kind, kind]))

/** Every kind of fault on the machine, by its wire name. They are begun, not attached to a proxy. */
export const hostCatalogue = {
  get: (kind: string): AnyHostKind | undefined => byName.get(kind),
  list: (): readonly AnyHostKind[] => HOST_KINDS,
  names: (): readonly string[] => [...byName.keys()],
  /** @throws kind_not_found, naming the nearest */
  require(kind: string): AnyHostKind {
    const found = byName.get(kind)
    if (found === undefined) throw new FaultlineError('kind_not_found', oneOf('kind', kind, [...byName.keys()]))
    return found
  },
} as const
