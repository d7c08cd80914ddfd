import type { MeasuredProxy } from '../contract/ports.ts'
import type { Registry } from '../registry/registry.ts'

/** The proxies as metrics read them, each when it is reached. */
export function* measuredProxies(registry: Registry): Generator<MeasuredProxy> {
  for (const { spec, plane } of registry.list()) {
    const faults = spec.faults.flatMap(({ name }) => {
      const status = plane.fault(name)
      return status === undefined ? [] : [{ name, status }]
    })
    yield { name: spec.name, inDefaultScope: true, upstream: spec.upstream, status: plane.status(), faults }
  }
}
