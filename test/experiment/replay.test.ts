import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import http from 'node:http'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { JournalRecord } from '../../src/contract/journal.ts'
import type { ProfileInput } from '../../src/contract/profile-wire.ts'
import { compareRuns, replayJournal } from '../../src/daemon/replay-journal.ts'
import { useDataDir, useRuns } from './use-runs.ts'

/** Faults of every way to decide: chance, counts, keys, groups, a ramp; some stay over a change of stages. */
const profile = (more: Partial<ProfileInput> = {}): ProfileInput => ({
  name: 'chance',
  seed: 11,
  targets: { web: { proxy: 'web' } },
  stages: [
    { name: 'first', duration: '10m', wait_for: { exchanges: 450 }, faults },
    { name: 'second', duration: '10m', wait_for: { exchanges: 450 }, faults: faults.slice(0, 5) },
    { name: 'third', duration: '10m', wait_for: { exchanges: 450 }, faults },
  ],
  ...more,
})

const header = (name: string): Readonly<Record<string, unknown>> => ({ set: [{ name, value: 'yes' }] })
const faults: NonNullable<Extract<ProfileInput['stages'][number], { duration: unknown }>['faults']> = [
  { target: 'web', name: 'half', kind: 'http_headers', toxicity: 0.5, attributes: header('x-half') },
  { target: 'web', name: 'third', kind: 'http_headers', trigger: { every: 3 }, attributes: header('x-third') },
  {
    target: 'web',
    name: 'few',
    kind: 'http_headers',
    toxicity: 0.5,
    trigger: { times: 20 },
    attributes: header('x-few'),
  },
  {
    target: 'web',
    name: 'each',
    kind: 'http_headers',
    trigger: { nth: 2, per: 'connection' },
    attributes: header('x-each'),
  },
  {
    target: 'web',
    name: 'key',
    kind: 'http_headers',
    toxicity: 0.3,
    key: { header: 'x-user' },
    attributes: header('x-key'),
  },
  ...['a', 'b', 'c'].map((name) => ({
    target: 'web',
    name,
    kind: 'http_headers',
    one_of: { group: 'g', weight: 0.25 },
    attributes: header(`x-${name}`),
  })),
  {
    target: 'web',
    name: 'post',
    kind: 'http_headers',
    toxicity: 0.5,
    match: { method: ['POST'] },
    attributes: header('x-p'),
  },
  {
    target: 'web',
    name: 'ramp',
    kind: 'http_headers',
    toxicity: { ramp: { from: 0, to: 1, over: '1s', every: '50ms' } },
    attributes: header('x-ramp'),
  },
  { target: 'web', name: 'slow', kind: 'latency', toxicity: 0.5, attributes: { latency: 0 } },
  { target: 'web', name: 'late', kind: 'slow_accept', toxicity: 0.5, attributes: { delay: 0 } },
]

async function useWeb(): Promise<string> {
  const server = http.createServer((req, res) => void req.resume().on('end', () => res.end('ok')))
  onTestFinished(() => void (server.closeAllConnections(), server.close()))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `127.0.0.1:${(server.address() as { port: number }).port}`
}

/** Requests on some connections, each of which ends after a while. */
async function drive(listen: string, count: number, connections = 4): Promise<void> {
  let left = count
  const worker = async (w: number): Promise<void> => {
    let agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    for (let i = 0; left-- > 0; i++) {
      if (i % 40 === 39) {
        agent.destroy()
        agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
      }
      const req = http.request(`http://${listen}/${i}`, {
        agent,
        method: i % 2 === 0 ? 'GET' : 'POST',
        headers: { 'x-user': `u${(w * 7 + i) % 13}`, authorization: `Bearer secret-${i % 3}` },
      })
      req.end()
      const [res] = (await once(req, 'response')) as [http.IncomingMessage]
      res.resume()
      await once(res, 'end')
    }
    agent.destroy()
  }
  await Promise.all(Array.from({ length: connections }, (_, w) => worker(w)))
}

async function journalled(input: ProfileInput, requests: number) {
  const dataDir = useDataDir()
  const bench = useRuns({ dataDir })
  const { view: proxy } = await bench.registry.create('web', { upstream: await useWeb(), protocol: 'http' }, 'api')
  const { id } = await bench.runs.start(input)
  await drive(proxy.listen, requests)
  await bench.runs.stop(id)
  await bench.runs.close()
  return { file: join(dataDir, 'runs', `${id}.ndjson`), bench, id, listen: proxy.listen }
}

const records = async (file: string): Promise<JournalRecord[]> =>
  (await readFile(file, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as JournalRecord)

describe('a replay', { timeout: 60_000 }, () => {
  test('of 10,000 decisions takes the same ones, and a changed profile is caught at the first difference', async () => {
    const { file } = await journalled(profile(), 1500)
    const all = await records(file)
    const decisions = all.filter(({ type }) => type === 'decision')
    expect(decisions.length).toBeGreaterThan(10_000)
    const same = await replayJournal({ file }, {})
    expect(same).toMatchObject({ same: decisions.length, hidden: 0, journal: 'complete' })
    expect(same.divergence).toBeUndefined()
    // Another seed: the very first decision.
    const first = all.findIndex(({ type }) => type === 'decision')
    const seeded = await replayJournal({ file }, { seed: '12' })
    expect(seeded.divergence).toMatchObject({ at: expect.stringMatching(`:${first + 1}$`), what: /the draw was/ })
    expect(seeded.same).toBe(0)
    // Another toxicity in the second stage: where that begins.
    const stages = profile().stages.map((stage, i) =>
      i === 1
        ? { ...stage, faults: [{ ...faults[0], toxicity: 0.6 } as (typeof faults)[0], ...faults.slice(1, 5)] }
        : stage,
    )
    const second = all.findIndex((one) => one.type === 'stage_started' && one.stage === 'second')
    const changed = await replayJournal({ file }, { written: profile({ stages }) })
    expect(changed.divergence).toMatchObject({
      at: expect.stringMatching(`:${second + 1}$`),
      what: 'stage second: fault chance.half on proxy web: toxicity was 0.5 and is 0.6',
    })
    expect(changed.same).toBeGreaterThan(1000)
  })
  test('of a journal whose header was changed names the first decision that comes out otherwise', async () => {
    const { file } = await journalled(profile(), 200)
    const lines = (await readFile(file, 'utf8')).split('\n')
    lines[0] =
      lines[0]?.replace(
        '"name":"few","kind":"http_headers","toxicity":0.5',
        '"name":"few","kind":"http_headers","toxicity":0.51',
      ) ?? ''
    await writeFile(file, lines.join('\n'))
    const first = lines.findIndex((line) => line.includes('"fault":"chance.few"'))
    const { divergence } = await replayJournal({ file }, {})
    expect(divergence).toMatchObject({
      at: expect.stringMatching(`:${first + 1}$`),
      what: /^chance.few on proxy web, about x\d+ in stage first: it acted from 0 to below 0.5, and acts from 0 to below 0.51$/,
    })
  })

  test('of a journal from which a decision was taken notices it where counts decide', async () => {
    const { file } = await journalled(profile(), 60)
    const lines = (await readFile(file, 'utf8')).split('\n')
    const gone = lines.findIndex((line) => line.includes('"fault":"chance.third"'))
    await writeFile(file, lines.toSpliced(gone, 1).join('\n'))
    const { divergence } = await replayJournal({ file }, {})
    expect(divergence?.what).toMatch(
      /^chance.third on proxy web, .*: the outcome was (applied|trigger) and is (trigger|applied)$/,
    )
  })

  test('says which decisions rest on a secret, and goes on; a secret is nowhere in the journal', async () => {
    const [half] = faults
    const stages = [
      { name: 'all', duration: '10m', faults: [half, { ...faults[4], key: { header: 'Authorization' } }] },
    ] as ProfileInput['stages']
    const { file } = await journalled(profile({ stages }), 50)
    expect(await replayJournal({ file }, {})).toEqual(expect.objectContaining({ same: 50, hidden: 50 }))
    expect(await readFile(file, 'utf8')).not.toContain('secret-')
  })

  test('goes as far as a journal does that ends in the middle of a line', async () => {
    const { file } = await journalled(profile(), 100)
    const text = await readFile(file, 'utf8')
    const cut = text.slice(0, Math.floor(text.length * 0.6))
    await writeFile(file, cut)
    const whole = cut
      .slice(0, cut.lastIndexOf('\n'))
      .split('\n')
      .filter((line) => line.includes('"type":"decision"'))
    const view = await replayJournal({ file }, {})
    expect(view).toMatchObject({ same: whole.length, journal: 'interrupted' })
    expect(view.divergence).toBeUndefined()
  })

  test('refuses what is broken elsewhere, is no journal, or lacks facts', async () => {
    const { file } = await journalled(profile(), 20)
    const lines = (await readFile(file, 'utf8')).split('\n')
    const tried = async (text: string): Promise<unknown> => {
      await writeFile(file, text)
      return replayJournal({ file }, {}).catch((error: unknown) => error)
    }
    expect(await tried(lines.with(3, '{"type":"dec').join('\n'))).toMatchObject({
      code: 'invalid_journal',
      message: /:4 cannot/,
    })
    expect(await tried(lines.slice(1).join('\n'))).toMatchObject({ code: 'invalid_journal', message: /:1 / })
    expect(await tried('')).toMatchObject({ code: 'invalid_journal' })
    const gap = { type: 'journal_gap', observations: 4, facts: 1, from: 'test-9', to: 'test-13' }
    expect(await tried(lines.toSpliced(5, 0, JSON.stringify(gap)).join('\n'))).toMatchObject({
      code: 'journal_incomplete',
    })
    expect(await tried(lines.toSpliced(5, 0, JSON.stringify({ ...gap, facts: 0 })).join('\n'))).toMatchObject({
      same: expect.any(Number),
    })
  })

  test('carried out again over fresh proxies takes the same decisions, and with another seed others', async () => {
    const stages = [{ name: 'all', duration: '10m', faults: [faults[0], faults[4]] }] as ProfileInput['stages']
    const first = await journalled(profile({ stages }), 60)
    const second = await journalled(profile({ stages }), 80)
    const same = await compareRuns({ file: first.file }, { file: second.file })
    expect(same).toMatchObject({ how: 'carried_out', with: second.id, only_before: 0 })
    expect(same.same).toBeGreaterThanOrEqual(60)
    expect(same.divergence).toBeUndefined()
    const other = await journalled(profile({ stages, seed: 12 }), 60)
    expect((await compareRuns({ file: first.file }, { file: other.file })).divergence?.what).toMatch(
      /the draw was .* and is/,
    )
  })

  test('follows repetitions, pulses, lanes that share their time, and partitions', async () => {
    const [half, third, few] = faults as [(typeof faults)[0], (typeof faults)[0], (typeof faults)[0]]
    const stages: ProfileInput['stages'] = [
      { name: 'again', duration: '60ms', repeat: 3, faults: [half, third] },
      { name: 'beats', duration: '200ms', pulse: { on: '30ms', off: '20ms' }, jitter: '5ms', faults: [third, few] },
      {
        name: 'both',
        parallel: [
          {
            name: 'a',
            stages: [
              { name: 'a1', duration: '50ms', faults: [half] },
              { name: 'a2', duration: '50ms', faults: [half] },
            ],
          },
          {
            name: 'b',
            stages: [
              { name: 'b1', duration: '80ms', faults: [third] },
              { name: 'b2', duration: '40ms' },
            ],
          },
        ],
      },
      { name: 'parted', duration: '100ms', partition: { split: 'random_halves', mode: 'reset' } },
    ]
    const dataDir = useDataDir()
    const bench = useRuns({ dataDir })
    const upstream = await useWeb()
    const { view: web } = await bench.registry.create('web', { upstream, protocol: 'http', from: 'a', to: 'b' }, 'api')
    await bench.registry.create('back', { upstream, from: 'b', to: 'a' }, 'api')
    const { id } = await bench.runs.start({ ...profile({ stages }), targets: { web: { proxy: 'web' } } })
    let on = true
    const traffic = (async () => {
      while (on) await drive(web.listen, 50).catch(() => undefined)
    })()
    await bench.runs.whenEnded(id)
    await bench.runs.close()
    on = false
    await traffic
    const file = join(dataDir, 'runs', `${id}.ndjson`)
    const decisions = (await records(file)).flatMap((one) => (one.type === 'decision' ? [one] : []))
    const deciding = new Set(decisions.map(({ fault }) => fault.split('.')[1]))
    expect([...deciding].toSorted()).toEqual(['few', 'half', 'partition', 'third'])
    const view = await replayJournal({ file }, {})
    expect(view.divergence).toBeUndefined()
    expect(view.same).toBe(decisions.length)
  })
})
