import type { Sighting, Trigger } from '../../contract/model.ts'
import type { Unit } from './decision.ts'
import type { Sightings } from './sightings.ts'

/** Undefined where the trigger waits for nothing on another proxy. */
export const sightingOf = ({ after }: Trigger = {}): Sighting | undefined =>
  typeof after === 'object' ? after.seen : undefined

/** What a fault waits to see on a proxy of its scope before it acts. */
export class AwaitedSighting {
  readonly wanted: Sighting
  /** How many are still to come; 0 when it waits no more. */
  missing: number
  /** The one that it waited for: it came before, and is not acted on itself. */
  #last: string | undefined
  readonly #stop: () => void

  constructor(wanted: Sighting, sightings: Sightings, reached: (id: string) => void) {
    this.wanted = wanted
    this.missing = wanted.count ?? 1
    this.#stop = sightings.watch(wanted.proxy, wanted.match, (id) => {
      this.missing--
      if (this.missing > 0) return
      this.#last = id
      this.#stop()
      reached(id)
    })
  }

  /** Whether the unit, on the proxy of that name, is what it waited for. */
  isLast(proxy: string, { id, connection }: Unit): boolean {
    return this.#last !== undefined && proxy === this.wanted.proxy && (id === this.#last || connection === this.#last)
  }

  /** For whoever asks why the fault does not act. */
  get inWords(): string {
    const { proxy, match } = this.wanted
    return `it waits for ${this.missing} more on proxy ${proxy}${match === undefined ? '' : ` that fit ${JSON.stringify(match)}`}`
  }

  stop(): void {
    this.#stop()
  }
}
