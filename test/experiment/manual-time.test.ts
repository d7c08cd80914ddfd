import { describe, expect, test } from 'vitest'
import type { Fact } from '../../src/contract/events.ts'
import { ManualTime } from '../../src/experiment/scopes/manual-time.ts'
import { RealClock } from '../../src/kernel/clock.ts'
import { ManualClock } from '../../src/kernel/manual-clock.ts'

function useManualTime(limits?: { timers: number; ms: number }) {
  const real = new RealClock()
  const clock = new ManualClock(real)
  const facts: Fact[] = []
  const sink = { emit: (fact: Fact) => void facts.push(fact) }
  const time = new ManualTime({ clock, real, sink, ...(limits === undefined ? {} : { limits }) })
  const log: string[] = []
  const note = (what: string) => (): void => void log.push(`${clock.now()} ${what}`)
  return { real, clock, time, facts, log, note }
}

describe('advancing', () => {
  test('carries out what is due in order of time, with what is armed on the way by timers, promises and turns', async () => {
    const { clock, time, log, note, facts } = useManualTime()
    clock.at(30, note('third'))
    clock.at(10, () => {
      note('first')()
      clock.at(15, note('by a timer'))
      void Promise.resolve()
        .then(() => undefined)
        .then(() => clock.at(20, note('by a promise')))
      clock.soon(() => clock.soon(() => clock.at(25, note('by a turn of a turn'))))
    })
    clock.at(41, note('later'))
    expect(await time.advance(40)).toEqual({ moved_ms: 40, now_ms: 40, timers: 5, next_in_ms: 1 })
    expect(log).toEqual(['10 first', '15 by a timer', '20 by a promise', '25 by a turn of a turn', '30 third'])
    expect(facts).toEqual([{ type: 'time_advanced', by_ms: 40, now_ms: 40, timers: 5 }])
  })

  test('to what is next goes there and no further, and takes along all that is due at that moment', async () => {
    const { clock, time, log, note } = useManualTime()
    clock.at(3_600_000, note('a'))
    clock.at(3_600_000, note('b'))
    clock.at(3_600_001, note('c'))
    expect(await time.advance('next')).toEqual({ moved_ms: 3_600_000, now_ms: 3_600_000, timers: 2, next_in_ms: 1 })
    expect(log).toEqual(['3600000 a', '3600000 b'])
    await time.advance('next')
    await expect(time.advance('next')).rejects.toMatchObject({ code: 'nothing_due' })
    expect(time.view()).toEqual({ now_ms: 3_600_001 })
  })

  test('waits at a moment for the work that it began', async () => {
    const { real, clock, time, log, note } = useManualTime()
    const pause = (): Promise<void> => new Promise((resolve) => void real.at(real.now() + 20, resolve))
    clock.at(1, () => {
      clock.waitFor(pause().then(note('work')))
      clock.waitFor(
        pause().then(() => {
          clock.waitFor(pause().then(note('more work')))
        }),
      )
    })
    clock.at(2, note('next'))
    await time.advance(2)
    expect(log).toEqual(['1 work', '1 more work', '2 next'])
  })

  test('is done one call after the other', async () => {
    const { clock, time, log, note } = useManualTime()
    clock.at(10, () => clock.at(15, note('within the second')))
    const both = await Promise.all([time.advance(10), time.advance(10), time.advance('next').catch(() => 'refused')])
    expect(both).toMatchObject([{ now_ms: 10, timers: 1 }, { now_ms: 20, timers: 1 }, 'refused'])
    expect(log).toEqual(['15 within the second'])
  })
})

describe('bounds', () => {
  test('more timers than one call may fire end it where it got to, and the next goes on from there', async () => {
    const { clock, time, facts } = useManualTime({ timers: 100, ms: 60_000 })
    const pulse = (): void => void clock.at(clock.now() + 1, pulse)
    pulse()
    await expect(time.advance(86_400_000)).rejects.toMatchObject({
      code: 'limit_reached',
      message: 'the time was moved by 100 of 86400000 ms: 100 timers were due on the way',
    })
    expect(time.view()).toEqual({ now_ms: 100, next_in_ms: 1 })
    expect(facts).toEqual([{ type: 'time_advanced', by_ms: 100, now_ms: 100, timers: 100 }])
    expect(await time.advance(10)).toMatchObject({ now_ms: 110, timers: 10 })
  })

  test('a timer that is due again at once, for ever, is no endless loop', async () => {
    const { clock, time } = useManualTime({ timers: 100, ms: 60_000 })
    const again = (): void => void clock.at(clock.now(), again)
    clock.at(5, again)
    await expect(time.advance(10)).rejects.toMatchObject({ code: 'limit_reached' })
    expect(time.view().now_ms).toBe(5)
  })

  test('longer than one call may take ends it, too', async () => {
    const { real, clock, time } = useManualTime({ timers: 1e9, ms: 5 })
    const pulse = (): void => {
      clock.at(clock.now() + 1, pulse)
      for (const until = real.now() + 2; real.now() < until;);
    }
    pulse()
    await expect(time.advance(1e6)).rejects.toMatchObject({
      code: 'limit_reached',
      message: expect.stringContaining('it took longer than 5 ms') as string,
    })
  })

  test('others have their turns between moments, and within one that takes long', async () => {
    const { real, clock, time } = useManualTime()
    let turns = 0
    let over = false
    const turn = (): void => {
      turns++
      if (!over) real.soon(turn)
    }
    for (let n = 0; n < 50; n++) clock.at(n, () => undefined)
    turn()
    await time.advance(50)
    expect(turns).toBeGreaterThan(50)
    // Each takes more than a slice.
    for (let n = 0; n < 10; n++) {
      clock.at(100, () => {
        for (const until = real.now() + 2.5; real.now() < until;);
      })
    }
    const before = turns
    await time.advance(50)
    over = true
    expect(turns - before).toBeGreaterThan(9)
  })

  test('turns that never end hold a moment up, but not for ever', async () => {
    const { real, clock, time, log, note } = useManualTime()
    let over = false
    const again = (): void => {
      if (!over) clock.soon(again)
    }
    again()
    clock.at(1, note('due'))
    await time.advance(1)
    over = true
    expect(log).toEqual(['1 due'])
    await new Promise<void>((resolve) => real.soon(resolve))
  })

  test('the end of the scope ends it', async () => {
    const { clock, time, log, note } = useManualTime()
    clock.at(1, () => time.close())
    clock.at(2, note('too late'))
    await expect(time.advance(10)).rejects.toMatchObject({ code: 'scope_ended' })
    await expect(time.advance(10)).rejects.toMatchObject({ code: 'scope_ended' })
    expect(log).toEqual([])
  })
})
