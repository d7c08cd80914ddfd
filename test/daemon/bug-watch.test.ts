import { expect, test } from 'vitest'
import type { Fact } from '../../src/contract/events.ts'
import { BugWatch } from '../../src/daemon/bug-watch.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { ManualClock } from '../support/manual-clock.ts'

function useWatch() {
  const clock = new ManualClock()
  const facts: Fact[] = []
  const logged: { fields: object; message: string }[] = []
  let floods = 0
  const watch = new BugWatch({
    clock,
    log: { ...silentLog, error: (fields, message) => void logged.push({ fields, message }) },
    onFlood: () => void floods++,
  })
  const sink = watch.watch({ emit: (fact) => void facts.push(fact) })
  return { clock, facts, logged, watch, sink, floods: () => floods }
}

test('a bug is logged with its stack, counted and journalled, whether it was thrown or came as a fact', () => {
  const { watch, sink, facts, logged } = useWatch()
  watch.report(new Error('thrown'))
  watch.report('a text')
  sink.emit({ type: 'bug', message: 'in a connection', proxy: 'db', connection: 'c1' })
  sink.emit({ type: 'proxy_state', proxy: 'db', state: 'disabled', listen: 'x' })
  expect(watch.count).toBe(3)
  expect(facts.map(({ type }) => type)).toEqual(['bug', 'bug', 'bug', 'proxy_state'])
  expect(logged.map(({ message }) => message)).toEqual([
    'a bug in faultline: thrown',
    'a bug in faultline: what was thrown is no error: a text',
    'a bug in faultline: in a connection',
  ])
  expect(logged[2]?.fields).toEqual({ proxy: 'db', connection: 'c1' })
})

test('bugs now and then are lived with, bugs without end are told once', () => {
  const { watch, clock, floods } = useWatch()
  for (let i = 0; i < 200; i++) {
    watch.report(new Error('now and then'))
    clock.advance(1000)
  }
  expect(floods()).toBe(0)
  for (let i = 0; i < 200; i++) watch.report(new Error('without end'))
  expect(floods()).toBe(1)
})
