import { FaultlineError } from '../contract/errors.ts'
import type { Kind } from '../contract/kind.ts'
import type { KindSource } from '../contract/ports.ts'
import { oneOf } from '../contract/validate.ts'
import { KINDS } from './kinds.gen.ts'

const byName: ReadonlyMap<string, Kind> = new Map<string, Kind>(KINDS.map((kind) => [kind.kind, kind]))

/** Every kind there is, by its wire name. */
class Catalogue implements KindSource {
  get(kind: string): Kind | undefined {
    return byName.get(kind)
  }

  /** By layer, and in each by name. */
  list(): readonly Kind[] {
    return KINDS
  }

  names(): readonly string[] {
    return [...byName.keys()]
  }

  /** @throws kind_not_found, naming the nearest */
  require(kind: string): Kind {
    const found = byName.get(kind)
    if (found === undefined) throw new FaultlineError('kind_not_found', oneOf('kind', kind, this.names()))
    return found
  }
}

export const catalogue = new Catalogue()
