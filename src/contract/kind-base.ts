import type { AttributesSchema } from './attributes.ts'

export type Stream = 'upstream' | 'downstream'

/** How near a fault comes to the real thing on this platform. */
export type Fidelity = 'exact' | 'emulated' | 'unsupported'

/** Keyed draws for one fault on one connection. The same place and purpose always give the same number. */
export interface Random {
  /** [0, 1). Draws within one call differ; `purpose` names the use. */
  unit(purpose?: string): number
  /** A number between two bounds. */
  between(low: number, high: number, purpose?: string): number
  /** [0, 1) for an absolute byte offset (or any other place), however the input was cut. */
  at(place: number, purpose?: string): number
}

export interface Chunk {
  readonly bytes: Uint8Array
  /** When it came in: the reading of the socket, or the due time at the fault before. */
  readonly at: number
}

/** What every kind says of itself, whatever its layer. */
export interface KindBase<A> {
  /** The wire name; also the file's name. */
  readonly kind: string
  readonly summary: string
  /** More for the docs page: formulas, what it does not do. Markdown. */
  readonly notes?: string
  readonly attributes: AttributesSchema<A>
  readonly examples: readonly { readonly title: string; readonly attributes: Readonly<Record<string, unknown>> }[]
  /** A Toxiproxy server has a toxic of this name, with these attributes. */
  readonly toxiproxy?: true
  /** One word where it is the same everywhere; else by `process.platform`, with `other` for the rest. */
  readonly fidelity: Fidelity | { readonly [platform: string]: Fidelity; readonly other: Fidelity }
  /** Where it applies, faults of its layer that stand behind it have nothing left to act on. */
  takesAll?(attributes: A): boolean
  /** Refuses combinations that the schema cannot say. Returns what is wrong, and what to do. */
  check?(attributes: A, fault: { readonly toxicity: number }): string | undefined
}
