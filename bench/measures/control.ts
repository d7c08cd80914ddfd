import type { Measurement } from '../bench.ts'
import { STALL_BYTES } from '../bench.ts'
import { atMost, result } from '../result.ts'
import { median, percentile } from '../statistics.ts'
import type { Faultline } from '../subjects.ts'
import { startFaultline } from '../subjects.ts'

const STALLED = 5000

/** Every kind of control call, on the proxy whose connections are stalled and on another. */
const ROUND: readonly (readonly [name: string, method: string, path: string, body?: unknown])[] = [
  ['list', 'GET', '/proxies'],
  [
    'add',
    'POST',
    '/proxies/bench1/toxics',
    { name: 'slow', type: 'latency', stream: 'upstream', attributes: { latency: 50 } },
  ],
  ['update', 'POST', '/proxies/bench1/toxics/slow', { attributes: { latency: 20 } }],
  ['show', 'GET', '/proxies/bench1'],
  ['remove', 'DELETE', '/proxies/bench1/toxics/slow'],
  ['create', 'POST', '/proxies', { name: 'other', listen: '127.0.0.1:0', upstream: '127.0.0.1:9' }],
  ['disable', 'POST', '/proxies/other', { enabled: false }],
  ['delete', 'DELETE', '/proxies/other'],
  ['reset', 'POST', '/reset'],
]

const stalled: Measurement = {
  name: 'control_api',
  async run(bench) {
    const times: number[] = []
    const ending: number[] = []
    const slowest = new Map<string, number>()
    const rounds = bench.pairs * 4
    const faultline = await startFaultline()
    try {
      const port = await faultline.through(bench.ports.silent)
      await bench.load({ do: 'stall', port, connections: STALLED, bytes: STALL_BYTES })
      for (let round = 0; round < rounds; round++) {
        for (const [name, method, path, body] of ROUND) {
          const { status, ms, text } = await faultline.call(method, path, body)
          if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`)
          times.push(ms)
          slowest.set(name, Math.max(slowest.get(name) ?? 0, ms))
        }
      }
      for (let i = 0; i < 3; i++) {
        ending.push(await disableAll(faultline))
        await bench.load({ do: 'release' })
        await faultline.call('POST', '/proxies/bench1', { enabled: true })
        await bench.load({ do: 'stall', port, connections: STALLED, bytes: STALL_BYTES })
      }
      await bench.load({ do: 'release' })
    } finally {
      await faultline.stop()
    }
    const [worst, worstMs] = [...slowest].reduce((a, b) => (b[1] > a[1] ? b : a))
    const title = `control call with ${STALLED} stalled connections`
    return [
      result(`${title}: p50`, 'ms', { faultline: [median(times)] }),
      result(
        `${title}: p99`,
        'ms',
        { faultline: [percentile(times, 0.99)] },
        {
          gate: atMost(50, 'value'),
          note: `slowest: ${worst}, ${worstMs.toFixed(1)} ms of ${times.length} calls`,
        },
      ),
      result(
        `disabling a proxy that has ${STALLED} stalled connections`,
        'ms',
        { faultline: ending },
        { gate: atMost(50, 'value') },
      ),
    ]
  },
}

async function disableAll(faultline: Faultline): Promise<number> {
  const { ms, status, text } = await faultline.call('POST', '/proxies/bench1', { enabled: false })
  if (status >= 300) throw new Error(`disable: ${status} ${text}`)
  return ms
}

const populate: Measurement = {
  name: 'populate',
  async run(bench) {
    const proxies = Array.from({ length: 1000 }, (_, i) => ({
      name: `p${i}`,
      listen: '127.0.0.1:0',
      upstream: '127.0.0.1:9',
    }))
    const times: number[] = []
    for (let i = 0; i < bench.pairs; i++) {
      const faultline = await startFaultline()
      try {
        const { ms, status, text } = await faultline.call('POST', '/populate', proxies)
        if (status >= 300) throw new Error(`populate: ${status} ${text.slice(0, 200)}`)
        times.push(ms)
      } finally {
        await faultline.stop()
      }
    }
    return [result('1,000 proxies populated', 'ms', { faultline: times }, { gate: atMost(500, 'value') })]
  },
}

export const CONTROL: readonly Measurement[] = [stalled, populate]
