import { expect, test } from 'vitest'
import { useCaller, useHttpServer } from '../../plane/http/use-http.ts'
import { A_MOMENT, useNet } from './use-partitions.ts'

const AFTER = (ms: number): Promise<string> => new Promise((resolve) => setTimeout(() => resolve('silence'), ms))

// A connection moves to the other lane when a fault on exchanges acts on it.
test.each([
  ['wire', []],
  ['exchange', [{ kind: 'http_headers', attributes: { remove: ['x-none'] } }]],
] as const)('an HTTP connection in the %s lane is cut, and is whole when it heals', async (_lane, faults) => {
  const net = await useNet([])
  let asked = 0
  const upstream = await useHttpServer((_, res) => {
    asked++
    res.end('hello')
  })
  const { view } = await net.registry.create('web', { upstream, protocol: 'http', from: 'a', to: 'b', faults }, 'api')
  const port = Number(view.listen.split(':').at(-1))
  const ask = useCaller(port)
  expect((await ask('/before')).body).toBe('hello')

  const { id, touched } = net.partitions.create({ between: [['a'], ['b']] })
  expect(touched).toBe(1)
  const lost = ask('/during').catch((error: NodeJS.ErrnoException) => error.code)
  expect(await Promise.race([lost, AFTER(A_MOMENT)])).toBe('silence')
  expect(asked).toBe(1)
  await net.partitions.heal(id)
  // What was asked in the black hole is lost with its connection, and never done late.
  expect(await lost).toBe('ECONNRESET')
  expect(asked).toBe(1)
  expect((await useCaller(port)('/after')).body).toBe('hello')
})
