import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { Order } from './peers.ts'

/** A process of peers; ended when the test ends. @returns gives it an order, and settles with its answer (a port, a count) */
export function usePeersProcess(): (order: Order) => Promise<number> {
  const child = fork(fileURLToPath(new URL('peers.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] })
  const waiting = new Map<number, (answer: number) => void>()
  let last = 0
  child.on('message', ({ id, answer }: { id: number; answer: number }) => {
    waiting.get(id)?.(answer)
    waiting.delete(id)
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return (order) =>
    new Promise((resolve, reject) => {
      const id = ++last
      waiting.set(id, resolve)
      void ended.then(() => reject(new Error('the process of peers has ended')))
      child.send({ id, order })
    })
}
