import { expect, test } from 'vitest'
import type { AnyConnectionKind } from '../../src/contract/kind.ts'
import { catalogue } from '../../src/faults/catalogue.ts'
import { resolveFault } from '../../src/faults/resolve.ts'

const kind = catalogue.require('connect_stall') as AnyConnectionKind

test('the listener stalls, and what slipped through waits for as long', () => {
  expect(kind.listener?.({})).toBe('stalled')
  expect(kind.accept?.({} as never)).toEqual({ do: 'wait', until: Infinity })
})

test('where it cannot work it is refused, and the platforms are named where it can', () => {
  expect(resolveFault({ kind: 'connect_stall' }, { owner: 'api', platform: 'linux' }).kind).toBe('connect_stall')
  expect(() => resolveFault({ kind: 'connect_stall' }, { owner: 'api', platform: 'darwin' })).toThrow(
    'it does not work on darwin, only on linux',
  )
  expect(() => resolveFault({ kind: 'connect_stall', toxicity: 0.5 }, { owner: 'api', platform: 'linux' })).toThrow(
    'use 0 or 1',
  )
})
