import type { HoldState } from './events.ts'

/** `POST …/faults/{fault}/release` */
export interface ReleaseInput {
  /** How many, the oldest first. Default: all. */
  readonly count?: number
  /** What they meet where they were held, instead of going on: a kind of the same layer. */
  readonly with?: { readonly kind: string; readonly attributes?: Readonly<Record<string, unknown>> }
}

export interface Released {
  readonly released: number
  /** Those that wait still. */
  readonly held: number
}

/** `GET …/faults/{fault}/held`, oldest first. */
export interface HeldList {
  readonly held: readonly HeldView[]
  /** Those that it had no room for: they went on unheld. */
  readonly overflowed: number
}

/** Something that a fault holds back until it is let go. */
export interface HeldView {
  /** Of the connection (`c7`) or the exchange (`x7`). */
  readonly id: string
  /** That the exchange came on. */
  readonly connection?: string
  readonly ordinal: number
  /** Client address. */
  readonly client: string
  /** `half_closed`: the client has ended its side. `blind`: so much waits that its leaving would not be seen. */
  readonly state: HoldState | 'blind'
  readonly held_ms: number
  /** Bytes that wait with it. */
  readonly bytes: number
}
