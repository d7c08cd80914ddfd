import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Measurement } from '../bench.ts'
import { atMost, result } from '../result.ts'
import { median, percentile } from '../statistics.ts'
import { startFaultline } from '../subjects.ts'

/** Reads and changes; each is asked again as soon as it was answered. */
const CALLS: readonly (readonly [method: string, path: string, body?: unknown])[] = [
  ['GET', '/v1/proxies'],
  ['PUT', '/v1/proxies/busy', { upstream: '127.0.0.1:9', faults: [{ kind: 'latency', attributes: { latency: 5 } }] }],
  ['PATCH', '/v1/proxies/busy/faults/latency_downstream', { attributes: { latency: 7 } }],
  ['GET', '/v1/host_faults'],
  ['DELETE', '/v1/proxies/busy'],
]

/** While every core is asked for, the daemon must still be heard: no quota holds the workers back here. */
const busy: Measurement = {
  name: 'busy_host',
  async run(bench) {
    const dataDir = mkdtempSync(join(tmpdir(), 'faultline-bench-'))
    const cores = availableParallelism()
    const flags = ['--data-dir', dataDir, '--host-faults-enabled', `--host-faults-allow-cpu-workers=${cores}`]
    const faultline = await startFaultline(flags)
    const times: number[] = []
    let achieved = 0
    try {
      const call = async (method: string, path: string, body?: unknown): Promise<string> => {
        const { status, ms, text } = await faultline.call(method, path, body)
        if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`)
        times.push(ms)
        return text
      }
      const begun = JSON.parse(
        await call('POST', '/v1/host_faults', { kind: 'cpu', attributes: { load: 100 }, duration: '120s' }),
      ) as { id: string }
      // Starting workers is no control call like others.
      times.length = 0
      for (let round = 0; round < bench.pairs * 100; round++) for (const one of CALLS) await call(...one)
      const ended = JSON.parse(await call('DELETE', `/v1/host_faults/${begun.id}`)) as { effect: { achieved: number } }
      times.pop()
      achieved = ended.effect.achieved
    } finally {
      await faultline.stop()
      rmSync(dataDir, { recursive: true, force: true })
    }
    const title = `control call while all ${cores} cores are asked for`
    const note = `${times.length} calls; the workers were given ${achieved.toFixed(2)} of ${cores} cores`
    return [
      result(`${title}: p50`, 'ms', { faultline: [median(times)] }),
      result(`${title}: p99`, 'ms', { faultline: [percentile(times, 0.99)] }, { gate: atMost(100, 'value'), note }),
    ]
  },
}

export const HOST: readonly Measurement[] = [busy]
