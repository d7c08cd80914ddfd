import type { Clock, Timer } from './clock.ts'

/** Sums of decimal fractions do not quite meet: 0.1 ten times is less than 1. */
const ROUNDING_MS = 1e-6

interface Entry {
  readonly due: number
  readonly order: number
  readonly fn: () => void
  /** Its place in the heap; -1 when it is not there any more. */
  place: number
}

/**
 * Time that stands still until somebody moves it. Timers fire in order of their due time, then of arming, and while one
 * fires it is its due time; a timer armed for the past is due now. Wall time and turns of the loop are another clock's.
 */
export class ManualClock implements Clock {
  readonly #base: Pick<Clock, 'wall' | 'soon'>
  #now: number
  #order = 0
  /** A binary heap, earliest first: thousands of connections may sleep, and each may be cancelled. */
  readonly #heap: Entry[] = []
  #waiting = 0
  readonly #work = new Set<Promise<unknown>>()
  readonly #followers = new Set<() => void>()

  constructor(base: Pick<Clock, 'wall' | 'soon'>, startAt = 0) {
    this.#base = base
    this.#now = startAt
  }

  now(): number {
    return this.#now
  }

  wall(): number {
    return this.#base.wall()
  }

  at(due: number, fn: () => void): Timer {
    const entry = { due: Math.max(due, this.#now), order: this.#order++, fn, place: this.#heap.length }
    this.#heap.push(entry)
    this.#rise(entry)
    for (const told of this.#followers) told()
    return { cancel: () => this.#remove(entry) }
  }

  soon(fn: () => void): void {
    this.#waiting++
    this.#base.soon(() => {
      this.#waiting--
      fn()
    })
  }

  /** Whoever moves the time is to wait for this first. It must not fail. */
  waitFor(work: Promise<unknown>): void {
    this.#work.add(work)
    void work.finally(() => this.#work.delete(work))
  }

  /** What is to be waited for before time moves on; undefined where nothing is. */
  get work(): Promise<unknown> | undefined {
    return this.#work.size === 0 ? undefined : Promise.all(this.#work)
  }

  /** How many timers are armed. */
  get timers(): number {
    return this.#heap.length
  }

  /** How many were put off to a later turn and have not had it. */
  get waiting(): number {
    return this.#waiting
  }

  /** Calls `told` whenever a timer is armed. @returns ends it */
  follow(told: () => void): () => void {
    this.#followers.add(told)
    return () => void this.#followers.delete(told)
  }

  /** When the next timer is due; undefined when none is armed. */
  get nextDue(): number | undefined {
    return this.#heap[0]?.due
  }

  /** Fires the next timer, if it is due by `moment`; then it is that time. @returns whether one was */
  fireNext(moment: number): boolean {
    const next = this.#heap[0]
    if (next === undefined || next.due > moment + ROUNDING_MS) return false
    this.#remove(next)
    this.#now = Math.max(this.#now, next.due)
    next.fn()
    return true
  }

  /** It is that time now. Timers that are due by then should have fired before. */
  moveTo(moment: number): void {
    this.#now = Math.max(this.#now, moment)
  }

  #remove(entry: Entry): void {
    const { place } = entry
    if (place < 0) return
    entry.place = -1
    const last = this.#heap.pop()
    if (last === undefined || last === entry) return
    this.#put(last, place)
    this.#rise(last)
    this.#sink(last)
  }

  #rise(entry: Entry): void {
    while (entry.place > 0) {
      const parent = this.#heap[(entry.place - 1) >> 1] as Entry
      if (isBefore(parent, entry)) return
      const { place } = entry
      this.#put(entry, parent.place)
      this.#put(parent, place)
    }
  }

  #sink(entry: Entry): void {
    for (;;) {
      const left = this.#heap[2 * entry.place + 1]
      const right = this.#heap[2 * entry.place + 2]
      const child = left !== undefined && right !== undefined && isBefore(right, left) ? right : left
      if (child === undefined || isBefore(entry, child)) return
      const { place } = entry
      this.#put(entry, child.place)
      this.#put(child, place)
    }
  }

  #put(entry: Entry, place: number): void {
    this.#heap[place] = entry
    entry.place = place
  }
}

const isBefore = (a: Entry, b: Entry): boolean => a.due < b.due || (a.due === b.due && a.order < b.order)
