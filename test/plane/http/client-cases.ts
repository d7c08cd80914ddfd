import { expect, test } from 'vitest'
import type { FaultSpec } from '../../../src/contract/model.ts'
import { faultSpec } from '../../support/use-plane.ts'
import { eventually } from '../use-peers.ts'
import type { Client } from './clients.ts'
import { looking, useHttpProxy } from './use-acting.ts'
import type { HttpBench } from './use-acting.ts'
import { exchangeFaultSpec } from './use-exchange.ts'

export const LANES: readonly (readonly ['wire' | 'exchange', readonly FaultSpec[]])[] = [
  ['wire', []],
  ['exchange', [looking()]],
]

/** What a server must have at these paths. */
export interface Site {
  readonly address: string
  /** GET: a short body, and another. */
  readonly short: readonly (readonly [path: string, body: string])[]
  /** GET: more than a megabyte. */
  readonly long: readonly [path: string, length: number]
  /** POST: what it answers to `pieces`. */
  readonly upload: readonly [path: string, answer: (sent: string) => string]
  /** GET: an answer that breaks off by itself; not every server has one. */
  readonly broken?: string
}

const lanes = ({ facts }: HttpBench): Set<string> =>
  new Set(facts.flatMap((fact) => (fact.type === 'exchange' ? [fact.lane] : [])))
const exchanges = ({ facts }: HttpBench) => facts.flatMap((fact) => (fact.type === 'exchange' ? [fact] : []))

/** What any client must be able to do through either lane. */
export function clientCases(
  client: Client,
  lane: 'wire' | 'exchange',
  faults: readonly FaultSpec[],
  site: () => Promise<Site>,
): void {
  test(`${client.name} keeps its connection for the next request`, async () => {
    const { address, short } = await site()
    const bench = await useHttpProxy(address, faults)
    const paths = [...short, ...short, ...short]
    expect(
      await client.several(
        bench.port,
        paths.map(([path]) => path),
      ),
    ).toEqual(paths.map(([, body]) => `200 ${body}`))
    expect(bench.proxy.status()).toMatchObject({ connectionsTotal: 1, dials: { ok: 1 } })
    expect([...lanes(bench)]).toEqual([lane])
  })

  test(`${client.name} uploads without a length`, async () => {
    const { address, upload } = await site()
    const bench = await useHttpProxy(address, faults)
    const pieces = ['first ', 'x'.repeat(200_000), ' last']
    const [got] = await client.several(bench.port, [upload[0]], { method: 'POST', pieces })
    expect(got).toBe(`200 ${upload[1](pieces.join(''))}`)
    await eventually(() => exchanges(bench).length === 1, 'the exchange')
    expect(exchanges(bench)[0]).toMatchObject({ lane, method: 'POST', complete: true })
    // A server that does not want it may be spared it (Expect: 100-continue).
    if (upload[1]('a') !== upload[1]('b'))
      expect(exchanges(bench)[0]?.request_bytes).toBeGreaterThanOrEqual(pieces.join('').length)
  })

  test(`${client.name} downloads, and may leave in the middle`, async () => {
    const { address, long, short } = await site()
    const bench = await useHttpProxy(address, faults)
    const [whole = ''] = await client.several(bench.port, [long[0]])
    expect(whole.length).toBe('200 '.length + long[1])
    // So slow that it is there to be left, and so little held that its server notices.
    const slow = faultSpec('bandwidth', { rate: 500 })
    const slowly = await useHttpProxy(address, [...faults, slow], { heldBytesPerLink: 65_536 })
    await client.leave(slowly.port, long[0])
    await eventually(() => exchanges(slowly).length === 1, 'the end of the exchange')
    expect(exchanges(slowly)[0]).toMatchObject({ complete: false, origin: 'client', lane })
    const [[path, body] = ['', '']] = short
    expect(await client.several(slowly.port, [path])).toEqual([`200 ${body}`])
  })

  test(`${client.name} says of an answer that a fault breaks off that it is broken, and of the next nothing`, async () => {
    const { address, long, short } = await site()
    const cut = exchangeFaultSpec('http_truncate', { bytes: 1000, how: 'fin' }, { match: { path: long[0] } })
    const bench = await useHttpProxy(address, [...faults, cut])
    await expect(client.several(bench.port, [long[0]])).rejects.toThrow(client.broken)
    expect(exchanges(bench)[0]).toMatchObject({ complete: false, origin: 'injected', response_bytes: 1000 })
    const [[path, body] = ['', '']] = short
    expect(await client.several(bench.port, [path])).toEqual([`200 ${body}`])
  })

  test(`${client.name} says the same of an answer that its server breaks off as without us`, async () => {
    const { address, broken } = await site()
    if (broken === undefined) return
    const bench = await useHttpProxy(address, faults)
    const said = (port: number): Promise<string> =>
      client.several(port, [broken]).then(
        () => 'nothing',
        (error: Error) => error.message.replaceAll(/\d+ (?:bytes|out of)/g, ''),
      )
    const direct = await said(Number(address.split(':')[1]))
    expect(await said(bench.port)).toBe(direct)
    expect(direct).toMatch(client.broken)
    expect(exchanges(bench)[0]).toMatchObject({ complete: false, origin: 'upstream', lane })
  })
}
