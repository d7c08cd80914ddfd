import { emitExchange, exchangeFact } from '../../contract/ended-exchange.ts'
import type { EndedExchange, ShowTarget } from '../../contract/ended-exchange.ts'
import type { Fact, FactSink } from '../../contract/events.ts'

export type Watcher = (fact: Fact) => void

/** Stands where facts pass, and shows them to whoever watches: observations too that the journal only counts. Costs nothing while nobody does. */
export class TrafficTap implements FactSink {
  readonly #sink: FactSink
  readonly #watchers = new Map<string, Set<Watcher>>()
  readonly #all = new Set<Watcher>()

  /** @param sink where all facts go on to */
  constructor(sink: FactSink) {
    this.#sink = sink
  }

  emit(fact: Fact): void {
    if (this.#watchers.size > 0 && 'proxy' in fact && fact.proxy !== undefined) this.#show(fact.proxy, fact)
    for (const watcher of this.#all) watcher(fact)
    this.#sink.emit(fact)
  }

  exchange(ended: EndedExchange, show?: ShowTarget): boolean {
    if (this.#all.size > 0 || (this.#watchers.size > 0 && this.#watchers.has(ended.proxy))) {
      const fact = exchangeFact(ended, show)
      this.#show(ended.proxy, fact)
      for (const watcher of this.#all) watcher(fact)
    }
    return this.#sink.exchange?.(ended, show) ?? emitExchange(this.#sink, ended, show)
  }

  #show(proxy: string, fact: Fact): void {
    for (const watcher of this.#watchers.get(proxy) ?? []) watcher(fact)
  }

  /** Shows every fact, whatever it is about. @returns ends it */
  watchAll(watcher: Watcher): () => void {
    this.#all.add(watcher)
    return () => void this.#all.delete(watcher)
  }

  /** @returns ends it */
  watch(proxies: readonly string[], watcher: Watcher): () => void {
    for (const proxy of proxies) {
      const watchers = this.#watchers.get(proxy) ?? new Set()
      this.#watchers.set(proxy, watchers.add(watcher))
    }
    return () => {
      for (const proxy of proxies) {
        const watchers = this.#watchers.get(proxy)
        watchers?.delete(watcher)
        if (watchers?.size === 0) this.#watchers.delete(proxy)
      }
    }
  }
}
