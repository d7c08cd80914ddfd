import type { HeaderList } from '../../../contract/exchange.ts'
import type { SkipReason } from '../../../contract/model.ts'
import { NO_FAULTS } from './decide-exchange.ts'
import type { Acting } from './decide-exchange.ts'
import { edit } from './headers.ts'
import type { Watched } from './watched-exchange.ts'

/** They were to act on the exchange and cannot: counted, told, and noted with it. */
export function leaveOut(
  { id, watched }: { readonly id: string; readonly watched: Watched },
  faults: readonly Acting[],
  reason: SkipReason,
  detail: string,
): void {
  for (const { fault } of faults) {
    fault.unable(`x${watched.ordinal}`, id, reason, detail)
    watched.unable = [...(watched.unable ?? []), { fault: fault.spec.name, reason, detail }]
  }
}

/** The faults that were decided for one exchange, less those that turn out not to be able to act. */
export class ActingFaults {
  list: readonly Acting[]
  /** Those that did something; none for most exchanges. */
  #done: readonly Acting[] = NO_FAULTS
  /** The connection's id, and the exchange. */
  readonly #of: { readonly id: string; readonly watched: Watched }

  constructor(list: readonly Acting[], of: { readonly id: string; readonly watched: Watched }) {
    this.list = list
    this.#of = of
  }

  /** Fields of an answer that say which faults acted on it. */
  signed(headers: HeaderList): HeaderList {
    const names = this.list.map(({ fault }) => fault.spec.name).join(', ')
    return names === '' ? headers : edit(headers, { set: [['x-faultline-fault', names]] })
  }

  /** One that was not decided at the head. */
  add(one: Acting): void {
    this.list = [...this.list, one]
  }

  did(one: Acting): void {
    this.#done = [...this.#done, one]
  }

  leaveOut(which: (one: Acting) => boolean, reason: SkipReason, detail: string): void {
    leaveOut(this.#of, this.list.filter(which), reason, detail)
    this.list = this.list.filter((one) => !which(one))
  }

  /** It could not do its part with the body. */
  unable(one: Acting, why: string): void {
    if (!this.#done.includes(one)) this.leaveOut((other) => other === one, 'body_not_available', why)
  }

  /** `by` ends the exchange: those behind it that have done nothing yet will not. */
  endedBy(by: Acting): void {
    const place = this.list.indexOf(by)
    const late = new Set(this.list.slice(place + 1).filter((one) => !this.#done.includes(one)))
    this.leaveOut((one) => late.has(one), 'superseded', `${by.fault.spec.name} ended the exchange before its turn`)
  }
}
