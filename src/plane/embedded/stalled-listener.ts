import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import type { Clock } from '../../kernel/clock.ts'

/**
 * Connects neither succeed nor fail: a worker listens with the smallest backlog and never returns to its loop,
 * and we fill its queue ourselves. The kernel then drops further SYNs. The worker's text is a constant of ours.
 */
const WORKER = `
const { parentPort } = require('node:worker_threads')
const server = require('node:net').createServer(() => {})
server.on('error', (error) => { parentPort.postMessage(error.code || error.message); server.close() })
parentPort.once('message', ({ host, port }) => server.listen({ host, port, backlog: 1 }, () => {
  parentPort.postMessage('listening')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}))
parentPort.postMessage('ready')
`

/** A connect that is unanswered for this long will stay so: on loopback an answer takes microseconds. */
const UNANSWERED_MS = 50
/** The queue holds backlog + 1; more than this means that somebody accepts. */
const MOST_FILLERS = 16

export interface StalledListener {
  close(): Promise<void>
}

/** A worker that has started and waits for an address: to bind it then takes about a millisecond, not fifty. */
export interface StallWorker {
  /** @throws the system's error code as an Error when the address cannot be bound, or the queue never fills */
  listen(host: string, port: number): Promise<StalledListener>
}

export async function startStallWorker(clock: Clock): Promise<StallWorker> {
  const worker = new Worker(WORKER, { eval: true })
  worker.unref()
  await said(worker)
  return {
    async listen(host, port) {
      const fillers: Socket[] = []
      // The worker first: a place that a filler leaves would be taken by somebody whom its end then resets.
      const close = async (): Promise<void> => {
        await worker.terminate()
        for (const filler of fillers) filler.destroy()
      }
      worker.postMessage({ host, port })
      const word = await said(worker)
      if (word !== 'listening') {
        await close()
        throw Object.assign(new Error(word), { code: word })
      }
      if (await fill(host, port, fillers, clock)) return { close }
      await close()
      throw new Error('the queue of the stalled listener never filled')
    },
  }
}

function said(worker: Worker): Promise<string> {
  return new Promise((resolve) => {
    worker.once('message', resolve)
    worker.once('error', (error) => resolve(error.message))
  })
}

/** Connects until one stays unanswered. */
async function fill(host: string, port: number, fillers: Socket[], clock: Clock): Promise<boolean> {
  const target = host === '0.0.0.0' || host === '' ? '127.0.0.1' : host === '::' ? '::1' : host
  while (fillers.length < MOST_FILLERS) {
    const filler = connect({ host: target, port })
    filler.on('error', () => {})
    filler.unref()
    fillers.push(filler)
    if (!(await answered(filler, clock))) return true
  }
  return false
}

function answered(socket: Socket, clock: Clock): Promise<boolean> {
  return new Promise((resolve) => {
    // On a busy loop the timer may come before a look at what the sockets have to say: that look comes first.
    const timer = clock.at(clock.now() + UNANSWERED_MS, () => clock.soon(() => resolve(false)))
    const done = (): void => {
      timer.cancel()
      resolve(true)
    }
    socket.once('connect', done)
    socket.once('error', done)
  })
}
