import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { useConnected, useUpstream } from '../plane/use-peers.ts'
import type { Peer } from '../plane/use-peers.ts'
import { useDaemon } from './use-daemon.ts'

const TOTAL = 200 * 10 ** 6
const BLOCK = 100_000

/** Bytes that follow from their place alone, so that a lost or moved block shows. */
function block(index: number): Buffer {
  const bytes = Buffer.alloc(BLOCK)
  for (let i = 0; i < BLOCK; i += 4) bytes.writeUInt32LE(((index * BLOCK + i) * 2_654_435_761) % 2 ** 32, i)
  return bytes
}

/** Writes everything as fast as it is taken, then ends. @returns the hash of what was written */
async function pour({ socket }: Peer): Promise<string> {
  const hash = createHash('sha1')
  for (let i = 0; i < TOTAL / BLOCK; i++) {
    const bytes = block(i)
    hash.update(bytes)
    if (!socket.write(bytes)) await new Promise((resolve) => socket.once('drain', resolve))
  }
  socket.end()
  return hash.digest('hex')
}

/** Reads with pauses, until the end. @returns the hash of what was read, and how much it was */
function sip({ socket }: Peer): Promise<{ hash: string; length: number }> {
  const hash = createHash('sha1')
  let length = 0
  socket.removeAllListeners('data')
  socket.on('data', (bytes: Buffer) => {
    hash.update(bytes)
    length += bytes.length
    if (length % 7 !== 0) return
    socket.pause()
    setTimeout(() => socket.resume(), 3)
  })
  return new Promise((resolve) => socket.once('end', () => resolve({ hash: hash.digest('hex'), length })))
}

const FAULTS = [
  { name: 'slow', kind: 'latency', attributes: { latency: 20, jitter: 15 } },
  { name: 'cut', kind: 'slicer', attributes: { average_size: 20_000, size_variation: 10_000, delay: 50 } },
  { name: 'thin', kind: 'bandwidth', attributes: { rate: 40_000 } },
]
const CHANGES = [{ latency: 5, jitter: 5 }, { average_size: 40_000, delay: 0 }, { rate: 80_000 }]

for (const stream of ['downstream', 'upstream'] as const) {
  test(`200 MB ${stream} arrive byte for byte while faults come, change and go every 10 ms, and the request gets its reply`, async () => {
    const { call, times } = await useDaemon('--limits-requests', '0')
    const upstream = await useUpstream()
    const { listen } = await call<{ listen: string }>('PUT', '/v1/proxies/p', { upstream: upstream.address })
    const client = await useConnected(listen)
    const server = await upstream.peer(0)
    const [writer, reader] = stream === 'downstream' ? [server, client] : [client, server]
    const read = sip(reader)
    const wrote = pour(writer)

    let going = true
    const changes = (async () => {
      for (let i = 0; going; i++) {
        const [fault, attributes] = [FAULTS[i % 3], CHANGES[i % 3]]
        const path = '/v1/proxies/p/faults'
        const turn = Math.floor(i / 3) % 3
        if (turn === 0) await call('POST', path, { ...fault, stream })
        else if (turn === 1) await call('PATCH', `${path}/${fault?.name}`, { attributes })
        else await call('DELETE', `${path}/${fault?.name}`)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    })()
    const [sent, { hash, length }] = await Promise.all([wrote, read])
    going = false
    await changes
    expect(length).toBe(TOTAL)
    expect(hash).toBe(sent)
    // The writer has ended; the other direction still speaks.
    reader.send('thank you').end()
    await writer.gets('thank you')
    expect(await writer.ending()).toBe('fin')
    console.log(`200 MB ${stream}: ${times.length} changes`)
    expect(times.length).toBeGreaterThan(100)
  })
}
