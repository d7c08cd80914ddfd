import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FaultlineError } from '../../src/contract/errors.ts'
import { planPreview } from '../../src/experiment/plan-preview.ts'
import { readProfile } from '../../src/experiment/read-profile.ts'
import { proxySpec } from '../support/use-plane.ts'

/** Something of everything that a profile may say about time. */
const WHOLE = {
  name: 'whole',
  parameters: { latency: { default: '20ms' }, times: { default: 2 } },
  targets: { db: { proxy: 'db' }, web: { proxy: 'web' } },
  stages: [
    {
      name: 'wait',
      duration: '1s',
      wait_for: { event: 'decision', kind: 'latency', count: 2, target: 'db', otherwise: 'fail' },
    },
    {
      name: 'block',
      repeat: '${times}',
      parallel: [
        {
          name: 'a',
          stages: [
            {
              name: 'a1',
              duration: 100,
              jitter: 10,
              pulse: { on: 30, off: 30 },
              faults: [{ target: 'db', kind: 'noop' }],
            },
          ],
        },
        {
          name: 'b',
          stages: [
            {
              name: 'b1',
              duration: '2s',
              faults: [
                {
                  target: 'web',
                  kind: 'latency',
                  toxicity: { ramp: { from: 0, to: 1, shape: 'sine', period: '500ms' } },
                  attributes: { latency: { ramp: { from: '${latency}', to: '1s', shape: 'exponential' } }, jitter: 5 },
                },
              ],
            },
          ],
        },
      ],
    },
  ],
}

type Path = readonly (string | number)[]

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const inner = Object.entries(value).flatMap(([key, one]) =>
    pathsOf(one, [...path, Array.isArray(value) ? Number(key) : key]),
  )
  return [path, ...inner]
}

function put(value: unknown, [key, ...rest]: Path, to: unknown): unknown {
  if (key === undefined) return to
  if (Array.isArray(value)) return value.map((one: unknown, i) => (i === key ? put(one, rest, to) : one))
  const object = value as Readonly<Record<string, unknown>>
  return { ...object, [key]: put(object[key], rest, to) }
}

const proxies = ['db', 'web'].map((name) => proxySpec('127.0.0.1:9', { name }))

test('whatever is wrong in whatever place of a profile is told as a mistake, and what is taken can be previewed', () => {
  const strange = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>(
      Number.NaN,
      Infinity,
      -1,
      1e308,
      0.1,
      '',
      '${latency}',
      '${x}',
      '1h',
      '0ms',
      [null],
      [{}],
      { ramp: {} },
    ),
    fc
      .constantFrom(...pathsOf(WHOLE))
      .map((path) => path.reduce((value: unknown, key) => (value as Record<string, unknown>)[key], WHOLE)),
  )
  const changes = fc.array(fc.tuple(fc.constantFrom(...pathsOf(WHOLE)), strange), { minLength: 1, maxLength: 3 })
  let taken = 0
  fc.assert(
    fc.property(changes, (list) => {
      let profile: unknown = WHOLE
      for (const [path, to] of list) {
        // A change may have taken away what the next one is about.
        try {
          profile = put(profile, path, to)
        } catch {
          continue
        }
      }
      try {
        const view = planPreview(readProfile(profile), { proxies, seed: 's' }, {}, 200)
        expect(view.rows.length).toBeGreaterThan(0)
        for (const [i, row] of view.rows.entries())
          expect(row.at_ms).toBeGreaterThanOrEqual(view.rows[i - 1]?.at_ms ?? 0)
        taken++
      } catch (error) {
        if (!(error instanceof FaultlineError)) throw error
        expect(error.message).not.toContain('undefined')
      }
    }),
    { numRuns: 2000 },
  )
  expect(taken, 'some are sound all the same').toBeGreaterThan(20)
})
