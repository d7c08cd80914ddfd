import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** An upstream that sends back what it gets. */
export async function useEcho(): Promise<{ readonly address: string }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).pipe(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** One message there and back over a new connection, in ms. @throws what the socket says, or when it closed without an answer */
export function roundTrip(address: string): Promise<number> {
  const [host = '', port] = address.split(':')
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), host)
    let asked = 0
    socket.once('connect', () => {
      asked = performance.now()
      socket.write('ping')
    })
    socket.once('data', () => {
      resolve(performance.now() - asked)
      socket.destroy()
    })
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('closed without an answer')))
  })
}
