import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { FaultlineClient } from '../../src/client/client.ts'
import { knock, useEcho } from '../plane/use-peers.ts'
import { builtPackage } from '../support/built-package.ts'
import { startLife } from './use-life.ts'
import { stateOf, until, useFolder, useVictim } from './use-machine.ts'

const HELD = 100
/** What the issue allows for all to be gone. */
const LIMIT_MS = 1000

test(`a test process killed with ${HELD} connections held and a process paused leaves nothing after a second`, async () => {
  const victim = await useVictim()
  const life = await startLife(useFolder(), useFolder(), victim.allow)
  onTestFinished(() => life.kill('group'))
  const echo = await useEcho()
  const client = new FaultlineClient({ url: life.url })
  const script = join(import.meta.dirname, 'killed-client.mjs')
  const sdk = join(builtPackage(), 'dist', 'client', 'sdk.js')
  const child = spawn(process.execPath, [script, sdk, life.url, echo.address, String(HELD)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string]
  const { scope, listen } = JSON.parse(line) as { scope: string; listen: string }
  expect(await client.scope(scope)).toMatchObject({ connections_open: HELD, streams: 1 })
  expect(await stateOf(victim.pid)).toBe('T')

  const killedAt = performance.now()
  child.kill('SIGKILL')
  await until('the process goes on', async () => (await stateOf(victim.pid)) !== 'T', LIMIT_MS)
  await until('its port is free', async () => (await knock(listen)) === 'ECONNREFUSED', LIMIT_MS)
  expect(performance.now() - killedAt).toBeLessThan(LIMIT_MS)
  await expect(client.scope(scope)).rejects.toMatchObject({ code: 'scope_ended' })
  expect((await client.hostFaults()).host_faults.filter(({ ended_at: ended }) => ended === undefined)).toEqual([])
  const { connections } = await client.info()
  expect(connections.open).toBe(0)
}, 60_000)
