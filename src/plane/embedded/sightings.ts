import type { Match } from '../../contract/model.ts'
import { compileMatch } from './match.ts'
import type { Looked } from './match.ts'

/** What somebody waits to see on a proxy. */
interface Watch {
  readonly fits: (unit: Looked) => boolean
  readonly seen: (id: string) => void
}

/** What came by at the proxies of one scope, told to the faults that wait for it on others. */
export class Sightings {
  readonly #watches = new Map<string, Set<Watch>>()

  /** `seen` is called with the id of each connection or exchange that fits. @returns ends it */
  watch(proxy: string, match: Match | undefined, seen: (id: string) => void): () => void {
    const watch: Watch = { fits: compileMatch(match) ?? (() => true), seen }
    const there = this.#watches.get(proxy) ?? new Set()
    this.#watches.set(proxy, there)
    there.add(watch)
    return () => {
      there.delete(watch)
      if (there.size === 0 && this.#watches.get(proxy) === there) this.#watches.delete(proxy)
    }
  }

  /** Whether anybody waits for something there: if not, nothing is looked at. */
  awaits(proxy: string): boolean {
    return this.#watches.size > 0 && this.#watches.has(proxy)
  }

  tell(proxy: string, id: string, unit: Looked): void {
    if (!this.awaits(proxy)) return
    for (const { fits, seen } of this.#watches.get(proxy) ?? []) if (fits(unit)) seen(id)
  }
}
