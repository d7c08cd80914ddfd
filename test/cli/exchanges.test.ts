import { expect, test, vi } from 'vitest'
import type { ExchangeList } from '../../src/contract/api.ts'
import type { ProxyView } from '../../src/contract/wire.ts'
import { useCaller, useHttpServer } from '../plane/http/use-http.ts'
import { runHere, useDaemon, useProgram } from './use-faultline.ts'

test('single requests are refused by flags, listed, followed, exported and explained', async () => {
  const daemon = await useDaemon()
  const upstream = await useHttpServer((_req, res) => res.end('hello'))
  const proxy = await daemon.json<ProxyView>(
    'proxy',
    'create',
    'web',
    '--upstream',
    upstream,
    '--protocol',
    'http',
    '--evidence-header',
  )
  expect(proxy).toMatchObject({ protocol: 'http', evidence_header: true })
  const match = [
    '--match-method',
    'POST',
    '--match-path',
    '/pay/**',
    '--match-header',
    'x-a=b*',
    '--match-query',
    'q=1',
  ]
  const added = await daemon.json(
    'fault',
    'add',
    'web',
    'http_abort',
    '--name',
    'no',
    '--status',
    '503',
    ...match,
    '--match-exclude',
    '/pay/ok',
  )
  expect(added).toMatchObject({
    attributes: { status: 503 },
    match: { method: ['POST'], path: '/pay/**', headers: { 'x-a': 'b*' }, query: { q: '1' }, exclude: ['/pay/ok'] },
  })
  const follower = useProgram(['exchanges', '--follow', '--proxy', 'web'], { FAULTLINE_URL: daemon.url })
  const ask = useCaller(Number(proxy.listen.split(':')[1]))
  await vi.waitFor(
    async () => {
      await ask('/again')
      expect(follower.output.stdout).toContain('/again')
    },
    { timeout: 10_000, interval: 100 },
  )
  expect((await ask('/free?q=1', { headers: { 'x-a': 'bcd' } })).status).toBe(200)
  const refused = await ask('/pay/7?q=1', { method: 'POST', headers: { 'x-a': 'bcd' } })
  expect([refused.status, refused.headers['x-faultline-fault']]).toEqual([503, 'no'])
  await follower.until('/pay/7?q=1')

  const listed = await daemon.json<ExchangeList>('exchanges', '--status', '5xx')
  expect(listed).toMatchObject({ total: 1, exchanges: [{ target: '/pay/7?q=1', origin: 'injected', faults: ['no'] }] })
  const { stdout } = await daemon.cli('exchanges', '--fault', 'no')
  expect(
    stdout
      .trim()
      .split('\t')
      .filter((_, i) => i !== 0 && i !== 6),
  ).toEqual(['web', 'POST', '503', 'injected', 'exchange', '-', '-', 'no', '/pay/7?q=1'])
  const har = JSON.parse((await daemon.cli('exchanges', '--har', '--path', '/pay/*')).stdout) as {
    log: { entries: unknown[] }
  }
  expect(har.log.entries).toHaveLength(1)

  const explain = ['explain', 'web', '/pay/7?q=1', '--header', 'x-a=bcd']
  expect((await daemon.cli(...explain)).stdout).toContain(
    'no\thttp_abort\tno\tno_match\tmethod of its match does not hold',
  )
  expect((await daemon.cli(...explain, '--method', 'POST')).stdout).toContain(
    'no\thttp_abort\tyes\t-\teverything holds',
  )
  expect((await daemon.cli('connections', 'list')).stdout.split('\t')[5]).toBe('exchange')
})

test('what requests may ask for is given by a flag, shown, explained and taken back', async () => {
  const daemon = await useDaemon()
  const upstream = await useHttpServer((_req, res) => res.end('hello'))
  const create = ['proxy', 'create', 'web', '--upstream', upstream, '--protocol', 'http']
  const made = await daemon.json<ProxyView>(...create, '--request-faults', 'http_abort, hang')
  expect(made.request_faults?.kinds).toEqual({ http_abort: 'any', hang: 'any' })
  const limits = JSON.stringify({ kinds: { http_abort: { status: [418, 500] } }, max_active: 5 })
  const changed = await daemon.json<ProxyView>('proxy', 'update', 'web', '--request-faults', limits)
  expect(changed.request_faults).toEqual({ ...JSON.parse(limits), toxicity: 1 })
  expect((await daemon.cli('proxy', 'show', 'web')).stdout).toContain('http_abort {"status":[418,500]}')

  const ask = useCaller(Number(made.listen.split(':')[1]))
  const wish = { headers: { 'x-faultline-fault': 'http_abort; status=418' } }
  expect((await ask('/', wish)).status).toBe(418)
  expect((await ask('/', { headers: { 'x-faultline-fault': 'http_abort;status=404' } })).status).toBe(200)
  expect((await daemon.cli('exchanges')).stdout).toContain('\trequest:http_abort (not_allowed)\t/')
  const explain = ['explain', 'web', '/', '--header']
  expect((await daemon.cli(...explain, 'x-faultline-fault=http_abort;status=418')).stdout).toContain(
    'request:http_abort\thttp_abort\tyes\t-\teverything holds',
  )
  expect((await daemon.cli(...explain, 'x-envoy-fault-abort-request=503')).stdout).toContain(
    'request:http_abort\thttp_abort\tno\tnot_allowed\thttp_abort: status is 503, but request_faults allows one of 418, 500',
  )
  expect((await daemon.cli('exchanges', '--fault', 'request:http_abort')).stdout).toContain('\trequest:http_abort\t')

  const wrong = await daemon.cli('proxy', 'update', 'web', '--request-faults', 'http_abrot')
  expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('did you mean http_abort?') as string })
  const noJson = await daemon.cli('proxy', 'update', 'web', '--request-faults', '{"kinds":')
  expect(noJson).toMatchObject({ code: 2, stderr: expect.stringContaining('--request-faults is no JSON') as string })
  const off = await daemon.json<ProxyView>('proxy', 'update', 'web', '--request-faults', 'none')
  expect(off).not.toHaveProperty('request_faults')
  expect((await ask('/', wish)).status).toBe(200)
})

test('flags that contradict one another or are no pairs are misuse', async () => {
  const alone = (...args: string[]) => runHere(args, { FAULTLINE_URL: 'http://127.0.0.1:1' })
  expect((await alone('exchanges', '--follow', '--har')).code).toBe(2)
  expect((await alone('exchanges', '--origin', 'me')).code).toBe(2)
  expect(await alone('explain', 'web', '/', '--header', 'x')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--header is "x", but must be name=value') as string,
  })
})

test('requests are chosen by their bodies and faults by all triggers, by flags', async () => {
  const daemon = await useDaemon()
  const upstream = await useHttpServer((req, res) => req.resume().on('end', () => res.end('hello')))
  const proxy = await daemon.json<ProxyView>('proxy', 'create', 'web', '--upstream', upstream, '--protocol', 'http')
  const match = [
    '--match-body',
    'paid',
    '--match-body-regex',
    '"sku":"A-[0-9]"',
    '--match-body-json',
    '/customer/tier=go*',
  ]
  const add = ['fault', 'add', 'web', 'http_abort', '--name', 'no']
  expect(await daemon.json(...add, ...match, '--match-method', 'POST')).toMatchObject({
    match: {
      method: ['POST'],
      body: { contains: 'paid', regex: '"sku":"A-[0-9]"', json: { '/customer/tier': 'go*' } },
    },
  })
  const order = (tier: string): string => JSON.stringify({ sku: 'A-1', paid: true, customer: { tier } })
  const ask = useCaller(Number(proxy.listen.split(':')[1]))
  const statuses = []
  for (const tier of ['gold', 'tin']) {
    const { status } = await ask('/o?access_token=s3cret', { method: 'POST', body: order(tier) })
    const explained = await daemon.cli('explain', 'web', '/o', '--method', 'POST', '--body', order(tier))
    statuses.push([status, explained.stdout.split('\t').slice(2, 5).join(' ').trim()])
  }
  expect(statuses).toEqual([
    [503, 'yes - everything holds'],
    [200, 'no no_match body/json//customer/tier of its match does not hold'],
  ])
  for (const shown of [['exchanges'], ['exchanges', '--har'], ['events', '--type', 'exchange']]) {
    const { stdout } = await daemon.cli(...shown)
    expect(stdout).not.toContain('s3cret')
    expect(stdout).toContain('/o?access_token=(hidden)')
  }

  const trigger = [
    '--after',
    '2',
    '--after-bytes',
    '1KiB',
    '--after-time',
    '1s',
    '--after-seen',
    'web:POST /o',
    '--pulse',
    '5s/20s',
    '--per',
    'connection',
  ]
  expect(await daemon.json('fault', 'add', 'web', 'latency', '--name', 'late', ...trigger)).toMatchObject({
    trigger: {
      after: { count: 2, bytes: 1024, time: 1000, seen: { proxy: 'web', match: { method: ['POST'], path: '/o' } } },
      pulse: { on: 5000, off: 20_000 },
      per: 'connection',
    },
  })
  expect(await daemon.json('fault', 'add', 'web', 'hang', '--name', 'h', '--one-of', 'g=0.25')).toMatchObject({
    one_of: { group: 'g', weight: 0.25 },
  })
  expect((await daemon.cli('fault', 'add', 'web', 'hang', '--pulse', '5s')).stderr).toContain('must be on/off')
})
