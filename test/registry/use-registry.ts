import { onTestFinished } from 'vitest'
import type { Fact } from '../../src/contract/events.ts'
import type { FaultSpec, Owner } from '../../src/contract/model.ts'
import { resolveFault } from '../../src/faults/resolve.ts'
import type { EmbeddedPlane } from '../../src/plane/embedded/plane.ts'
import { Registry } from '../../src/registry/registry.ts'
import type { RegistryOptions } from '../../src/registry/registry-options.ts'
import { usePlane } from '../support/use-plane.ts'

export interface RegistryBench {
  readonly registry: Registry
  readonly plane: EmbeddedPlane
  readonly facts: Fact[]
}

/** The real registry on the real plane; closed when the test ends. */
export function useRegistry(options: Partial<RegistryOptions> = {}): RegistryBench {
  const { plane, facts } = usePlane()
  const registry = new Registry({
    plane,
    sink: { emit: (fact) => void facts.push(fact) },
    seed: 'seed',
    limits: { proxies: 100, faultsPerProxy: 10 },
    ...options,
  })
  onTestFinished(() => registry.close())
  return { registry, plane, facts }
}

/** A fault as a run brings it. */
export function runFault(input: object, owner: Owner): FaultSpec {
  return resolveFault(input, { owner })
}
