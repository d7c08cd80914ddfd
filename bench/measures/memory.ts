import { execFileSync } from 'node:child_process'
import type { Bench, Measurement } from '../bench.ts'
import { STALL_BYTES } from '../bench.ts'
import { Child, pause, residentBytes } from '../child.ts'
import type { Result } from '../result.ts'
import { atMost, result } from '../result.ts'
import { median } from '../statistics.ts'
import type { Subject } from '../subjects.ts'
import { startBareRelay, startFaultline, startFirst } from '../subjects.ts'

const MIB = 1024 ** 2
/** Long enough for the collector to have come by and for pages to be counted. */
const SETTLE_MS = 1500

/** Two descriptors a connection, and some for everything else. */
const mostConnections = (): number => {
  const limit = Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' })) || 1_000_000
  return Math.max(100, Math.floor((limit - 500) / 2))
}

/** A fresh process for every sample: a heap that has once been large stays so. */
async function inTurn(
  pairs: number,
  starters: readonly (() => Promise<Subject>)[],
  sample: (subject: Subject) => Promise<number>,
): Promise<Record<string, number[]>> {
  const samples: Record<string, number[]> = {}
  for (let round = 0; round < pairs; round++) {
    // The first stays first in the record; only the order of the measuring turns round.
    const found: [string, number][] = []
    for (const start of round % 2 === 0 ? starters : starters.toReversed()) {
      const subject = await start()
      try {
        found.push([subject.name, await sample(subject)])
      } finally {
        await subject.stop()
      }
    }
    for (const [name, value] of round % 2 === 0 ? found : found.toReversed()) (samples[name] ??= []).push(value)
  }
  return samples
}

const idleConnections = (wanted: number): Measurement => ({
  name: `idle_connections_${wanted}`,
  async run(bench: Bench) {
    const connections = Math.min(wanted, mostConnections())
    const { echo } = bench.ports
    const samples = await inTurn(
      bench.pairs,
      [() => startFirst([echo]), () => startBareRelay([echo])],
      async (subject) => {
        const port = await subject.through(echo)
        // What is loaded and allocated once is not the price of a connection.
        await bench.load({ do: 'hold', port, connections: 50 })
        await bench.load({ do: 'release' })
        await pause(SETTLE_MS / 2)
        const before = residentBytes(subject.pid)
        await bench.load({ do: 'hold', port, connections })
        await pause(SETTLE_MS)
        const bytes = residentBytes(subject.pid) - before
        await bench.load({ do: 'release' })
        return bytes / connections / 1024
      },
    )
    return [result(`memory per idle connection, ${connections} open`, 'KiB', samples, { gate: atMost(1.3) })]
  },
})

const idleProcess: Measurement = {
  name: 'idle_process',
  async run(bench) {
    const idle = async (): Promise<Subject> => {
      const child = new Child(process.execPath, ['-e', 'setInterval(()=>{},1e9)'])
      return { name: 'node idle', pid: child.pid, through: () => Promise.resolve(0), stop: () => child.stop() }
    }
    const samples = await inTurn(bench.pairs, [() => startFirst([]), idle], async (subject) => {
      await pause(SETTLE_MS)
      return residentBytes(subject.pid) / MIB
    })
    return [result('resident memory, idle', 'MiB', samples, { gate: atMost(2.5) })]
  },
}

const stalledConnections: Measurement = {
  name: 'stalled_connections',
  async run(bench) {
    const connections = Math.min(5000, mostConnections())
    const { silent } = bench.ports
    const stalled = async (subject: Subject): Promise<number> => {
      const port = await subject.through(silent)
      await bench.load({ do: 'stall', port, connections, bytes: STALL_BYTES })
      await pause(SETTLE_MS)
      const bytes = residentBytes(subject.pid)
      await bench.load({ do: 'release' })
      return bytes / MIB
    }
    const samples = await inTurn(bench.pairs, [() => startFirst([silent]), () => startBareRelay([silent])], stalled)
    const results: Result[] = [
      result(`resident memory, ${connections} stalled connections`, 'MiB', samples, { gate: atMost(1.3) }),
    ]
    const bare = median(samples['bare'] ?? [])
    const faultline = await startFaultline()
    try {
      const port = await faultline.through(silent)
      await faultline.call('POST', '/proxies/bench1/toxics', {
        type: 'latency',
        stream: 'upstream',
        attributes: { latency: 3_600_000 },
      })
      await bench.load({ do: 'stall', port, connections, bytes: STALL_BYTES })
      await pause(SETTLE_MS)
      const found = residentBytes(faultline.pid) / MIB
      const limit = await heldBytesLimit(faultline)
      await bench.load({ do: 'release' })
      const allowed = limit / MIB + 1.3 * bare
      results.push(
        result(
          `resident memory, ${connections} stalled connections with a latency fault`,
          'MiB',
          { faultline: [found] },
          {
            gate: atMost(Math.round(allowed), 'value'),
            note: 'held_bytes_total and 1.3 times the bare relay',
          },
        ),
      )
    } finally {
      await faultline.stop()
    }
    return results
  },
}

async function heldBytesLimit(faultline: Awaited<ReturnType<typeof startFaultline>>): Promise<number> {
  const { text } = await faultline.call('GET', '/metrics')
  return Number(/^faultline_daemon_held_bytes_limit (\S+)$/m.exec(text)?.[1])
}

export const MEMORY: readonly Measurement[] = [
  idleConnections(1000),
  idleConnections(8000),
  idleProcess,
  stalledConnections,
]
