import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { ExchangeView, FaultInput } from '../../src/contract/wire.ts'
import { useCaller, useHttpServer } from '../plane/http/use-http.ts'
import { LEAST_LIKELY, binomialTail } from '../support/binomial.ts'
import { useControl } from './use-control.ts'

/** What `useControl` sets. */
const SEED = 'seed'
const CALLERS = 15
const N = 900

const page = readFileSync(new URL('../../docs/triggers.md', import.meta.url), 'utf8')

function example(name: string): FaultInput[] {
  const text = new RegExp(`\`\`\`yaml\n# ${name}\n(.*?)\`\`\``, 's').exec(page)?.[1]
  return parse(text ?? '') as FaultInput[]
}

/** What became of each of N requests, by the names of the faults that acted. */
async function play(
  faults: readonly FaultInput[],
): Promise<{ exchanges: ExchangeView[]; share: Record<string, number> }> {
  const { call } = useControl()
  const upstream = await useHttpServer((_req, res) => res.end('well'))
  const made = await call('PUT', '/v1/proxies/web', { body: { upstream, protocol: 'http', faults } })
  expect(made.status, made.text).toBe(201)
  const port = Number(made.json.listen.split(':')[1])
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      const ask = useCaller(port)
      for (let n = 0; n < N / CALLERS; n++) await ask('/').catch(() => undefined)
    }),
  )
  const { json } = await call('GET', `/v1/exchanges?limit=${N}`)
  const exchanges = json.exchanges as ExchangeView[]
  expect(exchanges).toHaveLength(N)
  const share: Record<string, number> = {}
  for (const { faults: names } of exchanges) share[names.join('+')] = (share[names.join('+')] ?? 0) + 1
  return { exchanges, share }
}

const lateAsTold = ({ faults, total_ms: total, injected_ms: waited }: ExchangeView): boolean =>
  faults.includes('slow') ? total > 9.5 : waited === 0

function expectShares(share: Record<string, number>, chances: Record<string, number>): void {
  expect(Object.keys(share).toSorted()).toEqual(Object.keys(chances).toSorted())
  for (const [names, p] of Object.entries(chances)) {
    const count = share[names] ?? 0
    expect(binomialTail(N, p, count), `${names}: ${count} of ${N}, seed ${SEED}`).toBeGreaterThan(LEAST_LIKELY)
  }
}

describe(`seed ${SEED}: the page on triggers`, () => {
  test('says of a delay before an error how often both come, and in which order', async () => {
    const { exchanges, share } = await play(example('sequence'))
    expectShares(share, { 'slow+fail': 0.1, slow: 0.4, fail: 0.1, '': 0.4 })
    expect(exchanges.filter((one) => !lateAsTold(one))).toEqual([])
    for (const { faults, status, sent_ms: sent } of exchanges) {
      expect(status).toBe(faults.includes('fail') ? 503 : 200)
      expect(sent === undefined).toBe(faults.includes('fail'))
    }
  })

  test('says that behind an error nothing is left to delay', async () => {
    const { exchanges, share } = await play(example('sequence').toReversed())
    expectShares(share, { slow: 0.4, fail: 0.2, '': 0.4 })
    expect(exchanges.filter((one) => !lateAsTold(one))).toEqual([])
  })

  test('says how often each of one_of comes, and never two', async () => {
    const { exchanges, share } = await play(example('one_of'))
    expectShares(share, { busy: 0.2, limited: 0.1, gone: 0.1, '': 0.6 })
    const status: Record<string, number | undefined> = { busy: 503, limited: 429, gone: undefined }
    for (const one of exchanges) expect(one.status).toBe(one.faults[0] === undefined ? 200 : status[one.faults[0]])
  })
})
