import type { Summary } from './statistics.ts'
import { summary } from './statistics.ts'

/** What a figure must come to. `ratio` is faultline over the bare subject. */
export interface Gate {
  readonly of: 'ratio' | 'value'
  readonly is: 'at least' | 'at most'
  readonly limit: number
}

/** A line of the report, before anything is measured. */
export interface Row {
  readonly measure: string
  readonly unit: string
  readonly gate?: Gate
}

export interface Result extends Row {
  readonly subjects: Readonly<Record<string, Summary>>
  readonly ratio?: Summary
  /** Undefined where there is no gate, or where it could not be looked at. */
  readonly pass?: boolean
  readonly skipped?: boolean
  readonly note?: string
}

export const atLeast = (limit: number, of: Gate['of'] = 'ratio'): Gate => ({ of, is: 'at least', limit })
export const atMost = (limit: number, of: Gate['of'] = 'ratio'): Gate => ({ of, is: 'at most', limit })

/**
 * Samples by subject, faultline's first. The ratio is taken pair by pair, between faultline and the second subject,
 * so that what slows the machine down for a while slows both.
 */
export function result(
  measure: string,
  unit: string,
  samples: Readonly<Record<string, readonly number[]>>,
  more: { gate?: Gate; note?: string } = {},
): Result {
  const [own = [], bare] = Object.values(samples)
  const ratio = bare === undefined ? undefined : summary(own.map((value, i) => value / (bare[i] ?? Number.NaN)))
  const { gate } = more
  const figure = gate?.of === 'ratio' ? ratio?.median : summary(own).median
  return {
    measure,
    unit,
    subjects: Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, summary(values)])),
    ...(ratio === undefined ? {} : { ratio }),
    ...(gate === undefined || figure === undefined
      ? {}
      : { gate, pass: gate.is === 'at least' ? figure >= gate.limit : figure <= gate.limit }),
    ...(more.note === undefined ? {} : { note: more.note }),
  }
}

/** What cannot be measured here. */
export function skipped({ measure, unit, gate }: Row, why: string): Result {
  return { measure, unit, subjects: {}, ...(gate === undefined ? {} : { gate }), skipped: true, note: why }
}
