import { expect, test } from 'vitest'
import { useConnectionFault } from './use-connection-fault.ts'

test('the connection is accepted at once and its upstream dialled late', () => {
  const bench = useConnectionFault('slow_dial', { delay: '1s' }).accept()
  bench.clock.advance(2000)
  expect(bench.log).toEqual(['0 accepted', '1000 dialled'])
})

test('delay 0 delays nothing', () => {
  expect(useConnectionFault('slow_dial', { delay: 0 }).accept().log).toEqual(['0 accepted', '0 dialled'])
})

test('what was asked and what was achieved are both counted', () => {
  const bench = useConnectionFault('slow_dial', { delay: 250 }).accept()
  bench.clock.advance(1000)
  const { asked, achieved } = bench.fault.status()
  expect([asked.count, asked.sum]).toEqual([1, 250])
  expect([achieved.count, achieved.sum]).toEqual([1, 250])
})
