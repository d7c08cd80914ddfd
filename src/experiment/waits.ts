import { FaultlineError } from '../contract/errors.ts'
import type { Fact } from '../contract/events.ts'
import type { EventLog, PlaneProxy } from '../contract/ports.ts'
import type { EventPattern, WaitInput, WaitView } from '../contract/scope-wire.ts'
import type { Clock } from '../kernel/clock.ts'
import type { ProxyEntry, Registry } from '../registry/registry.ts'
import type { TrafficTap } from './checks/traffic-tap.ts'
import type { ManualTime } from './scopes/manual-time.ts'

export interface WaitsOptions {
  readonly clock: Clock
  readonly registry: Pick<Registry, 'get' | 'getFault' | 'find'>
  readonly journal: EventLog
  readonly traffic: Pick<TrafficTap, 'watchAll'>
  /** Where the time of the scope is moved by somebody. */
  readonly time?: Pick<ManualTime, 'view' | 'follow'> | undefined
}

/** With durations in ms. */
export type ReadWait = WaitInput & { readonly timeout?: number; readonly due_within?: number }

const DEFAULT_TIMEOUT_MS = 5000
const MOST_WAITING = 1000
/** Events read back from the journal in one go, when a wait counts from the past. */
const PAGE = 1000

/** How far a condition is: what was found, and whether that is enough. */
interface Reading {
  readonly found: number
  readonly met: boolean
}

interface Condition {
  readonly what: string
  readonly wanted: string
  /** Looks at the state as it is. @throws FaultlineError when what it looks at is gone */
  read(): Reading
  /** Told each fact; answers whether it may have changed the reading. */
  sees(fact: Fact): boolean
  /** Where no fact tells of it: calls `changed` when it may have changed. @returns ends it */
  follow?(changed: () => void): () => void
}

/**
 * Waits for something to become true of a scope. Each looks at the state first, and again after every fact that may
 * have changed it, so none can be missed between the two; nothing is polled.
 */
export class Waits {
  readonly #options: WaitsOptions
  readonly #giveUps = new Set<() => void>()

  constructor(options: WaitsOptions) {
    this.#options = options
  }

  /**
   * Settles when it is so, or its time is over, or `signal` says that nobody waits any more.
   * @throws FaultlineError proxy_not_found, fault_not_found, limit_reached, shutting_down
   */
  wait(input: ReadWait, signal?: AbortSignal): Promise<WaitView> {
    const { clock, traffic } = this.#options
    if (this.#giveUps.size >= MOST_WAITING) {
      const detail = `${MOST_WAITING} calls wait in this scope already, which is as many as may`
      throw new FaultlineError('limit_reached', detail)
    }
    const condition = this.#condition(input)
    const timeoutMs = input.timeout ?? DEFAULT_TIMEOUT_MS
    const startedAt = clock.now()
    const view = ({ found, met }: Reading): WaitView => {
      const waited = Math.round(clock.now() - startedAt)
      const detail = `waited ${waited} ms for ${condition.wanted} ${condition.what}; found ${found}`
      return { met, found, waited_ms: waited, detail }
    }
    const now = condition.read()
    if (now.met || timeoutMs === 0) return Promise.resolve(view(now))
    return new Promise((resolve, reject) => {
      let scheduled = false
      let over = false
      const end = (settle: () => void): void => {
        if (over) return
        over = true
        timer.cancel()
        unfollow()
        unfollowCondition?.()
        signal?.removeEventListener('abort', giveUp)
        this.#giveUps.delete(giveUp)
        settle()
      }
      const look = (last: boolean): void => {
        if (over) return
        try {
          const reading = condition.read()
          if (reading.met || last) end(() => resolve(view(reading)))
        } catch (error) {
          end(() => reject(error as Error))
        }
      }
      // Facts are told in the middle of what they tell of; the state is looked at when that turn is over.
      const changed = (): void => {
        if (scheduled) return
        scheduled = true
        clock.soon(() => {
          scheduled = false
          look(false)
        })
      }
      const unfollow = traffic.watchAll((fact) => {
        if (condition.sees(fact)) changed()
      })
      const unfollowCondition = condition.follow?.(changed)
      const timer = clock.at(startedAt + timeoutMs, () => look(true))
      const giveUp = (): void => look(true)
      signal?.addEventListener('abort', giveUp)
      this.#giveUps.add(giveUp)
    })
  }

  /** How many calls wait now. */
  get waiting(): number {
    return this.#giveUps.size
  }

  /** Answers all who wait with what there is. */
  close(): void {
    for (const giveUp of this.#giveUps) giveUp()
  }

  #condition(input: ReadWait): Condition {
    const { proxy, fault, connections, exchanges, event, due_within: within } = input
    if (within !== undefined) return this.#dueCondition(within)
    if (event !== undefined) return this.#eventCondition(event, input.count ?? 1, input.since)
    const name = proxy ?? ''
    const { registry } = this.#options
    const entry = (): ProxyEntry => registry.get(name)
    if (fault !== undefined) {
      registry.getFault(name, fault)
      if (input.held !== undefined) return this.#heldCondition(name, fault, input.held)
      const asked = input.applied === undefined ? ('seen' as const) : ('applied' as const)
      const least = input.applied ?? input.seen ?? 1
      return {
        what: `times that fault ${fault} of proxy ${name} was ${asked}`,
        wanted: `${least}`,
        read: () =>
          atLeast(least, counted(entry().plane.fault(registry.getFault(name, fault).name)?.[asked] ?? 0, name)),
        sees: (fact) => ('proxy' in fact && fact.proxy === name) || fact.type === 'command',
      }
    }
    entry()
    if (connections !== undefined) {
      const { at_least: least = 0, at_most: most = Number.POSITIVE_INFINITY } = connections
      return {
        what: `open connections of proxy ${name}`,
        wanted: most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`,
        read() {
          const found = counted(entry().plane.status().connectionsOpen, name)
          return { found, met: found >= least && found <= most }
        },
        sees: (fact) => ('proxy' in fact && fact.proxy === name) || fact.type === 'command',
      }
    }
    const least = exchanges ?? 1
    return {
      what: `exchanges that ended on proxy ${name}`,
      wanted: `${least}`,
      read: () => atLeast(least, exchangesOf(entry().plane, name)),
      sees: (fact) => 'proxy' in fact && fact.proxy === name,
    }
  }

  /** @throws limit_reached from its reading, when the fault had no room for all that it was to hold */
  #heldCondition(proxy: string, fault: string, least: number): Condition {
    const { registry } = this.#options
    return {
      what: `units held by fault ${fault} of proxy ${proxy}`,
      wanted: `${least}`,
      read() {
        const status = registry.get(proxy).plane.fault(registry.getFault(proxy, fault).name)
        const { now = 0, overflowed = 0 } = (status?.seen === null ? undefined : status?.held) ?? {}
        if (overflowed > 0) {
          const detail = `fault ${fault} of proxy ${proxy} had no room for ${overflowed} of those that it was to hold; they went on`
          throw new FaultlineError('limit_reached', detail, { remedy: 'Release earlier, or hold fewer at a time.' })
        }
        return atLeast(least, now)
      },
      sees: (fact) => 'proxy' in fact && fact.proxy === proxy,
    }
  }

  /** @throws clock_is_real */
  #dueCondition(within: number): Condition {
    const { time } = this.#options
    if (time === undefined)
      throw new FaultlineError('clock_is_real', 'cannot wait for something to be due: the scope goes by real time')
    return {
      what: `moments due within ${within} ms of the scope's time`,
      wanted: '1',
      read: () => atLeast(1, (time.view().next_in_ms ?? Infinity) <= within ? 1 : 0),
      sees: () => false,
      follow: (changed) => time.follow(changed),
    }
  }

  #eventCondition(pattern: EventPattern, least: number, since: string | undefined): Condition {
    let found = 0
    const { journal } = this.#options
    for (let next: string | undefined = since; ;) {
      const page = journal.read({ since: next, limit: PAGE })
      found += page.events.filter((event) => fits(pattern, event)).length
      if (page.events.length < PAGE) break
      next = page.next
    }
    return {
      what: `events with ${JSON.stringify(pattern)}${since === undefined ? '' : ` after ${since}`}`,
      wanted: `${least}`,
      read: () => atLeast(least, found),
      sees(fact) {
        if (!fits(pattern, fact)) return false
        found++
        return true
      },
    }
  }
}

const atLeast = (least: number, found: number): Reading => ({ found, met: found >= least })

function exchangesOf(plane: PlaneProxy, name: string): number {
  const status = plane.status()
  if (status.bytes === null) return counted(null, name)
  return status.exchanges?.counts.reduce((sum, count) => sum + count, 0) ?? 0
}

/** @throws invalid_request where the plane does not tell: that is not nothing, and would be waited for in vain */
function counted(found: number | null, proxy: string): number {
  if (found !== null) return found
  const detail = `proxy ${proxy} is on a Toxiproxy server, which does not tell what passes`
  throw new FaultlineError('invalid_request', detail, { remedy: 'Wait for something on a proxy of faultline itself.' })
}

function fits(pattern: EventPattern, fact: Fact): boolean {
  return Object.entries(pattern).every(([name, value]) => (fact as Readonly<Record<string, unknown>>)[name] === value)
}
