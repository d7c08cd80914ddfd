import { describe, expect, test } from 'vitest'
import type { Kind } from '../../src/contract/kind.ts'
import type { FaultSpec, Trigger } from '../../src/contract/model.ts'
import maxAge from '../../src/faults/kinds/connection/max_age.ts'
import hang from '../../src/faults/kinds/exchange/hang.ts'
import noop from '../../src/faults/kinds/stream/noop.ts'
import { AttachedFault } from '../../src/plane/embedded/attached-fault.ts'
import type { Unit } from '../../src/plane/embedded/decision.ts'
import { shareOut } from '../../src/plane/embedded/share-out.ts'
import { LEAST_LIKELY, binomialTail } from '../support/binomial.ts'
import { faultSpec } from '../support/use-plane.ts'

/** All chance here follows from it, so that what passes once passes always. */
const SEED = 'chance-7'
const N = 20_000
const sink = { emit(): void {} }

const LAYERS: readonly (readonly [string, Kind])[] = [
  ['connection', maxAge],
  ['stream', noop],
  ['exchange', hang],
]

const attached = (kind: Kind, name: string, more: Partial<FaultSpec> = {}, seed = SEED): AttachedFault =>
  new AttachedFault(faultSpec(kind.kind, {}, { name, ...more }), kind, 'p', seed, sink, 0)

function unit(kind: Kind, ordinal: number, key = ''): Unit {
  const at = { id: `u${ordinal}`, ordinal, client: '127.0.0.1', openedAt: 1 }
  if (kind.layer !== 'exchange') return at
  const headers = [['x-key', key]] as const
  return { ...at, request: { method: 'GET', target: '/', path: '/', query: undefined, version: '1.1', headers } }
}

const acts = (fault: AttachedFault, at: Unit): boolean => {
  const decision = fault.decide(at)
  return decision.eligible && fault.apply(at, decision)
}

function expectChance(successes: number, n: number, p: number): void {
  const chance = binomialTail(n, p, successes)
  expect(chance, `${successes} of ${n} at ${p}, seed ${SEED}`).toBeGreaterThan(LEAST_LIKELY)
}

test('the yardstick is exact', () => {
  expect(binomialTail(10, 0.5, 0)).toBeCloseTo(1 / 1024, 12)
  expect(binomialTail(10, 0.5, 5)).toBeCloseTo((1 + 252 / 1024) / 2, 12)
  expect(binomialTail(3, 0.1, 3)).toBeCloseTo(0.001, 12)
  const six = Math.round(N * 0.5 + 6 * Math.sqrt(N * 0.25))
  expect(binomialTail(N, 0.5, six)).toBeLessThan(2 * LEAST_LIKELY)
  expect(binomialTail(N, 0.5, N / 2 + 200)).toBeGreaterThan(LEAST_LIKELY)
})

describe.each(LAYERS)(`seed ${SEED}: on the %s layer`, (_layer, kind) => {
  test.each([0.001, 0.02, 0.1, 0.5, 0.9, 0.999])('a toxicity of %s is the share of the units that it acts on', (p) => {
    const fault = attached(kind, 'f', { toxicity: p })
    for (let n = 1; n <= N; n++) acts(fault, unit(kind, n))
    expectChance(fault.applied, N, p)
    expect(fault.skipped.toxicity).toBe(N - fault.applied)
  })

  test('what became of the unit before says nothing about the next', () => {
    const fault = attached(kind, 'f', { toxicity: 0.3 })
    const acted = Array.from({ length: N + 1 }, (_, i) => acts(fault, unit(kind, i + 1)))
    expectChance(acted.slice(1).filter((one, i) => one && acted[i] === true).length, N, 0.09)
  })

  test('another seed draws anew', () => {
    let first = 0
    let same = 0
    for (let n = 1; n <= 5000; n++) {
      const [one, other] = [`${SEED}-${n}`, `${SEED}-${n + 1}`].map((seed) =>
        acts(attached(kind, 'f', { toxicity: 0.2 }, seed), unit(kind, 1)),
      )
      if (one === true) first++
      if (one === true && other === true) same++
    }
    expectChance(first, 5000, 0.2)
    expectChance(same, 5000, 0.04)
  })

  test('of two in a sequence both act, one of them, or none, as if each were alone', () => {
    const [first, second] = [attached(kind, 'first', { toxicity: 0.5 }), attached(kind, 'second', { toxicity: 0.2 })]
    const cells = { both: 0, first: 0, second: 0, none: 0 }
    for (let n = 1; n <= N; n++) {
      const [one, two] = [acts(first, unit(kind, n)), acts(second, unit(kind, n))]
      cells[one ? (two ? 'both' : 'first') : two ? 'second' : 'none']++
    }
    expectChance(cells.both, N, 0.1)
    expectChance(cells.first, N, 0.4)
    expectChance(cells.second, N, 0.1)
    expectChance(cells.none, N, 0.4)
  })

  test('each of one_of acts as often as its weight says, two never, and the rest of the units are left alone', () => {
    const weights = [0.05, 0.25, 0.4]
    const faults = weights.map((weight, i) => attached(kind, `f${i}`, { oneOf: { group: 'g', weight } }))
    shareOut(faults)
    let [none, most] = [0, 0]
    for (let n = 1; n <= N; n++) {
      const count = faults.filter((fault) => acts(fault, unit(kind, n))).length
      most = Math.max(most, count)
      if (count === 0) none++
    }
    expect(most).toBe(1)
    for (const [i, weight] of weights.entries()) expectChance(faults[i]?.applied ?? 0, N, weight)
    expectChance(none, N, 1 - 0.7)
  })

  test('two groups of one_of know nothing of each other', () => {
    const faults = ['g', 'h'].map((group) => attached(kind, group, { oneOf: { group, weight: 0.4 } }))
    shareOut(faults)
    let both = 0
    for (let n = 1; n <= N; n++) if (faults.filter((fault) => acts(fault, unit(kind, n))).length === 2) both++
    expectChance(both, N, 0.16)
  })

  test.each<[string, Trigger, number]>([
    ['first', { first: 5000 }, 5000],
    ['every', { every: 4 }, N / 4],
    ['after', { after: 12_000 }, 8000],
    ['after.count', { after: { count: 12_000 } }, 8000],
    ['first and after', { first: 15_000, after: 5000 }, 10_000],
    ['nth', { nth: 7 }, 1],
  ])('the draw is for those alone that the trigger %s lets through', (_name, trigger, through) => {
    const fault = attached(kind, 'f', { toxicity: 0.3, trigger })
    for (let n = 1; n <= N; n++) acts(fault, unit(kind, n))
    expect(fault.skipped.trigger).toBe(N - through)
    expectChance(fault.applied, through, 0.3)
  })

  test('times counts those that it acted on: the draw goes on until so many have', () => {
    const fault = attached(kind, 'f', { toxicity: 0.1, trigger: { times: 1000 } })
    let last = 0
    for (let n = 1; n <= N; n++) if (acts(fault, unit(kind, n))) last = n
    expect(fault.applied).toBe(1000)
    // Of the units up to the last one it acted on a thousand were drawn.
    expectChance(1000, last, 0.1)
  })
})

describe(`seed ${SEED}: draws that follow a key`, () => {
  const keyed = (seed = SEED): AttachedFault => attached(hang, 'f', { toxicity: 0.25, key: { header: 'X-Key' } }, seed)

  test('are those of its value, and independent from value to value and from time to time', () => {
    const fault = keyed()
    const byRound = [0, 0]
    let both = 0
    const before = new Map<string, boolean>()
    for (const [round] of byRound.entries()) {
      for (let n = 1; n <= N; n++) {
        const acted = acts(fault, unit(hang, round * N + n, `key-${n}`))
        if (acted) byRound[round] = (byRound[round] ?? 0) + 1
        if (acted && before.get(`key-${n}`) === true) both++
        before.set(`key-${n}`, acted)
      }
    }
    for (const count of byRound) expectChance(count, N, 0.25)
    expectChance(both, N, 0.0625)
  })

  test('do not depend on the order in which values come', () => {
    const of = (order: readonly number[]): Map<number, boolean> => {
      const fault = keyed()
      return new Map(order.map((value, i) => [value, acts(fault, unit(hang, i + 1, String(value)))]))
    }
    const there = Array.from({ length: 1000 }, (_, i) => i)
    const [one, other] = [of(there), of(there.toReversed())]
    for (const value of there) expect(other.get(value)).toBe(one.get(value))
  })

  test('and counts by key are of each value by itself', () => {
    const fault = attached(hang, 'f', {
      toxicity: 0.25,
      key: { header: 'x-key' },
      trigger: { first: 2, per: 'key' },
    })
    for (let n = 1; n <= N; n++) acts(fault, unit(hang, n, `key-${n % 1000}`))
    expect(fault.skipped.trigger).toBe(N - 2000)
    expectChance(fault.applied, 2000, 0.25)
  })
})
