import { expect, test, vi } from 'vitest'
import { saying, useDaemon, useEchoServer, useSocket } from './use-faultline.ts'

// Starts programs, which takes seconds where the machine is busy.
vi.setConfig({ testTimeout: 30_000 })

const useScoped = async () => {
  const upstream = await useEchoServer()
  const daemon = await useDaemon()
  const id = (await daemon.cli('scope', 'create', '--ttl', '10m', '--label', 'test=cli', '--owner', 'me')).stdout.trim()
  const inScope = (...words: string[]) => daemon.cli(...words, '--scope', id)
  expect(await inScope('proxy', 'create', 'db', '--upstream', upstream)).toMatchObject({ code: 0 })
  const { listen } = await daemon.json<{ listen: string }>('proxy', 'show', 'db', '--scope', id)
  return { daemon, id, inScope, listen }
}

test('a scope is made, shown, renewed and ended, and commands are about it', async () => {
  const { daemon, id, inScope } = await useScoped()
  expect((await daemon.cli('scope', 'list')).stdout).toMatch(
    new RegExp(`^${id}\t1\t0\t0\t0\t0\tuntil \\S+ \\(ttl 10m\\)\tme\ttest=cli$`, 'm'),
  )
  expect((await daemon.cli('proxy', 'list')).stdout).toBe('')
  expect((await inScope('fault', 'add', 'db', 'latency', '--latency', '1ms')).code).toBe(0)
  expect((await daemon.cli('scope', 'show', id)).stdout).toContain('never acted\tlatency_downstream on proxy db')
  expect((await daemon.cli('scope', 'renew', id, '--ttl', '20m')).stdout).toContain('(ttl 20m)')
  expect((await daemon.cli('scope', 'end', id)).stdout).toBe(
    `ended ${id}: 1 proxies and 1 faults are gone, 1 never acted\n`,
  )
  expect(await inScope('proxy', 'list')).toMatchObject({ code: 1, stderr: saying('faultline scope create') })
  const unknown = await daemon.cli('proxy', 'list', '--scope', 'scope_none')
  expect(unknown).toMatchObject({ code: 1, stderr: saying('faultline scope list') })
  expect((await daemon.cli('scope', 'create', '--process', 'x')).code).toBe(1)
})

test('waiting, verifying and proof say so by exit code', async () => {
  const { daemon, id, inScope, listen } = await useScoped()
  await inScope('fault', 'add', 'db', 'latency', '--latency', '1ms')
  await inScope('fault', 'add', 'db', 'noop', '--name', 'idle', '--nth', '50')
  expect(await inScope('wait', 'fault', 'db', 'latency_downstream', '--timeout', '0')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /not so in time: waited \d+ ms for 1 times that fault latency_downstream of proxy db was applied; found 0/,
    ) as string,
  })
  const socket = await useSocket(listen)
  socket.write('ping')
  const waits = await Promise.all([
    inScope('wait', 'fault', 'db', 'latency_downstream', '--timeout', '20s'),
    inScope('wait', 'fault', 'db', 'idle', '--seen', '1'),
    inScope('wait', 'connections', 'db', '--at-least', '1'),
    inScope('wait', 'event', 'connection_opened', '--field', 'proxy=db', '--count', '1'),
    inScope('wait', 'exchanges', 'db', '1', '--timeout', '0'),
  ])
  expect(waits.map(({ code }) => code)).toEqual([0, 0, 0, 0, 1])
  await inScope('fault', 'remove', 'db', 'latency_downstream')
  const verified = await Promise.all([
    inScope('verify', 'db', 'latency_downstream'),
    inScope('verify', 'db', 'latency_downstream', '--times', '1'),
    inScope('verify', 'db', 'latency_downstream', '--never'),
    inScope('verify', 'db', 'idle', '--at-most', '0'),
    inScope('verify', 'db', 'none'),
  ])
  expect(verified.map(({ code }) => code)).toEqual([0, 0, 1, 0, 1])
  expect((await inScope('proof')).stdout).toBe(
    'db\tlatency_downstream\tlatency\tno\t1\t1\t-\ndb\tidle\tnoop\tyes\t1\t0\ttrigger=1\n',
  )
  expect(await inScope('unfired')).toMatchObject({ code: 0, stdout: saying(/^db\tidle\t/) })
  expect((await inScope('unfired', '--fail')).code).toBe(1)
  expect((await daemon.cli('unfired', '--fail')).code).toBe(0)
  expect((await daemon.json<{ faults: unknown[] }>('proof', '--scope', id)).faults).toHaveLength(2)
})

test('a wait that says nothing, or two things, is refused', async () => {
  const { inScope } = await useScoped()
  const said = await Promise.all([
    inScope('wait'),
    inScope('wait', 'connections', 'db'),
    inScope('wait', 'fault', 'db', 'x', '--applied', '1', '--seen', '1'),
    inScope('verify', 'db', 'x', '--never', '--times', '1'),
    inScope('wait', 'exchanges', 'db', 'many'),
  ])
  expect(said.map(({ code }) => code)).toEqual([2, 2, 2, 2, 1])
})

test('the time of a scope is moved, and what is due is waited for', async () => {
  const upstream = await useEchoServer()
  const daemon = await useDaemon()
  const id = (await daemon.cli('scope', 'create', '--clock', 'manual')).stdout.trim()
  const inScope = (...words: string[]) => daemon.cli(...words, '--scope', id)
  await inScope('proxy', 'create', 'db', '--upstream', upstream)
  await inScope('fault', 'add', 'db', 'latency', '--latency', '1h')
  const { listen } = await daemon.json<{ listen: string }>('proxy', 'show', 'db', '--scope', id)
  const socket = await useSocket(listen)
  socket.write('ping')
  expect(await inScope('wait', 'due', '1h', '--timeout', '20s')).toMatchObject({ code: 0 })
  expect((await daemon.cli('scope', 'show', id)).stdout).toContain(
    'clock\tmanual, at 0 ms; something is due in 3600000 ms',
  )
  expect((await daemon.cli('scope', 'advance', id, '30m')).stdout).toBe(
    `advanced ${id} by 1800000 ms to 1800000 ms: 0 timers were due\n`,
  )
  expect(await daemon.json('scope', 'advance', id, 'next')).toEqual({
    moved_ms: 1_800_000,
    now_ms: 3_600_000,
    timers: 1,
  })
  expect(await daemon.cli('scope', 'advance', id, 'next')).toMatchObject({ code: 1, stderr: saying('no timer is set') })
  const refused = await Promise.all([
    daemon.cli('scope', 'advance', id, 'soon'),
    daemon.cli('scope', 'advance', id),
    daemon.cli('scope', 'create', '--clock', 'fast'),
    daemon.cli('scope', 'advance', (await daemon.cli('scope', 'create')).stdout.trim(), '1s'),
    daemon.cli('wait', 'due', '1s'),
  ])
  expect(refused.map(({ code }) => code)).toEqual([1, 2, 2, 1, 1])
  expect(refused[3]).toMatchObject({ stderr: saying('faultline scope create --clock manual') })
})
