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

test('flags that contradict one another or are no pairs are misuse', async () => {
  const alone = (...args: string[]) => runHere(args, { FAULTLINE_URL: 'http://127.0.0.1:1' })
  expect((await alone('exchanges', '--follow', '--har')).code).toBe(2)
  expect((await alone('exchanges', '--origin', 'me')).code).toBe(2)
  expect(await alone('explain', 'web', '/', '--header', 'x')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--header is "x", but must be name=value') as string,
  })
})
