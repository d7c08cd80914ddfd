import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { useRuns } from './use-runs.ts'

const CONNECTIONS = 24

async function useUpstream(): Promise<string> {
  const server = createServer((socket) => void socket.on('error', () => socket.destroy()).end('hello'))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Which of the connections, made one after another, a run of this seed resets. */
async function decisions(seed: string, neighbour: boolean): Promise<string> {
  const { runs, registry } = useRuns()
  const { view } = await registry.create('db', { upstream: await useUpstream() }, 'api')
  if (neighbour) registry.addFault('db', { kind: 'noop', toxicity: 0.3 }, 'api')
  const stages = [{ name: 's', duration: '10m', faults: [{ target: 'db', kind: 'reset_peer', toxicity: 0.5 }] }]
  const run = await runs.start({ name: 'trial', targets: { db: { proxy: 'db' } }, stages }, { seed })
  let seen = ''
  for (let i = 0; i < CONNECTIONS; i++) {
    seen += await new Promise<string>((resolve) => {
      const socket = connect(Number(view.listen.split(':')[1]), '127.0.0.1')
      socket.on('data', () => resolve('.'))
      socket.on('error', () => resolve('x'))
      socket.on('close', () => resolve('x'))
    })
  }
  await runs.stop(run.id)
  return seen
}

test('the same seed makes the same decisions, whatever else is attached; another seed makes others', async () => {
  const first = await decisions('seven', false)
  expect(first).toMatch(/x/)
  expect(first).toMatch(/\./)
  expect(await decisions('seven', true)).toBe(first)
  expect(await decisions('eight', false)).not.toBe(first)
})
