import { expect, test } from 'vitest'
import { resetSocket } from '../../src/plane/embedded/sockets.ts'
import { useConnected, useUpstream } from './use-peers.ts'

/** Lets promises and ticks run, but not the loop. */
async function ticks(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise<void>((resolve) => process.nextTick(resolve))
}

for (const count of [0, 1, 2, 3, 5]) {
  test(`a reset ${count} ticks after an end neither fails nor leaks the socket`, async () => {
    const upstream = await useUpstream()
    const client = await useConnected(upstream.address)
    const server = await upstream.peer(0)
    client.socket.end()
    await ticks(count)
    resetSocket(client.socket)
    await client.until(() => client.closed, 'the closing')
    expect(client.code).toBeUndefined()
    expect(await server.until(() => server.fate === 'rst', 'the reset').then((peer) => peer.fate)).toBe('rst')
  })
}

test('a reset of a socket with much unsent does not wait for its reader', async () => {
  const upstream = await useUpstream({ onPeer: ({ socket }) => void socket.pause() })
  const client = await useConnected(upstream.address)
  await upstream.peer(0)
  client.socket.write(Buffer.alloc(20_000_000))
  client.socket.end()
  resetSocket(client.socket)
  await client.until(() => client.closed, 'the closing', 1000)
})
