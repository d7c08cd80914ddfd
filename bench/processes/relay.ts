// The bare relay that everything is held against: sockets, write and pause, and nothing else.
// Usage: node relay.js [delay in ms] <upstream port or path>...; says its own ports, in the same order, on one line.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

interface Paired extends Socket {
  peer: Paired
}

const [delay = '0', ...upstreams] = process.argv.slice(2)
const delayMs = Number(delay)

function onData(this: Paired, chunk: Buffer): void {
  if (!this.peer.write(chunk)) this.pause()
}
function onDelayedData(this: Paired, chunk: Buffer): void {
  setTimeout(() => this.peer.write(chunk), delayMs)
}
function onDrain(this: Paired): void {
  this.peer.resume()
}
function onEnd(this: Paired): void {
  this.peer.end()
}
function onClose(this: Paired): void {
  this.peer.destroy()
}
function ignore(): void {}

function relay(from: Paired, to: Paired): void {
  from.peer = to
  from.on('data', delayMs > 0 ? onDelayedData : onData)
  from.on('drain', onDrain)
  from.on('end', onEnd)
  from.on('close', onClose)
  from.on('error', ignore)
}

const ports = await Promise.all(
  upstreams.map(async (upstream) => {
    const to = upstream.startsWith('/') ? { path: upstream } : { host: '127.0.0.1', port: Number(upstream) }
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      const client = socket as Paired
      const server = connect({ ...to, allowHalfOpen: true, noDelay: true }) as Paired
      relay(client, server)
      relay(server, client)
    })
    await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, resolve))
    return (server.address() as AddressInfo).port
  }),
)
process.stdout.write(`${JSON.stringify(ports)}\n`)
