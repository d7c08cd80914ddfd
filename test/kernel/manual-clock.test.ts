import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ManualClock } from '../../src/kernel/manual-clock.ts'

const turns = { wall: () => 42, soon: (fn: () => void) => fn() }

test('whatever is armed and cancelled, what is left fires in order of due time and then of arming', () => {
  // Few different moments, so that many timers share one.
  const timers = fc.array(fc.record({ due: fc.integer({ min: 0, max: 20 }), stays: fc.boolean() }), { maxLength: 200 })
  fc.assert(
    fc.property(timers, (all) => {
      const clock = new ManualClock(turns)
      const fired: { due: number; n: number; now: number }[] = []
      const armed = all.map(({ due }, n) => clock.at(due, () => fired.push({ due, n, now: clock.now() })))
      for (const [n, { stays }] of all.entries()) {
        if (stays) continue
        armed[n]?.cancel()
        armed[n]?.cancel()
      }
      const wanted = all.flatMap(({ due, stays }, n) => (stays ? [{ due, n, now: due }] : []))
      expect(clock.timers).toBe(wanted.length)
      while (clock.fireNext(20));
      expect(fired).toEqual(wanted.toSorted((a, b) => a.due - b.due || a.n - b.n))
      expect([clock.timers, clock.nextDue]).toEqual([0, undefined])
    }),
  )
})

test('what a timer arms fires in its turn, also where that is due at once or in the past', () => {
  const clock = new ManualClock(turns, 1000)
  const log: string[] = []
  clock.at(1010, () => {
    log.push(`a ${clock.now()}`)
    clock.at(0, () => log.push(`past ${clock.now()}`))
    clock.at(1012, () => log.push(`later ${clock.now()}`))
  })
  clock.at(1010, () => log.push(`b ${clock.now()}`))
  while (clock.fireNext(1011));
  expect(log).toEqual(['a 1010', 'b 1010', 'past 1010'])
  clock.moveTo(1011)
  clock.moveTo(5)
  expect([clock.now(), clock.nextDue]).toEqual([1011, 1012])
})

test('ten tenths of a millisecond are one', () => {
  const clock = new ManualClock(turns)
  let fired = 0
  clock.at(1, () => fired++)
  for (let n = 1; n <= 10; n++) {
    const moment = clock.now() + 0.1
    while (clock.fireNext(moment));
    clock.moveTo(moment)
    expect(fired).toBe(n === 10 ? 1 : 0)
  }
})
