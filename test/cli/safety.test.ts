import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { saying, useDaemon, useEchoServer, useProgram, useSocket } from './use-faultline.ts'
import type { Daemon } from './use-faultline.ts'

// Each starts programs, which takes seconds where the machine is busy.
vi.setConfig({ testTimeout: 30_000 })

interface Run {
  readonly id: string
  readonly expires_at?: string
}

const PROFILE = `
name: mine
targets: { payments: { proxy: payments } }
stages:
  - { name: slow, duration: 1m, faults: [{ target: payments, kind: latency, attributes: { latency: 1h } }] }
`

function useFile(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

async function useServices(): Promise<{ daemon: Daemon; listen: string }> {
  const upstream = await useEchoServer()
  const daemon = await useDaemon()
  const create = (to: string): Promise<{ listen: string }> =>
    daemon.json('proxy', 'create', to, '--upstream', upstream, '--from', 'orders', '--to', to)
  const { listen } = await create('payments')
  await create('ledger')
  return { daemon, listen }
}

test('a partition is cut, listed, shown and healed, and says what it does not cover', async () => {
  const { daemon, listen } = await useServices()
  const socket = await useSocket(listen)
  const reset = new Promise((resolve) => socket.once('close', resolve))
  const dry = await daemon.cli('partition', 'create', 'orders', 'payments,ledger', '--dry-run')
  expect(dry).toMatchObject({ code: 0, stdout: saying(/^would cut:\n/) })
  const made = await daemon.cli('partition', 'create', 'orders', 'payments,ledger', '--mode', 'reset')
  expect(made).toMatchObject({ code: 0, stderr: '' })
  const id = /^created (partition_\w{12}), 1 open connection cut$/m.exec(made.stdout)?.[1] ?? ''
  expect(made.stdout).toContain('payments\torders\tpayments\tboth')
  expect(made.stdout).toContain('not covered: connections from ledger to orders, if there are any')
  await reset

  expect((await daemon.cli('partition', 'list')).stdout).toMatch(
    new RegExp(`^${id}\tcut\treset\torders \\| payments,ledger\torders->payments orders->ledger\t2\t`),
  )
  expect((await daemon.cli('partition', 'show', id)).stdout).toContain('orders | payments,ledger')
  expect(await daemon.cli('partition', 'heal', id)).toMatchObject({ code: 0, stdout: `healed ${id}\n` })
  expect((await daemon.cli('partition', 'heal', id)).code).toBe(1)
  const again = await useSocket(listen)
  again.write('hello')
  expect(String((await once(again, 'data'))[0])).toBe('hello')
})

test('a pair of services without any proxy between them is named', async () => {
  const { daemon } = await useServices()
  const { stdout } = await daemon.cli('partition', 'create', 'ledger', 'payments,orders')
  expect(stdout).toContain('not covered: no proxy stands between ledger and payments')
})

test('mistakes are told with the nearest name, and nothing is cut', async () => {
  const { daemon } = await useServices()
  const [unknown, overlapping, half, flag] = await Promise.all([
    daemon.cli('partition', 'create', 'ordres', 'payments'),
    daemon.cli('partition', 'create', 'orders,payments', 'payments'),
    daemon.cli('partition', 'create', 'orders', 'payments', '--on', '1s'),
    daemon.cli('partition', 'create', 'orders', 'payments', '--mode', 'blakchole'),
  ])
  expect(unknown).toMatchObject({ code: 1, stderr: saying('did you mean "orders"?') })
  expect(overlapping).toMatchObject({ code: 1, stderr: saying('on side 1 and on side 2') })
  expect(half).toMatchObject({ code: 2, stderr: saying('--off') })
  expect(flag).toMatchObject({ code: 2, stderr: saying('blackhole') })
  expect(await daemon.json('partition', 'list')).toEqual({ partitions: [] })
})

test('halt ends what goes on and keeps faults out until it is lifted', async () => {
  const { daemon } = await useServices()
  await daemon.cli('fault', 'add', 'ledger', 'latency', '--latency', '1s')
  expect(await daemon.cli('halt', '--status')).toMatchObject({ code: 0, stdout: 'not halted\n' })
  expect(await daemon.cli('halt', '--reason', 'enough')).toMatchObject({
    code: 0,
    stdout: 'halted: 0 runs, 0 partitions, 1 faults and 0 host faults ended\n',
  })
  expect(await daemon.cli('halt', '--status')).toMatchObject({ code: 1, stdout: saying(/^halted since .*: enough\n$/) })
  const refused = await daemon.cli('fault', 'add', 'ledger', 'latency')
  expect(refused).toMatchObject({ code: 1, stderr: saying('halted (enough)') })
  expect(refused.stderr).toContain('faultline halt --lift')
  expect(await daemon.cli('halt', '--lift')).toMatchObject({ code: 0, stdout: 'not halted\n' })
  expect((await daemon.cli('fault', 'add', 'ledger', 'latency')).code).toBe(0)
  expect((await daemon.cli('halt', '--lift', '--reason', 'x')).code).toBe(2)
})

test('SIGUSR2 halts a daemon, which lives on', async () => {
  const { daemon } = await useServices()
  await daemon.cli('fault', 'add', 'ledger', 'latency', '--latency', '1s')
  daemon.process.kill('SIGUSR2')
  await daemon.until('"msg":"halted')
  expect(await daemon.json('fault', 'list', 'ledger')).toEqual({ faults: [] })
  expect((await daemon.cli('halt', '--status')).stdout).toContain('SIGUSR2')
  daemon.process.kill('SIGUSR2')
  expect((await daemon.cli('health')).code).toBe(0)
})

test('whoever waits for a run owns it: killed, the command renews it no more, and what is detached needs nobody', async () => {
  const { daemon } = await useServices()
  const profile = useFile('mine.yaml', PROFILE)
  const run = useProgram(['run', profile], { FAULTLINE_URL: daemon.url })
  await run.until('stage 1/1 slow')
  const [id] = (await daemon.json<{ runs: Run[] }>('runs', 'list')).runs.map((one) => one.id)
  const left = async (): Promise<string | undefined> => (await daemon.json<Run>('runs', 'show', id ?? '')).expires_at
  const first = await left()
  // It ends within a quarter of a minute of the last look, and each look moves that on.
  expect(Date.parse(first ?? '') - Date.now()).toBeLessThanOrEqual(15_000)
  await expect.poll(left).not.toBe(first)
  run.process.kill('SIGKILL')
  await run.finished
  const last = await left()
  expect(await left()).toBe(last)
  await daemon.cli('runs', 'stop', id ?? '')
  const detached = await daemon.json<Run>('run', profile, '--detach')
  expect(detached.expires_at).toBeUndefined()
})

test('a dry run tells what would have been done, and ends as inconclusive', async () => {
  const { daemon, listen } = await useServices()
  const socket = await useSocket(listen)
  const { code, stdout } = await daemon.cli('run', useFile('mine.yaml', PROFILE.replace('1m', '200ms')), '--dry-run')
  expect(code).not.toBe(0)
  expect(stdout).toContain('inconclusive, healed: a dry run')
  socket.write('hello')
  expect(String((await once(socket, 'data'))[0])).toBe('hello')
  expect(await daemon.json('runs', 'list')).toMatchObject({
    runs: [{ dry_run: true, faults: [{ applied: 0, would_apply: 1 }] }],
  })
})
