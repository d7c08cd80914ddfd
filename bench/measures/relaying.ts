import type { Bench, Measurement } from '../bench.ts'
import { each, interleave } from '../bench.ts'
import { keepApart } from '../child.ts'
import type { Bulk } from '../processes/load-bulk.ts'
import type { Exchanges } from '../processes/load-exchanges.ts'
import { withProcessor } from '../processor.ts'
import type { Result } from '../result.ts'
import { atLeast, atMost, result } from '../result.ts'
import type { Subject } from '../subjects.ts'
import { startSubjects } from '../subjects.ts'

const MIB = 1024 ** 2
const GIB = 1024 ** 3

/** Runs what needs plain relaying of one upstream through all subjects at once, one of them busy at a time. */
async function relaying(
  bench: Bench,
  upstream: number,
  run: (subjects: readonly Subject[], port: Map<Subject, number>) => Promise<readonly Result[]>,
) {
  const subjects = await startSubjects([upstream])
  try {
    keepApart(
      subjects.map(({ pid }) => pid),
      bench.pids,
    )
    const ports = new Map<Subject, number>()
    for (const subject of subjects) ports.set(subject, await subject.through(upstream))
    return await run(subjects, ports)
  } finally {
    for (const subject of subjects) await subject.stop()
  }
}

/** Four connections, so that one that stands still for a moment does not leave the relay idle. */
const bulk = (name: 'download' | 'upload'): Measurement => ({
  name,
  run: (bench: Bench) => {
    const upstream = name === 'download' ? bench.ports.source : bench.ports.sink
    return relaying(bench, upstream, async (subjects, ports) => {
      const samples = await interleave(subjects, bench.shortPairs, (subject) =>
        withProcessor(
          subject,
          bench.load<Bulk>({ do: name, port: ports.get(subject) ?? 0, connections: 4, ms: bench.ms }),
        ),
      )
      const rates = each(samples, ({ perSecond }) => perSecond / MIB)
      const busy = each(samples, (sample) => sample.each * GIB)
      return [
        result(`${name}: throughput`, 'MiB/s', rates, { gate: atLeast(0.9) }),
        result(`${name}: processor time`, 'ms/GiB', busy),
      ]
    })
  },
})

const exchanges = (connections: number): Measurement => ({
  name: `exchanges_${connections}`,
  run: (bench: Bench) =>
    relaying(bench, bench.ports.echo, async (subjects, ports) => {
      const samples = await interleave(subjects, bench.shortPairs, (subject) =>
        withProcessor(
          subject,
          bench.load<Exchanges>({ do: 'pingPong', port: ports.get(subject) ?? 0, connections, ms: bench.ms }),
        ),
      )
      const title = `64 B exchanges on ${connections} connection${connections === 1 ? '' : 's'}`
      const figure = (pick: (sample: Exchanges & { readonly each: number }) => number): Record<string, number[]> =>
        each(samples, pick)
      const rates = figure(({ perSecond }) => perSecond)
      const medians = figure(({ medianMs }) => medianMs)
      return [
        result(`${title}: rate`, '1/s', rates, { gate: atLeast(0.9) }),
        result(`${title}: median round trip`, 'ms', medians, { gate: atMost(1.15) }),
        result(
          `${title}: p99 round trip`,
          'ms',
          figure(({ p99Ms }) => p99Ms),
        ),
        result(
          `${title}: processor time`,
          'us each',
          figure((sample) => sample.each * 1000),
        ),
      ]
    }),
})

const setUp: Measurement = {
  name: 'set_up',
  run: (bench) =>
    relaying(bench, bench.ports.echo, async (subjects, ports) => {
      const connections = bench.ms * 2
      const samples = await interleave(subjects, bench.shortPairs, (subject) =>
        bench.load<number>({ do: 'setUp', port: ports.get(subject) ?? 0, connections }),
      )
      return [result('connections set up, used once and closed', '1/s', samples)]
    }),
}

export const RELAYING: readonly Measurement[] = [
  bulk('download'),
  bulk('upload'),
  ...[1, 32, 256].map(exchanges),
  setUp,
]
