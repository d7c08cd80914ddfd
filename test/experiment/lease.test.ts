import { describe, expect, test } from 'vitest'
import { Lease } from '../../src/experiment/scopes/lease.ts'
import { ManualClock } from '../support/manual-clock.ts'

function useLease(ttlMs = 1000) {
  const clock = new ManualClock()
  const ends: string[] = []
  const lease = new Lease({ clock, ttlMs, process: undefined, onEnd: (reason) => void ends.push(reason) })
  return { clock, lease, ends }
}

describe('a lease', () => {
  test('ends once, to the millisecond, when nobody renews it', () => {
    const { clock, ends } = useLease()
    clock.advance(999)
    expect(ends).toEqual([])
    clock.advance(1)
    clock.advance(5000)
    expect(ends).toEqual(['expired'])
  })

  test('begins anew with each renewal, of the same length or another', () => {
    const { clock, lease, ends } = useLease()
    clock.advance(900)
    lease.renew()
    clock.advance(900)
    expect([ends, lease.remainingMs()]).toEqual([[], 100])
    lease.renew(5000)
    clock.advance(4999)
    expect(ends).toEqual([])
    clock.advance(1)
    expect(ends).toEqual(['expired'])
  })

  test('does not run while a stream holds it, and ends with the last one', () => {
    const { clock, lease, ends } = useLease()
    const [first, second] = [lease.hold(), lease.hold()]
    clock.advance(60_000)
    lease.renew()
    clock.advance(60_000)
    expect([ends, lease.remainingMs(), lease.streams]).toEqual([[], undefined, 2])
    first()
    first()
    expect([ends, lease.streams]).toEqual([[], 1])
    second()
    expect(ends).toEqual(['stream_closed'])
  })

  test('tells nothing more once its scope is gone', () => {
    const { clock, lease, ends } = useLease()
    const close = lease.hold()
    lease.cancel()
    close()
    lease.renew()
    clock.advance(60_000)
    expect(ends).toEqual([])
  })
})
