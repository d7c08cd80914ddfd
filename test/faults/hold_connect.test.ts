import { expect, test } from 'vitest'
import { useConnectionFault } from './use-connection-fault.ts'

test.each([
  ['accept', []],
  ['dial', ['0 accepted']],
] as const)('held at %s, a connection goes on when it is let go', (at, before) => {
  const bench = useConnectionFault('hold_connect', { at }).accept()
  bench.clock.advance(1e6)
  expect(bench.log).toEqual(before)
  expect(bench.fault.held?.list()).toMatchObject([{ id: 'c1', state: 'held', held_ms: 1e6 }])
  expect(bench.fault.held?.release(1, () => undefined)).toBe(1)
  expect(bench.log.at(-1)).toBe('1000000 dialled')
  expect(bench.fault.held?.release(1, () => undefined)).toBe(0)
})
