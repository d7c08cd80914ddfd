import type { MeasuredProxy } from '../contract/metrics.ts'
import type { Scopes } from '../experiment/scopes/scopes.ts'
import type { Registry } from '../registry/registry.ts'

/** The proxies of all scopes as metrics read them, each when it is reached. Those of planes that count nothing have no numbers. */
export function* measuredProxies(registry: Registry, scopes: Scopes): Generator<MeasuredProxy> {
  yield* measured(registry)
  for (const { id, world } of scopes.open()) yield* measured(world.registry, id)
}

function* measured(registry: Registry, scope?: string): Generator<MeasuredProxy> {
  for (const { spec, plane } of registry.list()) {
    const faults = spec.faults.flatMap(({ name }) => {
      const status = plane.fault(name)
      return status === undefined || status.seen === null ? [] : [{ name, status }]
    })
    const status = plane.status()
    if (status.bytes === null) continue
    yield { name: spec.name, scope, upstream: spec.upstream, status, faults }
  }
}
