import type { Path } from '../../kernel/json-path.ts'
import type { Json } from '../../kernel/json.ts'
import type { MeasureType } from './check-kind.ts'

export const ORDERS = ['<=', '>=', '<', '>'] as const
export type Order = (typeof ORDERS)[number]

/** A number, or `times` the baseline and `plus`. */
export type Bound =
  | { readonly is: 'fixed'; readonly value: number }
  | { readonly is: 'baseline'; readonly times: number; readonly plus: number }

export type Test =
  | { readonly is: 'same' | 'other'; readonly value: Json }
  | { readonly is: 'order'; readonly order: Order; readonly bound: Bound }
  | { readonly is: 'range'; readonly low: number; readonly high: number }
  | { readonly is: 'member'; readonly values: readonly Json[] }
  | { readonly is: 'matches'; readonly pattern: RegExp }
  | { readonly is: 'exists' }

/** What is compared: a measure of the kind, a field of its head, or places in its JSON. */
export interface Subject {
  /** As it is written, and as results are called. */
  readonly name: string
  readonly type: MeasureType
  readonly path?: Path
  readonly header?: string
}

export interface Expectation {
  readonly text: string
  readonly subject: Subject
  readonly test: Test
}

export const needsBaseline = ({ test }: Expectation): boolean => test.is === 'order' && test.bound.is === 'baseline'
