import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Fact } from '../../../src/contract/events.ts'
import { Partitions } from '../../../src/experiment/partitions/partitions.ts'
import { catalogue } from '../../../src/faults/catalogue.ts'
import type { Clock } from '../../../src/kernel/clock.ts'
import { RealClock } from '../../../src/kernel/clock.ts'
import { silentLog } from '../../../src/kernel/log.ts'
import type { Registry } from '../../../src/registry/registry.ts'
import { useRegistry } from '../../registry/use-registry.ts'

export interface Node {
  readonly name: string
  readonly address: string
  /** How many connections it was made, and bytes it was sent. */
  readonly saw: { connections: number; bytes: number }
}

export interface Net {
  readonly registry: Registry
  readonly partitions: Partitions
  readonly facts: Fact[]
  readonly nodes: readonly Node[]
  node(name: string): Node
  /** A connection from one node to another, through the proxy between them. */
  open(from: string, to: string): Promise<Link>
  /** What becomes of a question on a new connection. */
  ask(from: string, to: string, patience?: number): Promise<string>
}

export interface Link {
  readonly socket: Socket
  /** Sends a word and tells what comes back: the word, `silence`, or how the connection ended. */
  ask(word: string, patience?: number): Promise<string>
}

/** Where silence is expected; that it goes on is shown by what the other node saw. */
export const A_MOMENT = 100
/** Where an answer is. */
const PATIENCE_MS = 8000

/** Echo servers, each reached from each other by a proxy of its own. Sockets keep real time whatever `clock` says. */
export async function useNet(names: readonly string[], clock: Clock = new RealClock()): Promise<Net> {
  const { registry, facts } = useRegistry({ limits: { proxies: 100, faultsPerProxy: 100 } })
  const partitions = new Partitions({
    registry,
    kinds: catalogue,
    sink: { emit: (fact) => void facts.push(fact) },
    clock,
    log: silentLog,
    randomBytes,
  })
  onTestFinished(() => partitions.close())
  const nodes = await Promise.all(names.map(useNode))
  const node = (name: string): Node => nodes.find((one) => one.name === name) as Node
  for (const from of names) {
    for (const to of names) {
      if (from !== to) await registry.create(`${from}-${to}`, { upstream: node(to).address, from, to }, 'api')
    }
  }
  const open = async (from: string, to: string): Promise<Link> => {
    const { listen } = registry.get(`${from}-${to}`).plane.status()
    return useLink(Number(listen.split(':').at(-1)))
  }
  return {
    registry,
    partitions,
    facts,
    nodes,
    node,
    open,
    async ask(from, to, patience) {
      const link = await open(from, to)
      const answer = await link.ask('new', patience)
      link.socket.destroy()
      return answer
    },
  }
}

async function useNode(name: string): Promise<Node> {
  const saw = { connections: 0, bytes: 0 }
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    saw.connections++
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('data', (bytes: Buffer) => {
      saw.bytes += bytes.length
      socket.write(bytes)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { name, address: `127.0.0.1:${(server.address() as AddressInfo).port}`, saw }
}

async function useLink(port: number): Promise<Link> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  let end: string | undefined
  let got = ''
  let told = (): void => {}
  const hear = (): void => told()
  socket.on('error', (error: NodeJS.ErrnoException) => {
    end ??= error.code ?? 'error'
    hear()
  })
  socket.on('end', () => {
    end ??= 'end'
    hear()
  })
  socket.on('close', () => {
    end ??= 'closed'
    hear()
  })
  socket.on('data', (bytes: Buffer) => {
    got += bytes.toString()
    hear()
  })
  await new Promise<void>((resolve) => socket.once('connect', resolve).once('close', () => resolve()))
  return {
    socket,
    async ask(word, patience = PATIENCE_MS) {
      got = ''
      if (end === undefined) socket.write(word)
      const deadline = performance.now() + patience
      while (!got.includes(word) && end === undefined && performance.now() < deadline) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.max(1, deadline - performance.now()))
          told = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      return got.includes(word) ? word : (end ?? 'silence')
    },
  }
}
