import type { Bench, Measurement } from '../bench.ts'
import { each, interleave } from '../bench.ts'
import { keepApart } from '../child.ts'
import { ENTRY } from '../processes/messages.ts'
import { startFaultlineHttp, startHttpPeer, startNginx } from '../http-subjects.ts'
import type { FaultBody } from '../http-subjects.ts'
import type { Requests } from '../processes/load-requests.ts'
import { withProcessor } from '../processor.ts'
import type { Result, Row } from '../result.ts'
import { atLeast, result } from '../result.ts'
import type { Subject } from '../subjects.ts'
import { startBareRelay, startFaultline, startHaproxy } from '../subjects.ts'

const PLAIN = { do: 'requests', connections: 32 } as const
/** The least that wrk knows. */
const MS = 1000
/** What V8 makes of a program differs by some per cent from one start to the next: all subjects start so many times. */
const STARTS = 3

type Sample = Requests & { readonly each: number }
type Samples = Readonly<Record<string, readonly Sample[]>>

/** What stands in the way of a request; each alone with its match would act on every one. */
const UNMATCHED: readonly FaultBody[] = [
  { kind: 'http_abort', attributes: { status: 503 }, match: { path: '/pay/**', method: ['POST'] } },
  { kind: 'http_delay', attributes: { delay: 100 }, match: { headers: { 'x-tenant': 'acme-*' } } },
  { kind: 'http_reset', attributes: {}, match: { path_regex: '^/orders/[0-9]+$' } },
]
const EDIT: FaultBody = {
  kind: 'http_headers',
  attributes: { set: [{ name: 'cache-control', value: 'no-store' }] },
}
/** Takes every connection into the exchange lane with its first request. */
const ENTERING: readonly FaultBody[] = [{ ...EDIT, match: { path: ENTRY } }]

/** One row of the report, and how it is taken from the samples of all subjects, faultline's first. */
interface Taken extends Row {
  readonly of: (sample: Sample) => number
  readonly subjects: readonly string[]
}

interface Load {
  readonly do: 'requests' | 'requestsBehindEntry' | 'differingRequests'
  readonly connections: number
}

function measurement(
  name: string,
  load: Load,
  start: (upstream: number) => Promise<readonly Subject[]>,
  rows: readonly Taken[],
): Measurement {
  return {
    name,
    needs: ['wrk', 'nginx'],
    rows,
    async run(bench: Bench) {
      const nginx = await startNginx()
      try {
        const samples: Record<string, Sample[]> = {}
        for (let times = 0; times < STARTS; times++) {
          const more = await sampled(bench, load, nginx, await start(nginx.port))
          for (const [subject, values] of Object.entries(more)) (samples[subject] ??= []).push(...values)
        }
        return rows.map((row) => taken(row, samples))
      } finally {
        await nginx.stop()
      }
    },
  }
}

/** Its share of all samples, of subjects that were just started; stops them. */
async function sampled(
  bench: Bench,
  load: Load,
  nginx: { readonly pid: number; readonly port: number },
  subjects: readonly Subject[],
): Promise<Record<string, Sample[]>> {
  try {
    const ports = new Map<string, number>()
    for (const subject of subjects) ports.set(subject.name, await subject.through(nginx.port))
    keepApart(
      subjects.map(({ pid }) => pid),
      [...bench.pids, nginx.pid],
    )
    const sample = (subject: Subject): Promise<Sample> =>
      withProcessor(subject, bench.load<Requests>({ ...load, port: ports.get(subject.name) ?? 0, ms: MS }))
    const samples = await interleave(subjects, Math.ceil(bench.requestPairs / STARTS), sample, bench.requestWarmUp)
    for (const subject of subjects) await subject.check?.()
    return samples
  } finally {
    for (const subject of subjects) await subject.stop()
  }
}

function taken({ measure, unit, gate, of, subjects }: Taken, samples: Samples): Result {
  const present = subjects.filter((name) => samples[name] !== undefined)
  const figures = each(Object.fromEntries(present.map((name) => [name, samples[name] ?? []])), of)
  return result(measure, unit, figures, gate === undefined ? {} : { gate })
}

const perSecond = ({ perSecond: rate }: Sample): number => rate
const medianMs = (sample: Sample): number => sample.medianMs
const processorUs = (sample: Sample): number => sample.each * 1000

const renamed = async (name: string, subject: Promise<Subject>): Promise<Subject> => ({ ...(await subject), name })

/** Without those that are not installed. */
const all = async (...subjects: readonly Promise<Subject | undefined>[]): Promise<Subject[]> =>
  (await Promise.all(subjects)).filter((subject) => subject !== undefined)

const BESIDE = ['faultline', 'faultline tcp', 'bare', 'haproxy']

const wire = measurement(
  'http_wire',
  PLAIN,
  (upstream) =>
    // Beside those that it is held against: a machine that others use is another one two seconds later.
    all(
      renamed('faultline tcp', startFaultline()),
      startFaultlineHttp('wire'),
      startHttpPeer('plain', upstream),
      startBareRelay([upstream]),
      startHaproxy([upstream], 'http'),
    ),
  [
    { measure: 'wire lane: requests', unit: '1/s', gate: atLeast(0.9), of: perSecond, subjects: BESIDE },
    { measure: 'wire lane: processor time', unit: 'us each', of: processorUs, subjects: BESIDE },
    {
      measure: 'wire lane beside http-proxy: requests',
      unit: '1/s',
      gate: atLeast(3),
      of: perSecond,
      subjects: ['faultline', 'http-proxy'],
    },
  ],
)

/** Most clients send the same head again and again, which the wire lane knows; here nothing is ever the same. */
const differing = measurement(
  'http_differing',
  { ...PLAIN, do: 'differingRequests' },
  (upstream) =>
    all(
      startFaultlineHttp('wire'),
      renamed('faultline tcp', startFaultline()),
      startBareRelay([upstream]),
      startHaproxy([upstream], 'http'),
    ),
  [
    { measure: 'wire lane, request heads that all differ: requests', unit: '1/s', of: perSecond, subjects: BESIDE },
    {
      measure: 'wire lane, request heads that all differ: processor time',
      unit: 'us each',
      of: processorUs,
      subjects: BESIDE,
    },
  ],
)

const firstByte = measurement(
  'http_round_trip',
  { ...PLAIN, connections: 1 },
  (upstream) => all(startFaultlineHttp('wire'), startBareRelay([upstream]), startHaproxy([upstream], 'http')),
  [
    {
      measure: 'wire lane, 1 connection: median round trip',
      unit: 'ms',
      of: medianMs,
      subjects: ['faultline', 'bare', 'haproxy'],
    },
  ],
)

const unmatched = measurement(
  'http_unmatched',
  PLAIN,
  (upstream) =>
    all(startFaultlineHttp('wire', UNMATCHED), renamed('faultline tcp', startFaultline()), startBareRelay([upstream])),
  [
    {
      measure: `wire lane, ${UNMATCHED.length} faults that do not match: requests`,
      unit: '1/s',
      gate: atLeast(0.85),
      of: perSecond,
      subjects: ['faultline', 'faultline tcp', 'bare'],
    },
    {
      measure: `wire lane, ${UNMATCHED.length} faults that do not match: processor time`,
      unit: 'us each',
      of: processorUs,
      subjects: ['faultline', 'faultline tcp', 'bare'],
    },
  ],
)

const LANE = ['faultline', 'guarded http-proxy', 'faultline editing each', 'haproxy']

const exchange = measurement(
  'http_exchange',
  { ...PLAIN, do: 'requestsBehindEntry' },
  (upstream) =>
    all(
      startFaultlineHttp('exchange', ENTERING),
      startHttpPeer('guarded', upstream),
      startFaultlineHttp('exchange', [EDIT], 'faultline editing each'),
      startHaproxy([upstream], 'http'),
    ),
  [
    { measure: 'exchange lane: requests', unit: '1/s', gate: atLeast(0.8), of: perSecond, subjects: LANE },
    { measure: 'exchange lane: processor time', unit: 'us each', of: processorUs, subjects: LANE },
  ],
)

export const REQUESTS: readonly Measurement[] = [wire, differing, firstByte, unmatched, exchange]
