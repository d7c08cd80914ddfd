import { writeFileSync } from 'node:fs'
import type { Measurement } from '../bench.ts'
import { Child, ROOT, pause } from '../child.ts'
import { atMost, result } from '../result.ts'
import { percentile } from '../statistics.ts'
import type { Faultline } from '../subjects.ts'
import { startFaultline } from '../subjects.ts'

const STAGE_MS = 20

interface StageStart {
  readonly type: string
  readonly run?: string
  readonly index?: number
  readonly mono: number
}

async function answered<T>(faultline: Faultline, method: string, path: string, body?: unknown): Promise<T> {
  const { status, text } = await faultline.call(method, path, body)
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`)
  return JSON.parse(text) as T
}

/** Every second stage has a fault, so that stages do what they are for. */
const profileOf = (stages: number): object => ({
  name: 'bench',
  targets: { one: { proxy: 'bench1' } },
  stages: Array.from({ length: stages }, (_, i) => ({
    name: `s${i}`,
    duration: STAGE_MS,
    ...(i % 2 === 0 ? {} : { faults: [{ target: 'one', kind: 'latency', attributes: { latency: i } }] }),
  })),
})

/** How late each stage began, by the first one and the plan. */
async function latenessOf(faultline: Faultline, stages: number): Promise<number[]> {
  const { id } = await answered<{ id: string }>(faultline, 'POST', '/v1/runs', { profile: profileOf(stages) })
  await pause(stages * STAGE_MS)
  while ((await answered<{ status: string }>(faultline, 'GET', `/v1/runs/${id}`)).status === 'running') await pause(50)
  const query = `type=stage_started&run=${id}&limit=10000`
  const { events } = await answered<{ events: StageStart[] }>(faultline, 'GET', `/v1/events?${query}`)
  if (events.length !== stages) throw new Error(`${events.length} of ${stages} stages began`)
  const first = events[0]?.mono ?? 0
  return events.slice(1).map(({ mono, index = 0 }) => mono - first - index * STAGE_MS)
}

const accuracy: Measurement = {
  name: 'stage_accuracy',
  async run(bench) {
    const faultline = await startFaultline()
    const stages = Math.max(200, Math.ceil((bench.ms * 5) / STAGE_MS))
    const own: number[] = []
    const timer: number[] = []
    const over: number[] = []
    try {
      await faultline.through(bench.ports.silent)
      for (let round = 0; round < Math.max(3, Math.ceil(bench.pairs / 2)); round++) {
        // In the same run and at the same time: what disturbs one disturbs the other.
        const bare = Child.program('timer-loop', [1, STAGE_MS, stages * STAGE_MS])
        const late = percentile(await latenessOf(faultline, stages), 0.99)
        const theirs = percentile(JSON.parse(await bare.output()) as number[], 0.99)
        own.push(late)
        timer.push(theirs)
        over.push(late - theirs)
      }
    } finally {
      await faultline.stop()
    }
    const title = `${stages} stages of ${STAGE_MS} ms, begun later than planned: p99`
    return [
      result(`${title}, less a bare timer's`, 'ms', { faultline: over }, { gate: atMost(5, 'value') }),
      result(title, 'ms', { faultline: own, 'timer loop': timer }),
    ]
  },
}

const LONG = 10_000
const PROFILE_FILE = `${ROOT}reports/bench-profile.json`

/** A process of its own for each sample, which has compiled nothing before. */
const COMPILE = `
  import { readFileSync } from 'node:fs'
  import { readProfile } from '${ROOT}dist/experiment/read-profile.js'
  import { compile } from '${ROOT}dist/experiment/compile.js'
  const proxy = { name: 'bench1', listen: '127.0.0.1:0', upstream: '127.0.0.1:9', protocol: 'tcp', enabled: true, faults: [], owner: 'api' }
  const profile = JSON.parse(readFileSync('${PROFILE_FILE}', 'utf8'))
  const from = performance.now()
  const plan = compile(readProfile(profile), { run: 'bench', seed: 'bench', proxies: [proxy], targets: {} })
  const ms = performance.now() - from
  if (plan.stages.length !== profile.stages.length) throw new Error('stages are missing')
  process.stdout.write(JSON.stringify(ms))
`

const compile: Measurement = {
  name: 'profile_compile',
  async run(bench) {
    writeFileSync(PROFILE_FILE, JSON.stringify(profileOf(LONG)))
    const compiled: number[] = []
    const previewed: number[] = []
    for (let round = 0; round < Math.max(3, Math.ceil(bench.pairs / 2)); round++) {
      const child = new Child(process.execPath, ['--input-type=module', '--eval', COMPILE])
      compiled.push(JSON.parse(await child.output()) as number)
      const faultline = await startFaultline()
      try {
        await faultline.through(bench.ports.silent)
        const { status, ms, text } = await faultline.call('POST', '/v1/preview?limit=1', { profile: profileOf(LONG) })
        if (status !== 200) throw new Error(`the preview was refused: ${status} ${text}`)
        previewed.push(ms)
      } finally {
        await faultline.stop()
      }
    }
    const title = `a profile of ${LONG} stages`
    return [
      result(`${title}, judged and compiled`, 'ms', { faultline: compiled }, { gate: atMost(1000, 'value') }),
      result(`${title}, previewed over the API of a fresh daemon`, 'ms', { faultline: previewed }),
    ]
  },
}

export const TIMELINE: readonly Measurement[] = [accuracy, compile]
