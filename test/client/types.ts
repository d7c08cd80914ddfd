import type { ProxyHandle } from '../../src/client/proxy-handle.ts'
import { bandwidth, httpAbort, httpTruncate, latency, rateLimit } from '../../src/client/faults.gen.ts'
import * as sdk from '../../src/client/sdk.ts'

/**
 * Not run: the type check of the project is the test. Each line below `@ts-expect-error` must be refused by the
 * compiler; where one is not, the compiler says that the comment is not needed.
 */
export async function mistakesThatDoNotCompile(proxy: ProxyHandle, chaos: sdk.Faultline): Promise<void> {
  // What is right compiles.
  await proxy.add(latency({ latency: 200, jitter: '50ms' }, { stream: 'upstream', toxicity: 0.5 }))
  await proxy.add(latency({ latency: '1.5s' }, { trigger: { first: 3, for: '2m' } }))
  await proxy.add(httpTruncate({ bytes: '64KiB', how: 'rst' }, { match: { method: ['GET'], path: '/a/**' } }))
  await proxy.add(httpAbort({ status: 503, headers: [{ name: 'retry-after', value: '1' }] }))

  // @ts-expect-error a kind that there is not
  void (sdk as typeof sdk).latancy({ latency: 1 })
  // @ts-expect-error a misspelt attribute
  void latency({ latncy: 1 })
  // @ts-expect-error a unit of size where a time is wanted
  void latency({ latency: '200KB' })
  // @ts-expect-error a time without a unit
  void latency({ latency: '200' })
  // @ts-expect-error a unit of time where a size is wanted
  void httpTruncate({ bytes: '10ms' })
  // @ts-expect-error a text where a number is wanted
  void bandwidth({ rate: '5' })
  // @ts-expect-error a word that is none of those allowed
  void httpTruncate({ bytes: 1, how: 'slowly' })
  // @ts-expect-error a stream, on a kind that has none
  void httpAbort({ status: 503 }, { stream: 'upstream' })
  // @ts-expect-error a misspelt option
  void latency({}, { toxicty: 1 })
  // @ts-expect-error a misspelt condition
  void rateLimit({ limit: 1 }, { match: { methods: ['GET'] } })
  // @ts-expect-error a misspelt trigger
  void latency({}, { trigger: { frist: 1 } })
  // @ts-expect-error a clock that there is not
  const scope = await chaos.scope({ clock: 'manuel' })
  await scope.advance('next')
  // @ts-expect-error a unit of size where a time is wanted
  await scope.advance('10MB')
  // @ts-expect-error a fault that is no fault
  await proxy.add({ attributes: { latency: 1 } })
}
