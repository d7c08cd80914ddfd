import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface ClusterNode {
  readonly name: string
  /** Where clients connect, and where the other nodes do. */
  readonly client: number
  readonly route: number
}

export interface Cluster {
  readonly nodes: readonly ClusterNode[]
  /** Starts every node; each finds another at the port that `through` names. */
  start(through: (from: string, to: string) => number): Promise<void>
  stop(): Promise<void>
}

/** Ports and a folder for a JetStream cluster of these nodes. Nothing is started yet. */
export async function natsCluster(names: readonly string[]): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'faultline-nats-'))
  const ports = await freePorts(names.length * 2)
  const nodes = names.map((name, i) => ({ name, client: ports[2 * i] ?? 0, route: ports[2 * i + 1] ?? 0 }))
  const servers: ChildProcess[] = []
  return {
    nodes,
    async start(through) {
      for (const { name, client, route } of nodes) {
        const routes = names
          .filter((other) => other !== name)
          .map((other) => `nats-route://127.0.0.1:${through(name, other)}`)
        const file = join(folder, `${name}.conf`)
        await writeFile(file, config({ name, client, route, routes, store: join(folder, name) }))
        servers.push(spawn('nats-server', ['-c', file], { stdio: 'ignore' }))
      }
    },
    async stop() {
      await Promise.all(
        servers.map(async (server) => {
          if (server.exitCode !== null || server.signalCode !== null) return
          const ended = once(server, 'exit')
          server.kill('SIGKILL')
          await ended
        }),
      )
      await rm(folder, { recursive: true, force: true })
    },
  }
}

interface Config {
  readonly name: string
  readonly client: number
  readonly route: number
  readonly routes: readonly string[]
  readonly store: string
}

// Nodes tell each other where to find the rest. What they tell here is a port where nobody listens, so that no route
// goes round the proxies.
const config = ({ name, client, route, routes, store }: Config): string => `
server_name: ${name}
listen: 127.0.0.1:${client}
jetstream { store_dir: "${store}", max_mem: 16MB, max_file: 64MB }
cluster {
  name: quorum
  listen: 127.0.0.1:${route}
  advertise: "127.0.0.1:1"
  no_advertise: true
  routes: [${routes.join(', ')}]
}
`

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}
