import { FaultlineError } from '../contract/errors.ts'
import type { ReleaseInput } from '../contract/hold.ts'
import type { FaultSpec, Owner } from '../contract/model.ts'
import { catalogue } from '../faults/catalogue.ts'
import { resolveAny } from './resolve-proxy.ts'

type ReleaseWith = NonNullable<ReleaseInput['with']>

/**
 * The fault that something meets where it was held.
 * @throws invalid_fault when it acts on another layer, or in a phase that is over or has yet to come
 */
export function releasedWith(held: FaultSpec, { kind, attributes }: ReleaseWith, owner: Owner): FaultSpec {
  const layer = catalogue.get(held.kind)?.layer
  const kept = catalogue.require(kind)
  if (kept.layer !== layer) {
    const detail = `what waits at ${held.kind} cannot meet ${kind}: it acts on another layer (${kept.layer}); allowed are ${layer} kinds`
    throw new FaultlineError('invalid_fault', detail, { pointer: '/with/kind' })
  }
  const phase = Object.hasOwn(kept.attributes.properties, 'phase') ? held.attributes['phase'] : undefined
  const input = {
    kind,
    name: `${held.name}.release`,
    attributes: { ...(phase === undefined ? {} : { phase }), ...attributes },
    ...(kept.layer === 'stream' && held.stream !== undefined ? { stream: held.stream } : {}),
  }
  const spec = resolveAny(input, owner, false, '/with')
  if (phase === undefined || spec.attributes['phase'] === phase) return spec
  const detail = `what waits at ${held.kind} in phase ${String(phase)} cannot meet ${kind} in phase ${String(spec.attributes['phase'])}; leave phase out`
  throw new FaultlineError('invalid_fault', detail, { pointer: '/with/attributes/phase' })
}
