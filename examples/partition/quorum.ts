/**
 * Three NATS servers in one JetStream cluster, every route between them through a faultline proxy: the cluster loses
 * its quorum and regains it, then loses its leader and goes on without. Needs nats-server on the path.
 *
 *   npx tsx examples/partition/quorum.ts
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { connect } from '@nats-io/transport-node'
import type { NatsConnection } from '@nats-io/transport-node'
import { FaultlineClient } from '../../src/client/client.ts'
import { natsCluster } from './nats-cluster.ts'

const NAMES = ['n1', 'n2', 'n3']
/** An acknowledgement takes milliseconds where there is a quorum. */
const ACK_MS = 1500
/** Elections of JetStream take up to nine seconds, and routes are dialled anew every other. */
const PATIENCE_MS = 60_000

const say = (line: string): void => void process.stdout.write(`${line}\n`)

async function startFaultline(): Promise<{ readonly client: FaultlineClient; stop(): Promise<void> }> {
  const bin = fileURLToPath(new URL('../../src/cli/bin.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', bin, 'serve', '--port', '0', '--seed', '7'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface(child.stdout)) {
    const { control } = JSON.parse(line) as { readonly control?: string }
    if (control === undefined) continue
    const stop = async (): Promise<void> => {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    }
    return { client: new FaultlineClient({ url: control }), stop }
  }
  throw new Error('faultline did not start')
}

/** What each node does with a message that is to be stored on a majority. */
async function ask(nats: ReadonlyMap<string, NatsConnection>): Promise<Readonly<Record<string, boolean>>> {
  const answers = [...nats].map(async ([name, connection]) => {
    try {
      const ack = await connection.request('orders.new', 'an order', { timeout: ACK_MS })
      return [name, typeof (ack.json() as { seq?: number }).seq === 'number'] as const
    } catch {
      return [name, false] as const
    }
  })
  return Object.fromEntries(await Promise.all(answers))
}

let acknowledged = 0

/** Asks until it is as expected. */
async function until(
  what: string,
  nats: ReadonlyMap<string, NatsConnection>,
  storing: readonly string[],
): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const stored = await ask(nats)
    acknowledged += Object.values(stored).filter(Boolean).length
    const told = NAMES.map((name) => `${name} ${stored[name] === true ? 'stores' : 'does not'}`).join(', ')
    if (NAMES.every((name) => stored[name] === storing.includes(name))) return say(`${what}: ${told}`)
    if (Date.now() > deadline)
      throw new Error(`${what}: ${told}, and should be stored by ${storing.join(', ') || 'none'}`)
  }
}

interface Info {
  readonly error?: { readonly description: string }
  readonly cluster?: { readonly leader?: string }
  readonly state?: { readonly messages: number }
}

async function api(nats: NatsConnection, what: string, body?: object): Promise<Info> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const answer = await nats
      .request(`$JS.API.STREAM.${what}.orders`, body === undefined ? '' : JSON.stringify(body), { timeout: ACK_MS })
      .then((message) => message.json<Info>())
      .catch((error: unknown) => ({ error: { description: String(error) } }) as Info)
    if (answer.error === undefined) return answer
    if (Date.now() > deadline) throw new Error(`${what} was refused: ${answer.error.description}`)
  }
}

const cluster = await natsCluster(NAMES)
const faultline = await startFaultline()
const nats = new Map<string, NatsConnection>()
try {
  const ports = new Map<string, number>()
  for (const from of NAMES) {
    for (const { name: to, route } of cluster.nodes) {
      if (from === to) continue
      const { listen } = await faultline.client.createProxy(`${from}-${to}`, {
        upstream: `127.0.0.1:${route}`,
        from,
        to,
      })
      ports.set(`${from}-${to}`, Number(listen.split(':').at(-1)))
    }
  }
  await cluster.start((from, to) => ports.get(`${from}-${to}`) ?? 0)
  for (const { name, client } of cluster.nodes) {
    const servers = `127.0.0.1:${client}`
    nats.set(
      name,
      await connect({ servers, waitOnFirstConnect: true, reconnectTimeWait: 100, maxReconnectAttempts: -1 }),
    )
  }
  const [any] = nats.values() as IterableIterator<NatsConnection>
  if (any === undefined) throw new Error('there is no node')
  await api(any, 'CREATE', { name: 'orders', subjects: ['orders.*'], num_replicas: 3, storage: 'memory' })
  await until('whole', nats, NAMES)

  const apart = await faultline.client.createPartition({ between: NAMES.map((name) => [name]) })
  say(`cut ${apart.links.length} links, ${apart.touched} open connections; ${apart.not_covered.length} not covered`)
  await until('everybody alone', nats, [])
  await faultline.client.healPartition(apart.id)
  await until('healed', nats, NAMES)

  const leader = (await api(any, 'INFO')).cluster?.leader ?? ''
  const others = NAMES.filter((name) => name !== leader)
  const without = await faultline.client.createPartition({ split: 'isolate_one', node: leader })
  await until('the leader alone', nats, others)
  const next = (await api(nats.get(others[0] ?? '') ?? any, 'INFO')).cluster?.leader
  say(next !== undefined && others.includes(next) ? 'another leads' : `${next ?? 'nobody'} leads`)
  await faultline.client.healPartition(without.id)
  await until('healed', nats, NAMES)

  const stored = (await api(any, 'INFO')).state?.messages ?? 0
  say(stored >= acknowledged ? 'every acknowledged message is there' : `${acknowledged - stored} messages are lost`)
} finally {
  await Promise.all([...nats.values()].map((connection) => connection.close()))
  await faultline.stop()
  await cluster.stop()
}
