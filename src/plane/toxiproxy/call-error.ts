/** A call to a Toxiproxy server that did not do what it should. */
export class CallError extends Error {
  override readonly name = 'CallError'
  /** What the server answered; undefined when it did not. */
  readonly status: number | undefined
  /** It was given up, and may still do its work. */
  readonly isLate: boolean

  constructor(message: string, { status, isLate = false }: { status?: number; isLate?: boolean } = {}) {
    super(message)
    this.status = status
    this.isLate = isLate
  }
}
