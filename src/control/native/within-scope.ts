import type { World } from '../../experiment/world.ts'
import type { ControlDeps } from '../deps.ts'
import type { AnyOperation } from './operation.ts'
import { SCOPE } from './parameters.ts'

export const SCOPE_PATH = '/v1/scopes/{scope}'

/** The same operation under a scope's path. What concerns the daemon as a whole has none. */
export function withinScope(operation: AnyOperation): readonly AnyOperation[] {
  if (operation.global === true || !operation.path.startsWith('/v1/')) return []
  const { path, id, params, errors } = operation
  return [
    {
      ...operation,
      path: SCOPE_PATH + path.slice('/v1'.length),
      id: `${id}InScope`,
      params: { ...SCOPE, ...params },
      errors: [...errors, 'scope_not_found', 'scope_ended'],
    },
  ]
}

/**
 * What the operations of a scope work on: its world in place of the default one. Nothing of the default scope, nor of
 * another, is within their reach.
 */
export function scopeDeps(deps: ControlDeps): (params: Readonly<Record<string, string>>) => ControlDeps {
  const known = new WeakMap<World, ControlDeps>()
  return ({ scope = '' }) => {
    const { world } = deps.scopes.get(scope)
    const there = known.get(world)
    if (there !== undefined) return there
    const own = { ...deps, ...world, halt: deps.halt, scope }
    known.set(world, own)
    return own
  }
}
