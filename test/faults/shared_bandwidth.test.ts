import { expect, test } from 'vitest'
import type { Effect, Effects } from '../../src/contract/effects.ts'
import type { AnyStreamKind, StreamContext } from '../../src/contract/kind.ts'
import { catalogue } from '../../src/faults/catalogue.ts'
import { useFault } from './use-fault.ts'

const kind = catalogue.require('shared_bandwidth') as AnyStreamKind

/** The kind as two connections of one bucket meet it. */
function useBucket(rate: number): {
  connection: () => (at: number, size: number) => Effects
  context: StreamContext<unknown, unknown>
} {
  const attributes = { rate, share: 'proxy' }
  const context = {
    attributes,
    state: kind.state?.(attributes) as unknown,
    random: { unit: () => 0, between: () => 0, at: () => 0 },
    now: 0,
    offset: 0,
    heldBytes: 0,
    link: { bytesIn: 0, bytesOut: 0, openedAt: 0 },
  }
  const connection = () => (at: number, size: number) =>
    kind.chunk?.({ ...context, now: at }, { bytes: new Uint8Array(size), at }) ?? []
  return { connection, context }
}

const lastSend = (effects: Effects): number =>
  Math.max(...effects.filter((effect): effect is Effect & { do: 'send' } => effect.do === 'send').map(({ at }) => at))

test('two connections pay from one bucket: together they get the rate, not each', () => {
  const { connection } = useBucket(100)
  const [one, other] = [connection(), connection()]
  expect(lastSend(one(1000, 10_000))).toBeCloseTo(1100)
  expect(lastSend(other(1000, 10_000))).toBeCloseTo(1200)
  expect(lastSend(one(1000, 10_000))).toBeCloseTo(1300)
})

test('a small message of one connection waits for what another sent before it', () => {
  const { connection } = useBucket(100)
  const [one, other] = [connection(), connection()]
  one(1000, 65_536)
  expect(lastSend(other(1000, 10))).toBeCloseTo(1655.46)
})

test('by default all connections of a proxy share; otherwise those of a client address', () => {
  expect(kind.share?.({ rate: 1, share: 'proxy' })).toBe('proxy')
  expect(kind.share?.({ rate: 1, share: 'client' })).toBe('client')
})

test('the first connection that sees a new rate takes it on for all, once', () => {
  const { context } = useBucket(100)
  const held = [{ is: 'bytes', bytes: new Uint8Array(10_000), at: 1000 }] as const
  kind.chunk?.({ ...context, now: 1000 }, held[0])
  kind.chunk?.({ ...context, now: 1000 }, held[0])
  const after = { rate: 50, share: 'proxy' }
  const [first, second] = [1, 2].map(() =>
    lastSend(kind.update?.({ ...context, attributes: after, now: 1000 }, context.attributes, held) ?? []),
  )
  expect(first).toBeCloseTo(1200)
  expect(second).toBeCloseTo(1400)
})

test('on a link it paces, holds the writer back and lets go when removed, as bandwidth does', () => {
  const bench = useFault('shared_bandwidth', { rate: 100 })
  bench.send(new Uint8Array(65_536))
  bench.end()
  expect(bench.src.paused).toBe(true)
  bench.advance(100)
  expect(bench.outBy(100)).toBeCloseTo(10_000, -3)
  bench.remove()
  expect(bench.src.paused).toBe(false)
  expect(bench.bytes).toHaveLength(65_536)
  expect(bench.log.at(-1)).toBe('100 end')
})
