import type { Json } from '../../kernel/json.ts'
import { parseDuration } from '../../kernel/units.ts'
import type { MeasureType } from './check-kind.ts'
import type { Bound } from './expectation.ts'

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly wrong: string }

const NUMBER = String.raw`-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?`
const IS_NUMBER = new RegExp(`^${NUMBER}$`)
/** A number with what may stand behind it: a unit of time, a percent sign. */
const QUANTITY = String.raw`-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?:[a-z%][a-z0-9]*)*`
const RANGE = new RegExp(String.raw`^(${QUANTITY})\s*\.\.\s*(${QUANTITY})$`)
/** `baseline`, `2 * baseline`, `baseline * 2`, each with ` + 50ms` or ` - 50ms`. */
const BASELINE = new RegExp(
  String.raw`^(?:(${NUMBER})\s*\*\s*baseline|baseline(?:\s*\*\s*(${NUMBER}))?)(?:\s*([-+])\s*(${QUANTITY}))?$`,
)

const TAKES: { readonly [type in MeasureType]: string } = {
  number: 'a number',
  ms: 'milliseconds, or a time such as 250ms or 1.5s',
  share: 'a share from 0 to 1, or a percentage such as 95%',
  text: 'a text',
  truth: 'true or false',
  json: 'a number, true, false, null or a text',
}

export const isOrdered = (type: MeasureType): boolean => type !== 'text' && type !== 'truth'

const found = <T>(value: T): Parsed<T> => ({ ok: true, value })
const unlike = (text: string, type: MeasureType): { readonly ok: false; readonly wrong: string } => ({
  ok: false,
  wrong: `${JSON.stringify(text)} is not what the measure is compared with: ${TAKES[type]}`,
})

export function parseNumber(text: string, type: MeasureType): Parsed<number> {
  if (type === 'share' && text.endsWith('%')) {
    const percent = text.slice(0, -1).trim()
    return IS_NUMBER.test(percent) ? share(Number(percent) / 100, text) : unlike(text, type)
  }
  if (IS_NUMBER.test(text)) return type === 'share' ? share(Number(text), text) : found(Number(text))
  const time = type === 'ms' ? parseDuration(text) : undefined
  return time === undefined ? unlike(text, type) : found(time)
}

const share = (value: number, text: string): Parsed<number> =>
  value >= 0 && value <= 1 ? found(value) : unlike(text, 'share')

export function parseValue(text: string, type: MeasureType): Parsed<Json> {
  const quoted = /^"(?:[^"\\]|\\.)*"$/.test(text)
  if (type === 'text') return found(quoted ? unquoted(text) : text)
  if (type === 'truth') return text === 'true' || text === 'false' ? found(text === 'true') : unlike(text, type)
  if (type !== 'json') return parseNumber(text, type)
  if (quoted) return found(unquoted(text))
  if (IS_NUMBER.test(text)) return found(Number(text))
  const word = { true: true, false: false, null: null }[text]
  return found(word === undefined ? text : word)
}

function unquoted(text: string): string {
  try {
    return JSON.parse(text) as string
  } catch {
    return text.slice(1, -1)
  }
}

export function parseBound(text: string, type: MeasureType): Parsed<Bound> {
  if (!/\bbaseline\b/.test(text)) {
    const number = parseNumber(text, type)
    return number.ok ? found({ is: 'fixed', value: number.value }) : number
  }
  const parts = BASELINE.exec(text)
  if (parts === null)
    return {
      ok: false,
      wrong: `${JSON.stringify(text)} is no comparison with the baseline; write baseline, 2 * baseline or 2 * baseline + 50ms`,
    }
  const [, before, behind, sign, amount] = parts
  const plus = amount === undefined ? found(0) : parseNumber(amount, type)
  if (!plus.ok) return plus
  return found({ is: 'baseline', times: Number(before ?? behind ?? 1), plus: sign === '-' ? -plus.value : plus.value })
}

/** The two ends of `200..299`, as they are written. */
export function parseRange(text: string): readonly [string, string] | undefined {
  const [, low, high] = RANGE.exec(text) ?? []
  return low === undefined || high === undefined ? undefined : [low, high]
}
