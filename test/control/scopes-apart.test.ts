import { request } from 'node:http'
import type { Agent as HttpAgent } from 'node:http'
import { Agent } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { Draws } from '../../src/kernel/random.ts'
import { abort, useOneListener } from './use-one-listener.ts'

type Fields = Record<string, string | string[]>

/** Ways to write a mark, each of which says `id`. */
const WAYS: readonly ((id: string) => Fields)[] = [
  (id) => ({ 'X-Faultline-Scope': id }),
  (id) => ({ 'x-faultline-scope': [id, id] }),
  (id) => ({ baggage: `user=1;p=q, faultline.scope=${id};ttl=1` }),
  (id) => ({ baggage: [`a=b`, `faultline.scope=${id.replace('_', '%5F')}`] }),
  (id) => ({ tracestate: `congo=1,faultline=${id}` }),
  (id) => ({ 'x-faultline-scope': `${id}, ${id}`, baggage: `faultline.scope=${id}`, tracestate: `faultline=${id}` }),
]

const ask = (port: number, agent: HttpAgent, headers: Fields, body: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const req = request({ host: '127.0.0.1', port, agent, headers, method: body === '' ? 'GET' : 'POST' }, (res) => {
      res.resume().on('end', () => resolve(res.statusCode ?? 0))
    })
    req.on('error', reject)
    req.end(body)
  })

test('no fault of a scope ever acts on a request of another, of none, or of several', async () => {
  const seed = process.env['FAULTLINE_TEST_SEED'] ?? String(Date.now())
  const draws = Draws.root(seed)
  let at = 0
  const one = <T>(list: readonly T[]): T => list[Math.floor(draws.unit('pick', at++) * list.length)] as T
  const { port, call, scope } = await useOneListener()
  const scopes = await Promise.all(Array.from({ length: 5 }, () => scope()))
  // Some in the request phase, some in the response phase, and one that decides by the body.
  const wheres = ['before_upstream', 'after_upstream'] as const
  for (const [i, { add }] of scopes.entries()) {
    const attributes = { status: 510 + i, phase: wheres[i % 2] }
    await add(i === 4 ? abort(514, { match: { body: { contains: 'doomed' } } }) : abort(510 + i, { attributes }))
  }
  const counted = { known: 0, unknown: 0, disagreeing: 0 }
  const seen = scopes.map(() => 0)
  const agents = Array.from({ length: 8 }, () => new Agent({ keepAlive: true, maxSockets: 1 }))
  onTestFinished(() => agents.forEach((agent) => agent.destroy()))
  const next = async (agent: HttpAgent): Promise<void> => {
    const sort = one(['one', 'one', 'one', 'none', 'two', 'unknown', 'case'])
    const body = one(['', 'all is well', 'it is doomed'])
    const i = one([0, 1, 2, 3, 4])
    const { id } = scopes[i] as (typeof scopes)[number]
    const other = (scopes[(i + 1) % 5] as (typeof scopes)[number]).id
    let fields: Fields = {}
    let expected = 200
    if (sort === 'one') {
      fields = one(WAYS)(id)
      counted.known++
      seen[i] = (seen[i] ?? 0) + 1
      expected = i === 4 && body !== 'it is doomed' ? 200 : 510 + i
    } else if (sort === 'two') {
      fields = one<Fields>([
        { 'x-faultline-scope': id, tracestate: `faultline=${other}` },
        { 'x-faultline-scope': [id, other] },
        { baggage: `faultline.scope=${id},faultline.scope=${other}` },
      ])
      counted.disagreeing++
    } else if (sort !== 'none') {
      fields = one(WAYS)(sort === 'unknown' ? 'scope_000000000000' : id.toUpperCase())
      counted.unknown++
    }
    const found = await ask(port, agent, fields, body)
    expect([seed, found, fields, body]).toEqual([seed, expected, fields, body])
  }
  await Promise.all(
    agents.map(async (agent) => {
      for (let n = 0; n < 40; n++) await next(agent)
    }),
  )
  expect((await call('GET', '/v1/proxies/web')).json.scope_marks).toEqual(counted)
  for (const [i, { at: path }] of scopes.entries()) {
    const { faults } = (await call('GET', `${path}/proof`)).json
    expect(faults).toMatchObject([{ seen: seen[i] }])
  }
})
