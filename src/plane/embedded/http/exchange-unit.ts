import type { RequestHead } from '../../../contract/exchange.ts'
import type { AttachedFault } from '../attached-fault.ts'
import type { MatchedBody } from '../body-match.ts'
import type { Unit } from '../decision.ts'

/** An exchange, as faults look at it. */
export interface ExchangeUnit extends Unit {
  readonly request: RequestHead
  /** Faults that wait for bytes such as those of its bodies; gathered as they decide. */
  countedBy?: AttachedFault[] | undefined
  /** None of those that may act now matches this head, whoever sends it; found as they decide. */
  unmatched?: boolean
}

/** One that came: its id is made when somebody asks, since most are no fault's business. */
export class SeenExchange implements ExchangeUnit {
  readonly request: RequestHead
  readonly body: MatchedBody | undefined
  readonly connection: string
  readonly client: string
  readonly openedAt: number
  readonly ordinal: number
  countedBy: AttachedFault[] | undefined
  unmatched: boolean
  readonly #number: number

  /** @param number which one on its proxy; @param ordinal which one of those that its faults count */
  constructor(carrier: Unit, request: RequestHead, body: MatchedBody | undefined, number: number, ordinal = number) {
    this.request = request
    this.body = body
    this.connection = carrier.id
    this.client = carrier.client
    this.openedAt = carrier.openedAt
    this.ordinal = ordinal
    this.countedBy = undefined
    this.unmatched = false
    this.#number = number
  }

  get id(): string {
    return `x${this.#number}`
  }
}
