import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Fact, JournalEvent } from '../../src/contract/events.ts'
import { Journal } from '../../src/experiment/journal.ts'
import { ManualClock } from '../support/manual-clock.ts'

function useJournal(limits: { events?: number; bytes?: number } = {}): { journal: Journal; clock: ManualClock } {
  const clock = new ManualClock()
  return { clock, journal: new Journal({ clock, boot: 'boot1', ...limits }) }
}

const fact = (action: string, detail?: unknown): Fact => ({ type: 'command', action, owner: 'api', detail })

const actions = (events: readonly JournalEvent[]): string[] =>
  events.map((event) => (event.type === 'command' ? event.action : event.type))

describe('reading', () => {
  test('every event is stamped with its id, its wall time and its moment', () => {
    const { journal, clock } = useJournal()
    clock.advance(500)
    journal.emit(fact('one'))
    clock.advance(1)
    journal.emit(fact('two'))
    const { events, gap, next } = journal.read({})
    expect(events).toMatchObject([
      { id: 'boot1-1', mono: 1500, at: '2023-11-14T22:13:21.500Z', type: 'command', action: 'one' },
      { id: 'boot1-2', mono: 1501, at: '2023-11-14T22:13:21.501Z', type: 'command', action: 'two' },
    ])
    expect(gap).toBeUndefined()
    expect(next).toBe('boot1-2')
  })

  test('an empty journal says where to go on from', () => {
    const { journal } = useJournal()
    expect(journal.read({})).toEqual({ events: [], next: 'boot1-0' })
    journal.emit(fact('first'))
    expect(actions(journal.read({ since: 'boot1-0' }).events)).toEqual(['first'])
  })

  test('a reader goes on page by page and misses nothing', () => {
    const { journal } = useJournal()
    for (let i = 0; i < 25; i++) journal.emit(fact(`a${i}`))
    const seen: string[] = []
    let since: string | undefined
    for (let page = 0; page < 4; page++) {
      const { events, next } = journal.read({ since, limit: 10 })
      seen.push(...actions(events))
      since = next
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => `a${i}`))
    expect(journal.read({ since })).toEqual({ events: [], next: 'boot1-25' })
  })

  test('a reader that fell behind is told exactly what it missed', () => {
    const { journal } = useJournal({ events: 10 })
    for (let i = 1; i <= 25; i++) journal.emit(fact(`a${i}`))
    const { events, gap } = journal.read({ since: 'boot1-3' })
    expect(gap).toEqual({ from: 4, to: 15 })
    expect(actions(events)[0]).toBe('a16')
    expect(events).toHaveLength(10)
  })

  test('reading from the oldest kept is no gap', () => {
    const { journal } = useJournal({ events: 10 })
    for (let i = 1; i <= 25; i++) journal.emit(fact(`a${i}`))
    expect(journal.read({}).gap).toBeUndefined()
    expect(journal.read({ since: 'boot1-15' }).gap).toBeUndefined()
  })

  test('an id of an earlier life of the daemon gives a gap and then all there is', () => {
    const { journal } = useJournal()
    journal.emit(fact('new'))
    const { events, gap, next } = journal.read({ since: 'boot0-900' })
    expect(gap).toEqual({ from: 0, to: 0 })
    expect(actions(events)).toEqual(['new'])
    expect(next).toBe('boot1-1')
  })

  test('an id that was not given out yet gives a gap and the place to go on from', () => {
    const { journal } = useJournal()
    journal.emit(fact('only'))
    expect(journal.read({ since: 'boot1-7' })).toEqual({ events: [], gap: { from: 2, to: 7 }, next: 'boot1-1' })
  })

  test.each(['', 'boot1', '17', 'boot1-', 'boot1--1', 'boot1-1x', `boot1-${'9'.repeat(30)}`])(
    'what is no event id is refused: %j',
    (since) => {
      expect(() => useJournal().journal.read({ since })).toThrowError(/an event id looks like "boot1-17"/)
    },
  )
})

describe('bounds', () => {
  test('the count of events is bounded, the oldest going first', () => {
    const { journal } = useJournal({ events: 16 })
    for (let i = 0; i < 1000; i++) journal.emit(fact(`a${i}`))
    expect(actions(journal.read({ limit: 1000 }).events)).toEqual(Array.from({ length: 16 }, (_, i) => `a${984 + i}`))
  })

  test('the size is bounded too, whatever hides in a detail', () => {
    const { journal } = useJournal({ bytes: 100_000 })
    for (let i = 0; i < 50; i++) journal.emit(fact(`a${i}`, { proxies: [{ name: 'x'.repeat(9000) }] }))
    const { events } = journal.read({})
    expect(events.length).toBeGreaterThan(5)
    expect(events.length).toBeLessThan(12)
  })

  test('one event above the size limit is kept alone, and does not stay for ever', () => {
    const { journal } = useJournal({ bytes: 10_000 })
    journal.emit(fact('before'))
    journal.emit(fact('huge', 'x'.repeat(50_000)))
    expect(actions(journal.read({}).events)).toEqual(['huge'])
    journal.emit(fact('after'))
    expect(actions(journal.read({}).events)).toEqual(['after'])
  })

  test('any reader at any pace sees each event once, in order, or in a gap', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.record({ emitted: fc.integer({ min: 0, max: 30 }), limit: fc.integer({ min: 1, max: 15 }) })),
        (capacity, rounds) => {
          const { journal } = useJournal({ events: capacity })
          let emitted = 0
          let expected = 1
          let since = 'boot1-0'
          for (const round of rounds) {
            for (let i = 0; i < round.emitted; i++) journal.emit(fact(String(++emitted)))
            const { events, gap, next } = journal.read({ since, limit: round.limit })
            if (gap !== undefined) {
              expect(gap.from).toBe(expected)
              expected = gap.to + 1
            }
            for (const action of actions(events)) expect(action).toBe(String(expected++))
            since = next
          }
        },
      ),
    )
  })
})

describe('following', () => {
  test('a follower gets each event in the turn in which it is emitted, and none from before', () => {
    const { journal } = useJournal()
    journal.emit(fact('before'))
    const seen: JournalEvent[] = []
    journal.follow((event) => void seen.push(event))
    journal.emit(fact('after'))
    expect(seen).toMatchObject([{ id: 'boot1-2', action: 'after' }])
  })

  test('a follower ends by its own word or by that of its owner', () => {
    const { journal } = useJournal()
    const seen = { once: 0, owner: 0 }
    journal.follow(() => ++seen.once < 1)
    const stop = journal.follow(() => void seen.owner++)
    journal.emit(fact('one'))
    stop()
    journal.emit(fact('two'))
    expect(seen).toEqual({ once: 1, owner: 1 })
  })

  test('a follower that throws is dropped; whoever emitted does not notice, nor do the others', () => {
    const { journal } = useJournal()
    const seen: string[] = []
    journal.follow(() => {
      throw new Error('reader')
    })
    journal.follow(({ id }) => void seen.push(id))
    journal.emit(fact('one'))
    journal.emit(fact('two'))
    expect(seen).toEqual(['boot1-1', 'boot1-2'])
  })
})
