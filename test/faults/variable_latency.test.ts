import { expect, test } from 'vitest'
import { resolveFault } from '../../src/faults/resolve.ts'
import { useFault } from './use-fault.ts'

/** Delays of a thousand chunks that do not wait for each other. */
function delays(attributes: Readonly<Record<string, unknown>>, count = 1000): number[] {
  const bench = useFault('variable_latency', attributes)
  for (let i = 0; i < count; i++) {
    bench.send('x')
    bench.advance(100_000)
  }
  return bench.out.map(({ at }, i) => at - i * 100_000).sort((a, b) => a - b)
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const deviation = (values: readonly number[]): number =>
  Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)))
const percentile = (sorted: readonly number[], p: number): number =>
  sorted[Math.floor((p / 100) * (sorted.length - 1))] ?? Number.NaN

test('normal: mean and deviation are as asked', () => {
  const found = delays({ distribution: 'normal', mean: 200, deviation: 20 })
  expect(Math.abs(mean(found) - 200)).toBeLessThan(3)
  expect(Math.abs(deviation(found) - 20)).toBeLessThan(2)
})

test('lognormal: mean and deviation are of the delay, and the tail is on the slow side', () => {
  const found = delays({ distribution: 'lognormal', mean: 100, deviation: 80 }, 4000)
  expect(Math.abs(mean(found) - 100)).toBeLessThan(6)
  expect(Math.abs(deviation(found) - 80)).toBeLessThan(12)
  expect(percentile(found, 50)).toBeLessThan(85)
})

test('pareto: nothing below the minimum, and the median where the formula puts it', () => {
  const found = delays({ distribution: 'pareto', minimum: 20, shape: 2 })
  expect(found[0]).toBeGreaterThanOrEqual(20)
  expect(Math.abs(percentile(found, 50) - 20 * Math.SQRT2)).toBeLessThan(2)
})

test('table: straight lines between the percentiles, level outside', () => {
  const found = delays({
    distribution: 'table',
    table: [
      { p: 10, ms: 5 },
      { p: 50, ms: 20 },
      { p: 90, ms: 100 },
    ],
  })
  expect(found[0]).toBe(5)
  expect(Math.abs(percentile(found, 30) - 12.5)).toBeLessThan(2)
  expect(Math.abs(percentile(found, 50) - 20)).toBeLessThan(4)
  expect(found.at(-1)).toBe(100)
})

test('every delay stays between minimum and maximum', () => {
  const found = delays({ distribution: 'normal', mean: 100, deviation: 500, minimum: 50, maximum: 150 }, 200)
  expect(found[0]).toBe(50)
  expect(found.at(-1)).toBe(150)
})

test('deviation 0 is a fixed delay', () => {
  expect(new Set(delays({ distribution: 'lognormal', mean: 100, deviation: 0 }, 20).map(Math.round))).toEqual(
    new Set([100]),
  )
})

test.each([
  [{ distribution: 'table' }, 'needs at least one entry in table'],
  [{ distribution: 'pareto' }, 'needs a minimum above 0'],
  [{ minimum: 200, maximum: 100 }, 'minimum is 200 ms, above the maximum of 100 ms'],
  [
    {
      distribution: 'table',
      table: [
        { p: 50, ms: 1 },
        { p: 50, ms: 2 },
      ],
    },
    'table/1 does not rise',
  ],
  [
    {
      distribution: 'table',
      table: [
        { p: 50, ms: 2 },
        { p: 60, ms: 1 },
      ],
    },
    'table/1 does not rise',
  ],
  [{ distribution: 'table', table: [{ p: 101, ms: 2 }] }, 'p is 101, but must be a number from 0 to 100'],
  [{ distribution: 'table', table: [{ ms: 2 }] }, 'p is missing; it must be a number from 0 to 100'],
])('%j is refused with the reason', (attributes, reason) => {
  expect(() => resolveFault({ kind: 'variable_latency', attributes }, { owner: 'api' })).toThrow(reason)
})

test('a table takes durations with units', () => {
  const { attributes } = resolveFault(
    { kind: 'variable_latency', attributes: { distribution: 'table', table: [{ p: 99, ms: '1.5s' }] } },
    { owner: 'api' },
  )
  expect(attributes['table']).toEqual([{ p: 99, ms: 1500 }])
})
