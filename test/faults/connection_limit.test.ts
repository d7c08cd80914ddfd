import { expect, test } from 'vitest'
import { useConnectionFault } from './use-connection-fault.ts'

test('below the limit a connection is let in, whatever the mode', () => {
  for (const mode of ['reset_new', 'queue', 'reset_oldest']) {
    expect(useConnectionFault('connection_limit', { limit: 3, mode }, { open: 2 }).accept().log).toEqual([
      '0 accepted',
      '0 dialled',
    ])
  }
})

test('reset_new resets one too many', () => {
  expect(useConnectionFault('connection_limit', { limit: 3 }, { open: 3 }).accept().log).toEqual(['0 rst'])
})

test('reset_oldest makes room for the new one', () => {
  const bench = useConnectionFault('connection_limit', { limit: 3, mode: 'reset_oldest' }, { open: 3 })
  expect(bench.accept().log).toEqual(['0 evicted the oldest', '0 accepted', '0 dialled'])
})

test('limit 0 lets nobody in, and evicts nobody in vain', () => {
  expect(useConnectionFault('connection_limit', { limit: 0, mode: 'reset_oldest' }).accept().log).toEqual(['0 rst'])
  expect(useConnectionFault('connection_limit', { limit: 0, mode: 'reset_new' }).accept().log).toEqual(['0 rst'])
  expect(useConnectionFault('connection_limit', { limit: 0, mode: 'queue' }).accept().log).toEqual([])
})

test('queue makes one too many wait until another is gone', () => {
  const bench = useConnectionFault('connection_limit', { limit: 1, mode: 'queue' }, { open: 1 }).accept()
  bench.clock.advance(60_000)
  expect(bench.log).toEqual([])
  expect(bench.faults.waitsForOthers).toBe(true)
  bench.view.open = 0
  bench.faults.again()
  expect(bench.log).toEqual(['60000 accepted', '60000 dialled'])
})

test('a raised limit or the removal of the fault lets in what waits', () => {
  const raised = useConnectionFault('connection_limit', { limit: 1, mode: 'queue' }, { open: 1 }).accept()
  raised.patch({ limit: 2 })
  expect(raised.log).toEqual(['0 accepted', '0 dialled'])

  const removed = useConnectionFault('connection_limit', { limit: 1, mode: 'queue' }, { open: 1 }).accept()
  removed.remove()
  expect(removed.log).toEqual(['0 accepted', '0 dialled'])
})
