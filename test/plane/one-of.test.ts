import { expect, test } from 'vitest'
import noop from '../../src/faults/kinds/stream/noop.ts'
import { AttachedFault } from '../../src/plane/embedded/attached-fault.ts'
import { shareOut } from '../../src/plane/embedded/share-out.ts'
import { faultSpec } from '../support/use-plane.ts'

const sink = { emit(): void {} }

function useGroup(weights: readonly number[], seed = 'one'): AttachedFault[] {
  const faults = weights.map((weight, i) => {
    const spec = faultSpec('noop', {}, { name: `f${i}`, oneOf: { group: 'g', weight } })
    return new AttachedFault(spec, noop, 'p', seed, sink, 0)
  })
  shareOut(faults)
  return faults
}

function act(faults: readonly AttachedFault[], ordinal: number): string[] {
  const unit = { id: `c${ordinal}`, ordinal, client: '127.0.0.1', openedAt: 1 }
  return faults.flatMap((fault) => (fault.apply(unit, fault.decide(unit)) ? [fault.spec.name] : []))
}

test('of a group at most one acts on a connection', () => {
  const faults = useGroup([0.3, 0.3, 0.4])
  for (let n = 1; n <= 2000; n++) expect(act(faults, n).length).toBeLessThanOrEqual(1)
})

test('weights that sum to 1 leave no connection alone', () => {
  const faults = useGroup([0.25, 0.75])
  for (let n = 1; n <= 2000; n++) expect(act(faults, n)).toHaveLength(1)
})

test('each fault of a group acts as often as its weight says, within five standard deviations', () => {
  const n = 20_000
  const weights = [0.1, 0.25, 0.5]
  const faults = useGroup(weights)
  for (let i = 1; i <= n; i++) act(faults, i)
  for (const [i, weight] of weights.entries()) {
    const deviation = Math.sqrt(n * weight * (1 - weight))
    expect(Math.abs((faults[i]?.applied ?? 0) - n * weight)).toBeLessThan(5 * deviation)
  }
})

test('the same seed chooses the same fault for the same connection', () => {
  const [a, b] = [useGroup([0.5, 0.5], 's'), useGroup([0.5, 0.5], 's')]
  for (let n = 1; n <= 200; n++) expect(act(a, n)).toEqual(act(b, n))
})
