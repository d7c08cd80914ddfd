import { onTestFinished } from 'vitest'
import type { Fact } from '../../src/contract/events.ts'
import type { Kind } from '../../src/contract/kind.ts'
import type { FaultSpec, ProxySpec } from '../../src/contract/model.ts'
import type { PlaneLimits } from '../../src/contract/ports.ts'
import { RealClock } from '../../src/kernel/clock.ts'
import type { Lookup } from '../../src/plane/embedded/name-book.ts'
import { EmbeddedPlane } from '../../src/plane/embedded/plane.ts'
import { KINDS } from '../../src/faults/kinds.gen.ts'
import { wishReader } from '../../src/faults/read-wishes.ts'

export interface PlaneBench {
  readonly plane: EmbeddedPlane
  readonly facts: Fact[]
  readonly seed: string
}

/** The real plane with real sockets; closed when the test ends. */
export function usePlane(
  options: { limits?: Partial<PlaneLimits>; lookup?: Lookup; kinds?: readonly Kind[] } = {},
): PlaneBench {
  const facts: Fact[] = []
  const kinds = new Map([...KINDS, ...(options.kinds ?? [])].map((kind) => [kind.kind, kind as Kind]))
  const plane = new EmbeddedPlane({
    clock: new RealClock(),
    sink: { emit: (fact) => void facts.push(fact) },
    kinds,
    wishes: wishReader,
    limits: {
      connections: 9000,
      connectionsPerProxy: 9000,
      heldBytesPerLink: 32 * 1024 ** 2,
      heldBytesTotal: 512 * 1024 ** 2,
      dialMs: 10_000,
      ...options.limits,
    },
    ...(options.lookup === undefined ? {} : { lookup: options.lookup }),
  })
  onTestFinished(() => plane.close())
  return { plane, facts, seed: 'test' }
}

export function proxySpec(upstream: string, more: Partial<ProxySpec> = {}): ProxySpec {
  return {
    name: 'p',
    listen: '127.0.0.1:0',
    upstream,
    protocol: 'tcp',
    from: undefined,
    to: undefined,
    enabled: true,
    faults: [],
    owner: 'api',
    ...more,
  }
}

export function faultSpec(
  kind: string,
  attributes: Record<string, unknown> = {},
  more: Partial<FaultSpec> = {},
): FaultSpec {
  return {
    name: kind,
    kind,
    stream: 'downstream',
    toxicity: 1,
    attributes,
    trigger: undefined,
    match: undefined,
    key: undefined,
    appliesTo: 'both',
    enabled: true,
    dryRun: false,
    owner: 'api',
    seed: undefined,
    ...more,
  }
}
