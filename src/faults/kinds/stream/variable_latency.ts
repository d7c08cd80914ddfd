import { choice, closed, list, ms, number } from '../../../contract/attributes.ts'
import { streamFault } from '../../../contract/kind.ts'
import type { Random } from '../../../contract/kind.ts'
import { releaseNow } from '../../release.ts'
import { lognormal, normal } from '../../spread.ts'

type Point = Readonly<{ p: number; ms: number }>

interface Attributes {
  readonly distribution: 'normal' | 'lognormal' | 'pareto' | 'table'
  readonly mean: number
  readonly deviation: number
  readonly minimum: number
  readonly maximum: number
  readonly shape: number
  readonly table: readonly Point[]
}

/** The delay at percentile `p`: straight lines between the points, level before the first and after the last. */
function lookUp(table: readonly Point[], p: number): number {
  let before: Point | undefined
  for (const point of table) {
    if (p <= point.p) {
      if (before === undefined) return point.ms
      return before.ms + ((p - before.p) / (point.p - before.p)) * (point.ms - before.ms)
    }
    before = point
  }
  return before?.ms ?? 0
}

function draw({ distribution, mean, deviation, minimum, shape, table }: Attributes, random: Random): number {
  switch (distribution) {
    case 'normal':
      return mean + deviation * normal(random)
    case 'lognormal':
      return lognormal(mean, deviation, random)
    case 'pareto':
      return minimum * (1 - random.unit('tail')) ** (-1 / shape)
    case 'table':
      return lookUp(table, random.unit('percentile') * 100)
  }
}

export default streamFault<Attributes>({
  kind: 'variable_latency',
  summary: 'Delay every chunk by a time drawn from a distribution.',
  notes: [
    '| distribution | reads | delay |',
    '|---|---|---|',
    '| `normal` | `mean`, `deviation` | bell curve round the mean |',
    '| `lognormal` | `mean`, `deviation` (both of the delay itself) | most are short, some much longer: what round trips over the internet look like |',
    '| `pareto` | `minimum`, `shape` | `minimum / u^(1/shape)`: a heavy tail; the smaller the shape, the heavier |',
    '| `table` | `table` | percentiles as you measured them, straight lines between them |',
    '',
    'Every delay is kept between `minimum` and `maximum`. The order of bytes is kept: a chunk with a short delay waits for the one before it.',
  ].join('\n'),
  bytes: 'kept',
  cutIndependent: true,
  fidelity: 'exact',
  attributes: closed({
    distribution: choice('Shape of the delays.', ['normal', 'lognormal', 'pareto', 'table'], { default: 'normal' }),
    mean: ms('Mean delay (normal, lognormal).', { default: 100 }),
    deviation: ms('Standard deviation (normal, lognormal).', { default: 25 }),
    minimum: ms('No delay is shorter; where the tail of pareto begins.', { default: 0 }),
    maximum: ms('No delay is longer.', { default: 60_000 }),
    shape: number('Exponent of the tail (pareto).', { min: 0.1, max: 100, default: 3 }),
    table: list(
      'Percentiles and their delays, rising (table).',
      closed({
        p: number('Percentile.', { min: 0, max: 100 }),
        ms: ms('Delay at that percentile.'),
      }),
      { max: 100, default: [] as readonly Point[] },
    ),
  }),
  examples: [
    { title: 'A busy database', attributes: { distribution: 'lognormal', mean: '80ms', deviation: '60ms' } },
    { title: 'A heavy tail', attributes: { distribution: 'pareto', minimum: 20, shape: 1.5, maximum: '5s' } },
    {
      title: 'As it was measured',
      attributes: {
        distribution: 'table',
        table: [
          { p: 0, ms: 5 },
          { p: 50, ms: 20 },
          { p: 95, ms: 150 },
          { p: 99.9, ms: '2s' },
        ],
      },
    },
  ],
  check({ distribution, minimum, maximum, table }) {
    if (minimum > maximum) return `minimum is ${minimum} ms, above the maximum of ${maximum} ms`
    if (distribution === 'pareto' && minimum === 0) return 'pareto needs a minimum above 0: its tail begins there'
    if (distribution !== 'table') return undefined
    if (table.length === 0) return 'distribution table needs at least one entry in table, such as {"p": 50, "ms": 20}'
    const wrong = table.findIndex((point, i) => {
      const before = table[i - 1]
      return before !== undefined && (point.p <= before.p || point.ms < before.ms)
    })
    return wrong < 0 ? undefined : `table/${wrong} does not rise: p must be above the entry before, and ms not below it`
  },
  chunk({ attributes, random }, { bytes, at }) {
    const delay = Math.min(attributes.maximum, Math.max(attributes.minimum, draw(attributes, random)))
    return [{ do: 'send', bytes, at: at + delay }]
  },
  onMove: 'keep',
  update: ({ now }, _before, held) => releaseNow(held, now),
})
