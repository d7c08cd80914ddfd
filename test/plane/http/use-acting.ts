import { expect, onTestFinished } from 'vitest'
import { closed } from '../../../src/contract/attributes.ts'
import { exchangeFault } from '../../../src/contract/exchange.ts'
import type {
  BodyPart,
  ExchangeContext,
  RequestAnswer,
  ResponseAnswer,
  ResponseContext,
} from '../../../src/contract/exchange.ts'
import type { FaultSpec } from '../../../src/contract/model.ts'
import type { PlaneLimits, CountingProxy } from '../../../src/contract/ports.ts'
import type { Lookup } from '../../../src/plane/embedded/name-book.ts'
import { proxySpec, usePlane } from '../../support/use-plane.ts'
import type { PlaneBench } from '../../support/use-plane.ts'
import { eventually } from '../use-peers.ts'
import type { Upstream } from '../use-peers.ts'
import { exchangeFaultSpec, look } from './use-exchange.ts'

/** What a test wants of a fault, as functions: the plane does not look into attributes. */
export interface Acts {
  readonly wants?: { readonly request?: boolean; readonly response?: boolean }
  readonly request?: (context: ExchangeContext<Acts, undefined>) => RequestAnswer
  readonly response?: (context: ResponseContext<Acts, undefined>) => ResponseAnswer
  readonly chunk?: NonNullable<BodyPart<Acts, undefined, undefined>['chunk']>
}

const kind = exchangeFault<Acts>({
  kind: 'test_acts',
  summary: 'Does as it is told.',
  fidelity: 'exact',
  attributes: closed({}) as never,
  examples: [],
  wants: ({ wants }) => wants ?? {},
  request: (context) => context.attributes.request?.(context) ?? { do: 'go' },
  response: (context) => context.attributes.response?.(context) ?? { do: 'go' },
  body: {
    begin: ({ attributes }) => (attributes.chunk === undefined ? undefined : { state: undefined, length: 'kept' }),
    chunk: (context, chunk) => context.attributes.chunk?.(context, chunk) ?? [],
  },
})

export const acting = (acts: Acts, more: Partial<FaultSpec> = {}): FaultSpec =>
  exchangeFaultSpec('test_acts', acts as Record<string, unknown>, more)

/** It takes the connection to the exchange lane and leaves everything alone. */
export const looking = (more: Partial<FaultSpec> = {}): FaultSpec => exchangeFaultSpec('test_look', {}, more)

export interface HttpBench extends PlaneBench {
  readonly proxy: CountingProxy
  readonly address: string
  readonly port: number
}

/** An `http` proxy before an upstream. When the test ends it must have been free of bugs and of warnings. */
export async function useHttpProxy(
  upstream: string,
  faults: readonly FaultSpec[] = [],
  limits: Partial<PlaneLimits> = {},
  lookup?: Lookup,
): Promise<HttpBench> {
  const bench = usePlane({ kinds: [kind, look], limits, ...(lookup === undefined ? {} : { lookup }) })
  const warnings: unknown[] = []
  const warned = (warning: unknown): void => void warnings.push(warning)
  process.on('warning', warned)
  const proxy = await bench.plane.open(proxySpec(upstream, { protocol: 'http', faults }), bench.seed)
  onTestFinished(() => {
    process.off('warning', warned)
    expect(bench.facts.filter(({ type }) => type === 'bug')).toEqual([])
    expect(warnings).toEqual([])
  })
  const { listen } = proxy.status()
  return { ...bench, proxy, address: listen, port: Number(listen.split(':').at(-1)) }
}

/** Until no connection is left and nothing is held; the upstream ends its side, as a server would. */
export async function settled({ plane, proxy }: HttpBench, upstream?: Upstream): Promise<void> {
  for (const peer of upstream?.peers ?? []) peer.end()
  await eventually(
    () => proxy.status().connectionsOpen === 0 && plane.totals().heldBytes === 0,
    'the end of all connections',
  )
}
