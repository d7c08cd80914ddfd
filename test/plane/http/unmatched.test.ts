import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FaultSpec, Match } from '../../../src/contract/model.ts'
import { proxySpec, usePlane } from '../../support/use-plane.ts'
import { exchangeFaultSpec } from './use-exchange.ts'
import { useCaller, useHttpServer } from './use-http.ts'

/** What a request is like, and which of the matches below hold for it. */
const ASKED = [
  { path: '/a', method: 'GET', headers: {}, fits: ['path', 'not'] },
  { path: '/b', method: 'POST', headers: {}, fits: ['method', 'not'] },
  { path: '/c', method: 'GET', headers: { 'x-tenant': 'acme' }, fits: ['header'] },
] as const

const MATCHES: Readonly<Record<string, Match>> = {
  path: { path: '/a' },
  method: { method: ['POST'] },
  header: { headers: { 'x-tenant': 'ac*' } },
  not: { not: { headers: { 'x-tenant': '*' } } },
  client: { client: ['127.0.0.0/8'] },
  stranger: { client: ['10.0.0.0/8'] },
}

const aFault = fc.record({
  name: fc.constantFrom('one', 'two'),
  match: fc.constantFrom(...Object.keys(MATCHES)),
  enabled: fc.integer({ min: 0, max: 3 }).map((draw) => draw > 0),
  onlyNew: fc.boolean(),
  keyed: fc.boolean(),
})
type AFault = typeof aFault extends fc.Arbitrary<infer T> ? T : never

const aStep = fc.oneof(
  { weight: 1, arbitrary: fc.uniqueArray(aFault, { minLength: 1, maxLength: 2, selector: ({ name }) => name }) },
  {
    weight: 7,
    arbitrary: fc.record({ ask: fc.nat({ max: 2 }), times: fc.integer({ min: 1, max: 5 }), young: fc.boolean() }),
  },
)

/** It would act, and does not: so the connections stay in the wire lane. */
const spec = ({ name, match, enabled, onlyNew, keyed }: AFault): FaultSpec =>
  exchangeFaultSpec(
    'http_abort',
    { status: 503 },
    {
      name,
      match: MATCHES[match],
      enabled,
      dryRun: true,
      ...(onlyNew ? { appliesTo: 'new' as const } : {}),
      ...(keyed ? { key: { header: 'x-tenant' } } : {}),
    },
  )

test('heads that come again are counted by every fault as if each were the first', async () => {
  const address = await useHttpServer((_req, res) => res.end('ok'))
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { minLength: 15, maxLength: 30 }), async (steps) => {
      const { plane, seed } = usePlane()
      const proxy = await plane.open(proxySpec(address, { protocol: 'http' }), seed)
      const port = Number(proxy.status().listen.split(':').at(-1))
      const old = useCaller(port)
      // So that its connection is older than any fault.
      await old('/warm')
      let faults: readonly AFault[] = []
      const expected = new Map<string, { match: string; no_match: number; dry_run: number }>()
      for (const step of steps) {
        if ('ask' in step) {
          const { path, method, headers, fits } = ASKED[step.ask] as (typeof ASKED)[number]
          const ask = step.young ? useCaller(port) : old
          for (let i = 0; i < step.times; i++) await ask(path, { method, headers })
          for (const { name, match, enabled, onlyNew } of faults) {
            const counts = expected.get(name)
            if (counts === undefined || !enabled) continue
            const matches =
              (step.young || !onlyNew) && (match === 'client' || (fits as readonly string[]).includes(match))
            counts[matches ? 'dry_run' : 'no_match'] += step.times
          }
        } else {
          faults = step
          proxy.setFaults(faults.map(spec))
          for (const name of expected.keys()) if (!faults.some((one) => one.name === name)) expected.delete(name)
          for (const { name, match } of faults)
            if (expected.get(name)?.match !== match) expected.set(name, { match, no_match: 0, dry_run: 0 })
        }
        for (const [name, { no_match, dry_run }] of expected)
          expect([name, proxy.fault(name)?.skipped]).toEqual([name, expect.objectContaining({ no_match, dry_run })])
      }
      await plane.close()
    }),
    { numRuns: 100, interruptAfterTimeLimit: 20_000 },
  )
}, 30_000)
