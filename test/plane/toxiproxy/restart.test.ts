import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { FaultlineClient } from '../../../src/client/client.ts'
import { useDaemon } from '../../cli/use-faultline.ts'
import type { Daemon } from '../../cli/use-faultline.ts'
import { ended, eventually, plane, slow, toxicsOf, useServed } from './use-planes.ts'
import type { Served } from './use-planes.ts'

function useFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-planes-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const clientOf = ({ url }: { url: string }) => new FaultlineClient({ url })

async function kill({ process, finished }: Daemon): Promise<void> {
  process.kill('SIGKILL')
  await finished
}

/** A driving daemon in a process of its own, whose run has its toxic on the server. */
async function useKillable(server: Served): Promise<{ driver: Daemon; args: string[]; run: string }> {
  await server.client.createProxy('db', { upstream: '127.0.0.1:1' })
  const args = ['--data-dir', useFolder(), '--planes', JSON.stringify([plane(server.url)])]
  const driver = await useDaemon(args)
  const { id } = await clientOf(driver).startRun({ profile: slow() })
  await eventually(() => toxicsOf(server.url)).toHaveLength(1)
  return { driver, args, run: id }
}

test('what a killed daemon left on a server, its next start takes off before it is ready', async () => {
  const server = await useServed()
  const { driver, args, run } = await useKillable(server)
  await kill(driver)
  expect(await toxicsOf(server.url)).toMatchObject([{ name: 'faultline.slow.latency_downstream' }])
  const next = await useDaemon(args)
  expect(await toxicsOf(server.url)).toEqual([])
  expect(await clientOf(next).run(run)).toMatchObject({ status: 'aborted', healed: true })
  expect(await next.cli('planes')).toMatchObject({ code: 0, stdout: expect.stringContaining('edge') as string })
})

test('a run whose server cannot be reached at the next start does not count as healed', async () => {
  const server = await useServed()
  const { driver, args, run } = await useKillable(server)
  await kill(driver)
  await server.stop()
  const next = await useDaemon(args)
  const view = await clientOf(next).run(run)
  expect(view).toMatchObject({ status: 'aborted', healed: false, heal: { verified: false } })
  expect(view.detail).toContain('toxics of it may still be on plane edge')
})

test('a daemon that is told to stop leaves nothing on a server', async () => {
  const server = await useServed()
  const { driver } = await useKillable(server)
  await clientOf(driver).addFault('edge:db', { name: 'of-the-api', kind: 'noop' })
  await eventually(() => toxicsOf(server.url)).toHaveLength(2)
  driver.process.kill('SIGTERM')
  expect((await driver.finished).code).toBe(0)
  expect(await toxicsOf(server.url)).toEqual([])
})

test('a server that is killed and started again in the middle of a run takes it with it, and forgets', async () => {
  const config = join(useFolder(), 'server.yaml')
  writeFileSync(config, 'proxies: { db: { upstream: "127.0.0.1:1" } }\n')
  const first = await useDaemon(['--config', config])
  const port = new URL(first.url).port
  const driver = await useServed({ planes: [plane(first.url)] })
  const { id } = await driver.client.startRun({ profile: slow() })
  await eventually(() => toxicsOf(first.url)).toHaveLength(1)
  await kill(first)
  await eventually(async () => (await driver.client.planes()).planes[0]?.state).toBe('down')
  const second = await useDaemon(['--config', config, '--port', port])
  const run = await ended(driver, id)
  expect(run).toMatchObject({ status: 'aborted', healed: true })
  expect(run.detail).toContain('it is not on the server any more')
  expect(await toxicsOf(second.url)).toEqual([])
})

test('without planes nothing of them is loaded', async () => {
  const { url, client } = await useServed()
  expect(await client.planes()).toEqual({ planes: [] })
  expect(await (await fetch(`${url}/metrics`)).text()).not.toContain('faultline_plane_up{')
})
