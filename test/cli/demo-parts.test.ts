import { expect, test } from 'vitest'
import type { KindView } from '../../src/contract/api.ts'
import type { ProxyView } from '../../src/contract/wire.ts'
import { faultTexts } from '../../src/cli/demo/fault-text.ts'
import { EDGE_MS, stageStats } from '../../src/cli/demo/stage-stats.ts'

const sample = (
  startedAt: number,
  ms: number,
  outcome = 'ok',
): { startedAt: number; endedAt: number; outcome: string } => ({
  startedAt,
  endedAt: startedAt + ms,
  outcome,
})

test('a stage is told by the requests that lie within it, not by those that saw its edge', () => {
  const window = { from: 1000, to: 2000 }
  const inside = Array.from({ length: 100 }, (_, i) => sample(1000 + EDGE_MS + i, i + 1))
  const outside = [sample(900, 500), sample(1000, 700), sample(1990, 5, 'refused'), sample(1900, 200, 'reset')]
  expect(stageStats([...outside, ...inside], window)).toEqual({
    requests: 100,
    failed: 0,
    failures: {},
    p50: 50,
    p99: 99,
  })
})

test('failures are counted by how they failed, and have no part in the times', () => {
  const window = { from: 0, to: 1000 }
  const samples = [sample(100, 10), sample(100, 500, 'timed out'), sample(100, 1, 'reset'), sample(100, 1, 'reset')]
  expect(stageStats(samples, window)).toEqual({
    requests: 4,
    failed: 3,
    failures: { 'timed out': 1, reset: 2 },
    p50: 10,
    p99: 10,
  })
  expect(stageStats([], window)).toEqual({ requests: 0, failed: 0, failures: {}, p50: undefined, p99: undefined })
})

test('the same fault on two proxies is one line, without what is at its default', () => {
  const fault = {
    kind: 'latency',
    stream: 'upstream',
    attributes: { latency: 120, jitter: 0 },
    toxicity: 0.4,
    owner: 'run:run_1',
  }
  const proxies = [
    { name: 'web', faults: [fault, { ...fault, owner: 'api' }] },
    { name: 'echo', faults: [fault] },
  ] as unknown as ProxyView[]
  const properties = { latency: { default: 0, 'x-unit': 'ms' }, jitter: { default: 0, 'x-unit': 'ms' } }
  const kinds = new Map([['latency', { attributes: { properties } } as unknown as KindView]])
  expect(faultTexts(proxies, 'run:run_1', kinds)).toEqual([
    'latency latency=120ms, upstream, 40 % of connections on web and echo',
  ])
})
