import { expect, test } from 'vitest'
import { useDaemon } from './use-daemon.ts'
import { usePeersProcess } from './use-peers-process.ts'

const STALLED = 5000

interface Done {
  readonly faults_removed: number
  readonly partitions_healed: number
  readonly runs_ended: number
  readonly verified: boolean
}

interface View {
  readonly listen: string
  readonly connections: { readonly open: number }
  readonly bytes: { readonly upstream: number; readonly downstream: number }
  readonly faults: readonly unknown[]
}

const PROFILE = {
  name: 'everything',
  targets: { all: { proxy: 'stalled' } },
  stages: [
    {
      name: 'slow',
      duration: '10m',
      faults: [{ target: 'all', kind: 'latency', attributes: { latency: '1h' } }],
    },
  ],
}

test('a halt ends every fault on 5,000 stalled connections at once, and they are let go', async () => {
  const peers = usePeersProcess()
  const { call, times } = await useDaemon('--limits-held-bytes-total', '64MiB', '--limits-requests', '0')
  const upstream = `127.0.0.1:${await peers({ do: 'flood' })}`
  const { listen } = await call<View>('PUT', '/v1/proxies/stalled', { upstream, from: 'a', to: 'b' })
  await peers({ do: 'stall', port: Number(listen.split(':').at(-1)), count: STALLED })
  // Until no byte passes any more: every buffer on the way is full.
  for (let before = -1; ;) {
    const { connections, bytes } = await call<View>('GET', '/v1/proxies/stalled')
    const now = bytes.upstream + bytes.downstream
    if (now === before && connections.open === STALLED) break
    before = now
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
  await call('POST', '/v1/proxies/stalled/faults', { kind: 'bandwidth', attributes: { rate: 1 } })
  await call('POST', '/v1/partitions', { between: [['a'], ['b']], mode: 'stall' })
  await call('POST', '/v1/runs', { profile: PROFILE })

  times.length = 0
  const done = await call<Done>('POST', '/v1/halt')
  const { ms } = times.at(-1) ?? { ms: Number.NaN }
  console.log(`a halt over ${STALLED} stalled connections took ${ms.toFixed(1)} ms`)
  expect(done).toMatchObject({ runs_ended: 1, partitions_healed: 1, faults_removed: 5, verified: true })
  // It takes a few turns of the loop; seconds would mean that it waits for the connections.
  expect(ms).toBeLessThan(1000)
  expect(await call<View>('GET', '/v1/proxies/stalled')).toMatchObject({
    faults: [],
    connections: { open: STALLED },
  })
})
