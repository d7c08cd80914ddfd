import { expect, test } from 'vitest'
import { useFault } from './use-fault.ts'

test('bytes, the end and a reset pass as they come', () => {
  const bench = useFault('noop')
  bench.send('a')
  bench.end()
  expect(bench.log).toEqual(['0 a', '0 end'])

  const reset = useFault('noop')
  reset.reset()
  expect(reset.log).toEqual(['0 reset'])
})
