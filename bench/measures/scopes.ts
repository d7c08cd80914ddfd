import type { Measurement } from '../bench.ts'
import { atMost, result } from '../result.ts'
import { percentile } from '../statistics.ts'
import type { Faultline } from '../subjects.ts'
import { startFaultline } from '../subjects.ts'

const ALIVE = 200
const ROUNDS = 100

interface Timed {
  readonly ms: number
  readonly text: string
}

async function call(faultline: Faultline, method: string, path: string, body?: unknown): Promise<Timed> {
  const { status, ms, text } = await faultline.call(method, path, body)
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`)
  return { ms, text }
}

/** A scope with one proxy and a fault on it. @returns its path, and how long the two calls took */
async function open(faultline: Faultline): Promise<{ at: string; ms: number }> {
  const made = await call(faultline, 'POST', '/v1/scopes', { ttl: '10m' })
  const at = `/v1/scopes/${(JSON.parse(made.text) as { id: string }).id}`
  const faults = [{ kind: 'latency', attributes: { latency: 5 } }]
  const proxy = await call(faultline, 'PUT', `${at}/proxies/db`, { upstream: '127.0.0.1:9', faults })
  return { at, ms: made.ms + proxy.ms }
}

const scopes: Measurement = {
  name: 'scopes',
  async run(bench) {
    const opening: number[] = []
    const ending: number[] = []
    const calls: number[] = []
    const faultline = await startFaultline()
    try {
      for (let n = 0; n < ALIVE; n++) await open(faultline)
      // In turn with a call that does nothing, so that what the machine does to all calls is seen beside it.
      for (let n = 0; n < bench.pairs * ROUNDS; n++) {
        calls.push((await call(faultline, 'GET', '/version')).ms)
        const { at, ms } = await open(faultline)
        opening.push(ms)
        ending.push((await call(faultline, 'DELETE', at)).ms)
      }
    } finally {
      await faultline.stop()
    }
    const bare = `a call that does nothing took ${percentile(calls, 0.99).toFixed(2)} ms at p99 in between`
    const title = (what: string): string => `${what} with ${ALIVE} alive: p99`
    return [
      result(
        title('opening a scope with a proxy'),
        'ms',
        { faultline: [percentile(opening, 0.99)] },
        {
          gate: atMost(10, 'value'),
          note: bare,
        },
      ),
      result(title('ending it'), 'ms', { faultline: [percentile(ending, 0.99)] }, { gate: atMost(10, 'value') }),
    ]
  },
}

export const SCOPES: readonly Measurement[] = [scopes]
