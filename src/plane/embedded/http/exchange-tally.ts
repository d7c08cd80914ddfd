import type { Origin } from '../../../contract/events.ts'
import { EXCHANGE_PLACES, exchangePlace } from '../../../contract/exchange-counts.ts'
import type { ExchangeCounts } from '../../../contract/exchange-counts.ts'
import { DelayHistogram } from '../../../kernel/histogram.ts'
import type { Watched } from './watched-exchange.ts'

/** What a proxy counted of its exchanges, in place. */
export class ExchangeTally implements ExchangeCounts {
  readonly counts: number[] = new Array<number>(EXCHANGE_PLACES).fill(0)
  readonly upstreamTime = new DelayHistogram()
  readonly injectedTime = new DelayHistogram()
  opaque = 0
  #method = ''
  #status: number | undefined
  #origin: Origin = 'upstream'
  #place = exchangePlace('', undefined, 'upstream')

  count({ method, status, sentAt, answeredAt, injectedMs }: Watched, origin: Origin): void {
    // Most are like the one before.
    if (method !== this.#method || status !== this.#status || origin !== this.#origin) {
      this.#method = method
      this.#status = status
      this.#origin = origin
      this.#place = exchangePlace(method, status, origin)
    }
    this.counts[this.#place] = (this.counts[this.#place] ?? 0) + 1
    if (sentAt >= 0 && answeredAt >= sentAt) this.upstreamTime.observe(answeredAt - sentAt)
    if (injectedMs > 0) this.injectedTime.observe(injectedMs)
  }
}
