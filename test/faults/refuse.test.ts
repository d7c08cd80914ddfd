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
    'toxicity 0.5 cannot be carried out; use 0 or 1, or mode reset',
  )
  expect(resolveFault({ kind: 'refuse', toxicity: 0.5, attributes: { mode: 'reset' } }, options).toxicity).toBe(0.5)
  const fault = resolveFault({ kind: 'refuse', toxicity: 0 }, options)
  expect(() => patchFault(fault, { toxicity: 0.5 }, {})).toThrow('use 0 or 1, or mode reset')
})
