/** What is noted of one exchange, in either lane, until it is told to the journal. */
export class Watched {
  readonly ordinal: number
  readonly method: string
  readonly target: string
  readonly startedAt: number
  status: number | undefined
  answeredAt = -1
  requestBytes = 0
  responseBytes = 0
  readonly #now: () => number

  constructor(ordinal: number, method: string, target: string, now: () => number) {
    this.ordinal = ordinal
    this.method = method
    this.target = target
    this.#now = now
    this.startedAt = now()
  }

  answered(status: number): void {
    this.status = status
    this.answeredAt = this.#now()
  }
}
