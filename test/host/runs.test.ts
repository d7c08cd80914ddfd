import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { saying, useDaemon, useEchoServer } from '../cli/use-faultline.ts'
import type { HostFaultView } from '../../src/contract/host.ts'
import type { RunView } from '../../src/contract/run-wire.ts'
import { stateOf, until, useFolder, useVictim } from './use-machine.ts'

interface Lab {
  readonly daemon: Awaited<ReturnType<typeof useDaemon>>
  readonly folder: string
  readonly dataDir: string
  readonly victim: number
  /** Writes a profile of one stage with these host faults. @returns its file */
  profile(host: string, duration?: string): string
}

async function useLab(): Promise<Lab> {
  const [folder, dataDir, profiles] = [useFolder(), useFolder(), useFolder()]
  const victim = await useVictim()
  const upstream = await useEchoServer()
  const daemon = await useDaemon([
    `--data-dir=${dataDir}`,
    '--host-faults-enabled',
    `--host-faults-allow-folders=${folder}`,
    `--host-faults-allow-processes=${victim.allow}`,
    '--host-faults-services-filesystem=ledger',
  ])
  await daemon.json('proxy', 'create', 'db', '--upstream', upstream)
  return {
    daemon,
    folder,
    dataDir,
    victim: victim.pid,
    profile(host, duration = '1s') {
      const file = join(profiles, 'hosts.yaml')
      const stages = `stages:\n  - { name: calm, duration: 50ms }\n  - name: short\n    duration: ${duration}\n    host: ${host}\n`
      writeFileSync(file, `name: hosts\ntargets: { db: { proxy: db } }\n${stages}`)
      return file
    },
  }
}

test('a stage takes of the machine while it lasts, and the run has injected something', async () => {
  const { daemon, folder, dataDir, victim, profile } = await useLab()
  const host = `[{ kind: process_pause, attributes: { process: victim } }, { kind: disk_fill, service: ledger, attributes: { folder: ${folder}, size: 1MiB } }]`
  const run = await daemon.json<RunView>('run', profile(host, '3s'), '--detach')
  await until('both have begun', async () => {
    const { host_faults: faults } = await daemon.json<{ host_faults: HostFaultView[] }>('host', 'list')
    return faults.filter(({ state, owner }) => state === 'active' && owner === `run:${run.id}`).length === 2
  })
  expect(await stateOf(victim)).toBe('T')
  const [mine] = (await daemon.json<{ host_faults: HostFaultView[] }>('host', 'list')).host_faults
  expect(await daemon.cli('host', 'end', mine?.id ?? '')).toMatchObject({ code: 1, stderr: saying(`run:${run.id}`) })
  await until(
    'the run has ended',
    async () => (await daemon.json<RunView>('runs', 'show', run.id)).status !== 'running',
  )
  expect(await daemon.json<RunView>('runs', 'show', run.id)).toMatchObject({ status: 'completed', healed: true })
  expect([readdirSync(folder), readdirSync(join(dataDir, 'host'))]).toEqual([[], []])
  expect(await stateOf(victim)).not.toBe('T')
  const { events } = (await (await fetch(`${daemon.url}/v1/events?type=host_fault_ended`)).json()) as {
    events: object[]
  }
  expect(events).toMatchObject([
    { owner: `run:${run.id}`, asked: expect.any(Number), achieved: expect.any(Number), returned: true },
    { owner: `run:${run.id}`, returned: true },
  ])
})

test('a halt gives all back, and lets no host fault in until it is lifted', async () => {
  const { daemon, victim, profile } = await useLab()
  await daemon.json('run', profile('[{ kind: process_pause, attributes: { process: victim } }]', '30s'), '--detach')
  await until('it is stopped', async () => (await stateOf(victim)) === 'T')
  expect(await daemon.json('halt')).toMatchObject({ host_faults_ended: 1, verified: true })
  expect(await stateOf(victim)).not.toBe('T')
  const begin = ['host', 'begin', 'process_pause', '--process', 'victim', '--for', '5s']
  expect(await daemon.cli(...begin)).toMatchObject({ code: 1, stderr: saying('halted') })
  await daemon.cli('halt', '--lift')
  expect(await daemon.cli(...begin)).toMatchObject({ code: 0, stdout: saying('reach process:victim') })
})

test('a reset gives back what the API took', async () => {
  const { daemon, victim } = await useLab()
  const begun = await daemon.json<HostFaultView>(
    'host',
    'begin',
    'process_pause',
    '--process',
    'victim',
    '--for',
    '60s',
  )
  expect(await stateOf(victim)).toBe('T')
  await fetch(`${daemon.url}/reset`, { method: 'POST' })
  expect(await stateOf(victim)).not.toBe('T')
  expect(await daemon.json('host', 'show', begun.id)).toMatchObject({ state: 'returned', detail: 'reset' })
  expect(await daemon.cli('host', 'show', 'host_nothing')).toMatchObject({ code: 1, stderr: saying('no host fault') })
})

test('what the config does not allow, or cannot reach whom it names, is refused before anything is injected', async () => {
  const { daemon, folder, profile } = await useLab()
  const refused: readonly [host: string, said: string][] = [
    [`[{ kind: disk_fill, service: orders, attributes: { folder: ${folder}, size: 1MiB } }]`, 'within it are ledger'],
    ['[{ kind: process_pause, service: orders, attributes: { process: victim } }]', 'its reach is process:victim'],
    ['[{ kind: memory, attributes: { size: 200MiB } }, { kind: memory, attributes: { size: 200MiB } }]', 'at most'],
    ['[{ kind: cpu, attributes: { laod: 5 } }]', 'did you mean load?'],
    ['[{ kind: latency }]', 'kind is "latency"'],
  ]
  for (const [host, said] of refused) {
    expect(await daemon.cli('run', profile(host))).toMatchObject({ code: 1, stderr: saying(said) })
  }
  expect(await daemon.json('runs', 'list')).toEqual({ runs: [] })
})

test('a preview shows what would be taken and its reach, and takes nothing', async () => {
  const { daemon, victim, profile } = await useLab()
  const file = profile('[{ kind: process_pause, attributes: { process: victim } }]')
  const { stdout } = await daemon.cli('profile', 'preview', file)
  expect(stdout).toContain('process_pause (process=victim, which=oldest), reach process:victim')
  expect(await stateOf(victim)).not.toBe('T')
})
