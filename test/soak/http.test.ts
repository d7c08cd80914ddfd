import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readdirSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../plane/use-peers.ts'
import { acting, looking, settled, useHttpProxy } from '../plane/http/use-acting.ts'

/** In each lane; a minute or so. */
const REQUESTS = Number(process.env['FAULTLINE_SOAK_REQUESTS'] ?? 100_000)
const AT_ONCE = 50

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const descriptors = (): number => readdirSync('/proc/self/fd').length
const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length

/** Warnings of the process, such as those of leaking listeners, and rejections that nobody handled. */
function useComplaints(): readonly string[] {
  const complaints: string[] = []
  const complain = (reason: unknown): void => void complaints.push(String(reason))
  process.on('warning', complain).on('unhandledRejection', complain)
  onTestFinished(() => void process.off('warning', complain).off('unhandledRejection', complain))
  return complaints
}

/** Callers leave at random points; some requests go through, some are broken by the upstream. */
async function storm(port: number, count: number): Promise<{ whole: number; left: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const counts = { whole: 0, left: 0 }
  let next = 0
  const one = (i: number): Promise<void> =>
    new Promise((resolve) => {
      const method = i % 3 === 0 ? 'POST' : 'GET'
      const req = request({ host: '127.0.0.1', port, path: `/${i}`, method, agent })
      let leaving: NodeJS.Timeout | undefined
      const leave = (): void => void req.destroy()
      req.on('error', () => {})
      req.on('close', () => {
        clearTimeout(leaving)
        resolve()
      })
      req.on('response', (res) => {
        res.on('error', () => {})
        res.on('end', () => counts.whole++)
        if (i % 11 === 0) res.once('data', leave)
        else res.resume()
      })
      if (i % 5 === 0) {
        counts.left++
        leaving = setTimeout(leave, i % 7)
      }
      req.end(method === 'POST' ? Buffer.alloc((i * 37) % 50_000) : undefined)
    })
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < count) await one(next++)
    }),
  )
  agent.destroy()
  return counts
}

describe('callers that leave at random points', () => {
  test.each([
    ['wire', []],
    ['exchange', [looking()]],
    [
      'exchange, while faults act',
      [
        acting(
          { request: ({ askedAt, now }) => (now < askedAt + 3 ? { do: 'wait', until: askedAt + 3 } : { do: 'go' }) },
          { toxicity: 0.3, name: 'late' },
        ),
        acting({ request: () => ({ do: 'answer', status: 503 }) }, { toxicity: 0.1, name: 'no' }),
        acting({ response: () => ({ do: 'cut', how: 'rst' }) }, { toxicity: 0.05, name: 'cut' }),
        acting({ wants: { response: true } }, { toxicity: 0.2, name: 'reads' }),
      ],
    ],
  ] as const)('leave nothing behind in the %s lane', async (_lane, faults) => {
    const upstream = createServer((req, res) => {
      const i = Number(req.url?.slice(1))
      req.resume()
      res.on('error', () => {})
      if (i % 13 === 0) return void req.socket.destroy()
      res.write('x'.repeat((i * 53) % 20_000))
      if (i % 17 === 0) return void setTimeout(() => res.destroy(), 1)
      setTimeout(() => res.end('end'), i % 4)
    })
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      upstream.closeAllConnections()
      upstream.close()
    })
    const complaints = useComplaints()
    const bench = await useHttpProxy(`127.0.0.1:${(upstream.address() as AddressInfo).port}`, faults)
    const connections = (): Promise<number> =>
      new Promise((resolve) => upstream.getConnections((_error, count) => resolve(count)))
    const rest = async (): Promise<{ heap: number; open: number; timing: number }> => {
      await settled(bench)
      const until = performance.now() + 5000
      while ((await connections()) > 0 && performance.now() < until)
        await new Promise((resolve) => setTimeout(resolve, 5))
      expect(await connections()).toBe(0)
      expect(bench.facts.filter(({ type }) => type === 'bug')).toEqual([])
      bench.facts.length = 0
      for (let i = 0; i < 3; i++) {
        collectGarbage()
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      return { heap: process.memoryUsage().heapUsed, open: descriptors(), timing: timers() }
    }
    await storm(bench.port, Math.min(2000, REQUESTS / 4))
    const before = await rest()
    const { whole } = await storm(bench.port, REQUESTS)
    const after = await rest()
    expect(whole).toBeGreaterThan(REQUESTS / 3)
    await eventually(() => descriptors() <= before.open + 2, 'descriptors as before')
    expect(after.timing).toBeLessThanOrEqual(before.timing + 2)
    // Code that got warm and pools: megabytes, whatever the count.
    expect(after.heap - before.heap).toBeLessThan(12 * 2 ** 20)
    expect(complaints).toEqual([])
    console.log(
      `${REQUESTS} requests, ${whole} whole: heap ${before.heap} -> ${after.heap}, descriptors ${before.open} -> ${after.open}`,
    )
  })
})
