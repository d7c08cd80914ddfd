import { expect, test } from 'vitest'
import { useConnected, useEcho } from '../plane/use-peers.ts'
import { useCaller, useHttpServer } from '../plane/http/use-http.ts'
import { useControl } from './use-control.ts'
import { abort } from './use-one-listener.ts'

interface Decided {
  readonly proxy: string
  readonly fault: string
  readonly ordinal: number
  readonly draw?: number
  readonly outcome: string
}

test('the same test with the same seed decides the same, ten times at once among others', async () => {
  const control = useControl()
  const { call } = control
  const echo = await useEcho()
  const upstream = await useHttpServer((_req, res) => res.end('ok'))
  const run = async (seed: string): Promise<{ statuses: number[]; decided: Decided[] }> => {
    const { json } = await call('POST', '/v1/scopes', { body: { seed } })
    const at = `/v1/scopes/${json.id}`
    const slow = [
      { name: 'slow', kind: 'latency', toxicity: 0.4, attributes: { latency: 1, jitter: 1 } },
      { name: 'cut', kind: 'limit_data', toxicity: 0.3, stream: 'upstream', attributes: { bytes: 100 } },
    ]
    const failing = [
      abort(503, { toxicity: 0.5, trigger: { every: 2 } }),
      { name: 'late', kind: 'http_delay', toxicity: 0.3, attributes: { delay: 1 } },
    ]
    const db = await call('PUT', `${at}/proxies/db`, { body: { upstream: echo.address, faults: slow } })
    const web = await call('PUT', `${at}/proxies/web`, { body: { upstream, protocol: 'http', faults: failing } })
    for (let n = 0; n < 6; n++) {
      const client = await useConnected(db.json.listen)
      await client.send('x').gets('x')
      client.end()
    }
    const ask = useCaller(Number(web.json.listen.split(':').at(-1)))
    const statuses: number[] = []
    for (let n = 0; n < 12; n++) statuses.push((await ask('/')).status)
    const { events } = (await call('GET', `${at}/events?type=decision&limit=1000`)).json
    const decided = (events as Decided[])
      .map(({ proxy, fault, ordinal, draw, outcome }) => ({ proxy, fault, ordinal, outcome, ...(draw && { draw }) }))
      .toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))
    await call('DELETE', at)
    return { statuses, decided }
  }
  const [alike, others] = await Promise.all([
    Promise.all(Array.from({ length: 10 }, () => run('42'))),
    Promise.all(Array.from({ length: 2 }, (_, i) => run(`other-${i}`))),
  ])
  const [first] = alike
  expect(first?.decided.length).toBeGreaterThan(25)
  expect(new Set(first?.decided.map(({ outcome }) => outcome))).toEqual(new Set(['applied', 'toxicity', 'trigger']))
  for (const one of alike) expect(one).toEqual(first)
  // Else there would be nothing that the seed decides.
  for (const other of others) expect(other.decided).not.toEqual(first?.decided)
})

test('200 scopes with a proxy each are gone when the daemon is', async () => {
  const control = useControl()
  const { call, scopes } = control
  const echo = await useEcho()
  const listens = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const { json } = await call('POST', '/v1/scopes')
      return (await call('PUT', `/v1/scopes/${json.id}/proxies/db`, { body: { upstream: echo.address } })).json.listen
    }),
  )
  const clients = await Promise.all(listens.slice(0, 50).map((listen: string) => useConnected(listen)))
  await scopes.close()
  expect(scopes.counts()).toMatchObject({ open: 0, ended: { shutdown: 200 } })
  for (const client of clients) await client.ending()
  const late = await call('POST', '/v1/scopes')
  expect([late.status, late.json.code]).toEqual([503, 'shutting_down'])
})
