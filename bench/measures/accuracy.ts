import type { Bench, Measurement } from '../bench.ts'
import { Child } from '../child.ts'
import type { Bulk } from '../processes/load-bulk.ts'
import type { Result } from '../result.ts'
import { atLeast, atMost, result } from '../result.ts'
import { mean, percentile } from '../statistics.ts'
import type { Faultline } from '../subjects.ts'
import { startBareRelay, startFaultline } from '../subjects.ts'

const MIB = 1024 ** 2
const DELAY_MS = 100
const CONNECTIONS = 500

interface Lateness {
  readonly min: number
  readonly mean: number
  readonly p99: number
}

function lateness(late: readonly number[]): Lateness {
  return {
    min: late.reduce((least, value) => Math.min(least, value), Infinity),
    mean: mean(late),
    p99: percentile(late, 0.99),
  }
}

async function addToxic(faultline: Faultline, type: string, attributes: Record<string, number>): Promise<void> {
  const { status, text } = await faultline.call('POST', '/proxies/bench1/toxics', {
    name: type,
    type,
    stream: 'downstream',
    attributes,
  })
  if (status !== 200) throw new Error(`faultline took no ${type}: ${status} ${text}`)
}

/**
 * The upstream stamps each answer when it writes it; the load generator looks at the stamp. So the figure holds
 * the fault's delay, two hops and nothing else.
 */
const latency: Measurement = {
  name: 'latency_accuracy',
  async run(bench: Bench) {
    const { stamps } = bench.ports
    const runMs = Math.max(2000, bench.ms * 5)
    const rounds = Math.max(3, Math.ceil(bench.pairs / 2))
    const faultline = await startFaultline()
    const bare = await startBareRelay([stamps], DELAY_MS)
    const found: Record<string, Lateness[]> = { faultline: [], 'timer loop': [], 'bare delaying': [] }
    try {
      const port = await faultline.through(stamps)
      await addToxic(faultline, 'latency', { latency: DELAY_MS })
      for (let round = 0; round < rounds; round++) {
        const job = { do: 'delays', connections: CONNECTIONS, ms: runMs, delay: DELAY_MS } as const
        const own = await bench.load<number[]>({ ...job, port })
        found['faultline']?.push(lateness(own.map((delay) => delay - DELAY_MS)))
        const loop = Child.program('timer-loop', [CONNECTIONS, DELAY_MS, runMs])
        found['timer loop']?.push(lateness(JSON.parse(await loop.output()) as number[]))
        // The bare delaying relay holds both ways; its answers are one hop of it.
        const theirs = await bench.load<number[]>({ ...job, port: await bare.through(stamps) })
        found['bare delaying']?.push(lateness(theirs.map((delay) => delay - DELAY_MS)))
      }
    } finally {
      await faultline.stop()
      await bare.stop()
    }
    const figures = (figure: keyof Lateness): Record<string, number[]> =>
      Object.fromEntries(Object.entries(found).map(([name, values]) => [name, values.map((value) => value[figure])]))
    const title = `latency of ${DELAY_MS} ms on ${CONNECTIONS} connections, achieved minus asked`
    const lessLoop = (figure: keyof Lateness, limit: number): Result => {
      const own = figures(figure)
      const over = (own['faultline'] ?? []).map((value, i) => value - (own['timer loop']?.[i] ?? 0))
      return result(
        `${title}: ${figure}, less the timer loop's`,
        'ms',
        { faultline: over },
        { gate: atMost(limit, 'value') },
      )
    }
    const note = 'the least of all counts, and nothing is taken off it'
    const least = Math.min(...(figures('min')['faultline'] ?? []))
    return [
      result(`${title}: least`, 'ms', { faultline: [least] }, { gate: atLeast(-0.2, 'value'), note }),
      lessLoop('mean', 1.5),
      lessLoop('p99', 4),
      result(`${title}: mean`, 'ms', figures('mean')),
      result(`${title}: p99`, 'ms', figures('p99')),
    ]
  },
}

/** Toxiproxy's unit: thousands of bytes a second. */
const RATES = [100, 1000, 10_000] as const

const bandwidth: Measurement = {
  name: 'bandwidth_accuracy',
  async run(bench) {
    const results: Result[] = []
    for (const rate of RATES) {
      const faultline = await startFaultline()
      try {
        const port = await faultline.through(bench.ports.source)
        await addToxic(faultline, 'bandwidth', { rate })
        const offs: number[] = []
        for (let i = 0; i < 3; i++) {
          const found = await bench.load<number>({ do: 'paced', port, ms: 2000 })
          offs.push(Math.abs(found / (rate * 1000) - 1) * 100)
        }
        results.push(
          result(`bandwidth of ${rate} kB/s over 2 s, off by`, '%', { faultline: offs }, { gate: atMost(2, 'value') }),
        )
      } finally {
        await faultline.stop()
      }
    }
    return results
  },
}

/** A delay times a rate is what must be held: 100 ms of 40 MiB/s are 4 MiB. */
const heldBytes: Measurement = {
  name: 'latency_throughput',
  async run(bench) {
    const { source } = bench.ports
    const ms = bench.ms * 2
    const carried = async (flags: readonly string[], connections: number): Promise<number[]> => {
      const faultline = await startFaultline(flags)
      try {
        const port = await faultline.through(source)
        await addToxic(faultline, 'latency', { latency: DELAY_MS })
        const rates: number[] = []
        for (let i = 0; i < bench.pairs; i++)
          rates.push((await bench.load<Bulk>({ do: 'download', port, connections, ms })).perSecond / MIB)
        return rates
      } finally {
        await faultline.stop()
      }
    }
    const limited = await carried(['--limits-held-bytes-per-link', '4MiB'], 1)
    const bare = await startBareRelay([source])
    const plain: number[] = []
    try {
      const port = await bare.through(source)
      for (let i = 0; i < bench.pairs; i++)
        plain.push((await bench.load<Bulk>({ do: 'download', port, connections: 4, ms })).perSecond / MIB)
    } finally {
      await bare.stop()
    }
    const free = await carried([], 4)
    return [
      result(
        'throughput under 100 ms latency, 4 MiB held at most',
        'MiB/s',
        { faultline: limited },
        {
          gate: atLeast(36, 'value'),
          note: '90 % of 40 MiB/s',
        },
      ),
      result(
        'throughput under 100 ms latency, default limits',
        'MiB/s',
        { faultline: free, bare: plain },
        { gate: atLeast(0.5) },
      ),
    ]
  },
}

export const ACCURACY: readonly Measurement[] = [latency, bandwidth, heldBytes]
