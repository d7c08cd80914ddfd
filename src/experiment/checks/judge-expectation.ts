import type { Json } from '../../kernel/json.ts'
import type { Found } from './check-kind.ts'
import type { Expectation, Order, Subject, Test } from './expectation.ts'

/** Measures before anything was broken, by the name of the subject. */
export type Baseline = ReadonlyMap<string, number>

export interface Judged {
  readonly outcome: 'holds' | 'fails' | 'no_data'
  /** What was found; none where it could not be had. */
  readonly value?: Json
  /** Where it does not hold: why. */
  readonly why?: string
}

/** Whether an expectation holds of what was found. */
export function judgeExpectation({ subject, test, text }: Expectation, found: Found, baseline: Baseline): Judged {
  const values = valuesOf(subject, found)
  if (typeof values === 'string') {
    if (found.missing?.because === 'no_data') return { outcome: 'no_data', why: `${text}: ${values}` }
    return { outcome: 'fails', why: `${text}: ${values}` }
  }
  for (const value of values) {
    const verdict = judgeValue(test, value, baseline.get(subject.name))
    if (verdict === true) continue
    const outcome = verdict === 'no_data' ? verdict : 'fails'
    return {
      outcome,
      value,
      why: `${text}: ${outcome === 'no_data' ? 'there is no baseline yet' : `${subject.name} is ${brief(value)}${baselineNote(test, baseline.get(subject.name))}`}`,
    }
  }
  const [first] = values
  return first === undefined ? { outcome: 'holds' } : { outcome: 'holds', value: first }
}

/** What the subject is compared by: every one must hold. @returns why there is none */
export function valuesOf(
  { name, path, header }: Subject,
  { values, json, header: field, missing }: Found,
): readonly Json[] | string {
  if (path !== undefined) return json === undefined ? (missing?.why ?? 'there is no JSON') : json(path)
  if (header !== undefined) {
    if (field === undefined) return missing?.why ?? 'there is no answer'
    const value = field(header)
    return value === undefined ? `the answer has no field ${header}` : [value]
  }
  const value = values[name]
  return value === undefined ? (missing?.why ?? `there is no ${name}`) : [value]
}

function judgeValue(test: Test, value: Json, baseline: number | undefined): boolean | 'no_data' {
  switch (test.is) {
    case 'exists':
      return true
    case 'same':
      return value === test.value
    case 'other':
      return value !== test.value
    case 'member':
      return test.values.includes(value)
    case 'matches':
      return test.pattern.test(typeof value === 'string' ? value : JSON.stringify(value))
    case 'range':
      return typeof value === 'number' && value >= test.low && value <= test.high
    case 'order': {
      if (typeof value !== 'number') return false
      const { bound } = test
      if (bound.is === 'fixed') return inOrder(value, test.order, bound.value)
      return baseline === undefined ? 'no_data' : inOrder(value, test.order, bound.times * baseline + bound.plus)
    }
  }
}

function inOrder(value: number, order: Order, bound: number): boolean {
  switch (order) {
    case '<':
      return value < bound
    case '<=':
      return value <= bound
    case '>':
      return value > bound
    case '>=':
      return value >= bound
  }
}

const LONGEST = 100

/** A value as it may stand in a message or a result. */
export function brief(value: Json): string {
  const text = typeof value === 'number' ? String(Math.round(value * 1000) / 1000) : JSON.stringify(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text
}

const baselineNote = (test: Test, baseline: number | undefined): string =>
  test.is === 'order' && test.bound.is === 'baseline' && baseline !== undefined
    ? `, the baseline ${brief(baseline)}`
    : ''
