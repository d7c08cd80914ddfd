import { expect, test } from 'vitest'
import type { AnyConnectionKind } from '../../src/contract/kind.ts'
import { catalogue } from '../../src/faults/catalogue.ts'
import { patchFault, resolveFault } from '../../src/faults/resolve.ts'
import { useConnectionFault } from './use-connection-fault.ts'

const kind = catalogue.require('refuse') as AnyConnectionKind

test('close_listener closes the listener, reset leaves it open and resets what it accepts', () => {
  expect(kind.listener?.({ mode: 'close_listener' })).toBe('refused')
  expect(kind.listener?.({ mode: 'reset' })).toBe('open')
  expect(useConnectionFault('refuse', { mode: 'reset' }).accept().log).toEqual(['0 rst'])
})

test('a closed listener cannot spare single clients: a toxicity in between is refused with the way out', () => {
  const options = { owner: 'api' } as const
  expect(() => resolveFault({ kind: 'refuse', toxicity: 0.5 }, options)).toThrow(
    'toxicity 0.5 cannot be carried out; use 0 or 1, or mode reset or silent',
  )
  expect(resolveFault({ kind: 'refuse', toxicity: 0.5, attributes: { mode: 'reset' } }, options).toxicity).toBe(0.5)
  const fault = resolveFault({ kind: 'refuse', toxicity: 0 }, options)
  expect(() => patchFault(fault, { toxicity: 0.5 }, {})).toThrow('use 0 or 1, or mode reset or silent')
})

test('silent makes connections wait before the upstream is dialled, and resets them when it goes: nothing is done late', () => {
  const bench = useConnectionFault('refuse', { mode: 'silent' }).accept()
  bench.clock.advance(10_000)
  expect(bench.log).toEqual([])
  expect(bench.faults.waitsForOthers).toBe(true)
  bench.remove()
  expect(bench.log).toEqual(['10000 rst'])
})

test('silent that is switched off or resets from now on does so with those that wait, too', () => {
  const bench = useConnectionFault('refuse', { mode: 'silent' }).accept()
  bench.patch({ mode: 'reset' })
  expect(bench.log).toEqual(['0 rst'])
  const other = useConnectionFault('refuse', { mode: 'silent' }).accept()
  other.fault.respec({ ...other.fault.spec, enabled: false })
  other.faults.sync([other.fault])
  expect(other.log).toEqual(['0 rst'])
})
