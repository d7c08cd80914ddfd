import type { Trigger } from '../../contract/model.ts'
import type { Clock } from '../../kernel/clock.ts'
import { AwaitedSighting, sightingOf } from './awaited-sighting.ts'
import type { Unit } from './decision.ts'
import type { Sightings } from './sightings.ts'
import { Windows, windowPlan } from './windows.ts'
import type { WindowState } from './windows.ts'

interface Told {
  /** It came by, under this id. */
  readonly seen: (by: string) => void
  /** It opened or closed. */
  readonly turned: () => void
}

/** When a fault may act at all: from what its trigger waits to see, and then within its windows. */
export class Opening {
  #window: Windows | undefined
  #awaited: AwaitedSighting | undefined
  #state: WindowState = 'open'

  get open(): boolean {
    return this.#state === 'open' && this.awaited === undefined
  }

  /** The window of `trigger.for` has passed. */
  get over(): boolean {
    return this.#state === 'over'
  }

  /** What has yet to be seen on another proxy. */
  get awaited(): AwaitedSighting | undefined {
    return this.#awaited?.missing === 0 ? undefined : this.#awaited
  }

  /** The unit, on the proxy of that name, is the last that was waited for: it came before, and is no further one. */
  openedBy(proxy: string, unit: Unit): boolean {
    return this.#awaited?.isLast(proxy, unit) === true
  }

  /** From now on, and from the start of it all. */
  start(trigger: Trigger | undefined, clock: Clock, sightings: Sightings, told: Told): void {
    this.stop()
    this.#window = this.#awaited = undefined
    this.#state = 'open'
    const wanted = sightingOf(trigger)
    if (wanted === undefined) return this.#startWindow(trigger, clock, told)
    this.#awaited = new AwaitedSighting(wanted, sightings, (by) => {
      this.#startWindow(trigger, clock, told)
      told.seen(by)
      told.turned()
    })
  }

  stop(): void {
    this.#window?.stop()
    this.#awaited?.stop()
  }

  #startWindow(trigger: Trigger | undefined, clock: Clock, { turned }: Told): void {
    const plan = windowPlan(trigger)
    if (plan === undefined) return
    this.#window = new Windows(plan, clock, (state) => {
      const before = this.open
      this.#state = state
      if (this.open !== before) turned()
    })
    this.#state = this.#window.state
  }
}
