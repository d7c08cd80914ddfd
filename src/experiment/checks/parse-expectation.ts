import { parsePath } from '../../kernel/json-path.ts'
import { nearest } from '../../kernel/nearest.ts'
import { linearRegExp } from '../../kernel/pattern.ts'
import type { AnyCheckKind } from './check-kind.ts'
import type { Expectation, Order, Subject, Test } from './expectation.ts'
import { isOrdered, parseBound, parseNumber, parseRange, parseValue } from './parse-value.ts'

/** Wrong in the text of an expectation: what, and at which character, from 1. */
export class ExpectationError extends Error {
  readonly at: number

  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

const OPERATORS = ['==', '!=', '<=', '>=', '<', '>', 'in', 'matches', 'exists'] as const
type Operator = (typeof OPERATORS)[number]

const PARTS = {
  json: { type: 'json', argument: 'a path such as /items/0/price or items[0].price' },
  header: { type: 'text', argument: 'the name of a field' },
} as const

/**
 * `measure operator value`, for example `status in 200..299`, `json /db/state == up`, `p99 <= 2 * baseline`.
 * @throws ExpectationError
 */
export function parseExpectation(text: string, kind: AnyCheckKind): Expectation {
  const cursor = new Cursor(text)
  const subject = readSubject(cursor, kind)
  const operator = readOperator(cursor)
  const at = cursor.at
  const rest = cursor.rest()
  return { text: text.trim(), subject, test: readTest(operator, rest, subject, at) }
}

/** A place in a text, behind spaces. */
class Cursor {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
    this.#skip()
  }

  /** From 1, as people count. */
  get at(): number {
    return this.#at + 1
  }

  take(pattern: RegExp): string | undefined {
    const found = pattern.exec(this.#text.slice(this.#at))
    if (found === null || found.index !== 0) return undefined
    this.#at += found[0].length
    this.#skip()
    return found[1] ?? found[0]
  }

  rest(): string {
    return this.#text.slice(this.#at).trimEnd()
  }

  #skip(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++
  }
}

function readSubject(cursor: Cursor, kind: AnyCheckKind): Subject {
  const at = cursor.at
  const parts = kind.parts ?? []
  const known = [...Object.keys(kind.measures), ...parts]
  const word = cursor.take(/^[A-Za-z_][A-Za-z0-9_]*/)
  if (word === undefined) throw new ExpectationError(`it must begin with a measure: ${known.join(', ')}`, at)
  const measure = Object.hasOwn(kind.measures, word) ? kind.measures[word] : undefined
  if (measure !== undefined) return { name: word, type: measure.is }
  const part = parts.find((one) => one === word)
  if (part === undefined) {
    const near = nearest(word, known)
    const hint = near === undefined ? '' : `; did you mean ${near}?`
    throw new ExpectationError(
      `a check of kind ${kind.kind} has no measure ${word}; it has ${known.join(', ')}${hint}`,
      at,
    )
  }
  const argumentAt = cursor.at
  const argument = cursor.take(/^"([^"]*)"/) ?? cursor.take(/^[^\s"]+/)
  if (argument === undefined || isOperator(argument))
    throw new ExpectationError(`${part} needs ${PARTS[part].argument} behind it`, argumentAt)
  const name = `${part} ${argument}`
  if (part === 'header') return { name, type: 'text', header: argument.toLowerCase() }
  // The whole document is a path of no steps.
  const path = argument === '/' || argument === '$' ? [] : parsePath(argument)
  if (path === undefined)
    throw new ExpectationError(`${JSON.stringify(argument)} is no path; write ${PARTS.json.argument}`, argumentAt)
  return { name, type: 'json', path }
}

const isOperator = (word: string): boolean => (OPERATORS as readonly string[]).includes(word)

function readOperator(cursor: Cursor): Operator {
  const at = cursor.at
  const word = cursor.take(/^(?:[=!<>~]+|[A-Za-z]+)/) ?? ''
  const found = OPERATORS.find((operator) => operator === word)
  if (found !== undefined) return found
  const meant = {
    '=': '==',
    '===': '==',
    '=~': 'matches',
    '~': 'matches',
    is: '==',
    equals: '==',
    '=<': '<=',
    '=>': '>=',
  }[word]
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`
  const what = word === '' ? 'nothing' : JSON.stringify(word)
  throw new ExpectationError(
    `behind the measure stands ${what}, but must stand one of ${OPERATORS.join(' ')}${hint}`,
    at,
  )
}

function readTest(operator: Operator, rest: string, subject: Subject, at: number): Test {
  const wrong = (message: string): never => {
    throw new ExpectationError(message, at)
  }
  const { name, type } = subject
  if (operator === 'exists') return rest === '' ? { is: 'exists' } : wrong(`nothing may stand behind exists`)
  if (rest === '') return wrong(`nothing stands behind ${operator}`)
  switch (operator) {
    case '==':
    case '!=': {
      if (/\bbaseline\b/.test(rest))
        return wrong('no two looks measure quite the same: compare with the baseline by < <= > >=')
      const value = parseValue(rest, type)
      return value.ok ? { is: operator === '==' ? 'same' : 'other', value: value.value } : wrong(value.wrong)
    }
    case 'matches':
      return type === 'text' || type === 'json'
        ? { is: 'matches', pattern: readPattern(rest, at) }
        : wrong(`${name} is no text, which alone can match`)
    case 'in':
      return readSet(rest, subject, wrong)
    default: {
      if (!isOrdered(type)) return wrong(`${name} has no order; compare it by == or !=`)
      const bound = parseBound(rest, type)
      return bound.ok ? { is: 'order', order: operator satisfies Order, bound: bound.value } : wrong(bound.wrong)
    }
  }
}

function readPattern(source: string, at: number): RegExp {
  try {
    return linearRegExp(source)
  } catch (error) {
    throw new ExpectationError(`the pattern cannot be used: ${(error as Error).message}`, at)
  }
}

function readSet(rest: string, { name, type }: Subject, wrong: (message: string) => never): Test {
  if (rest.startsWith('[')) {
    if (!rest.endsWith(']')) return wrong('the list has no ] at its end')
    const values = splitList(rest.slice(1, -1)).map((item) => parseValue(item, type))
    if (values.length === 0) return wrong('the list is empty, so that nothing could be in it')
    return { is: 'member', values: values.map((value) => (value.ok ? value.value : wrong(value.wrong))) }
  }
  const range = parseRange(rest)
  if (range === undefined)
    return wrong(
      `behind in stands ${JSON.stringify(rest)}, but must stand a range such as 200..299 or a list such as [200, 204]`,
    )
  if (!isOrdered(type)) return wrong(`${name} has no order, so that it cannot be in a range`)
  const [low, high] = range.map((end) => parseNumber(end, type))
  if (low?.ok !== true) return wrong(low?.wrong ?? '')
  if (high?.ok !== true) return wrong(high?.wrong ?? '')
  if (low.value > high.value) return wrong(`the range ${rest} begins above its end`)
  return { is: 'range', low: low.value, high: high.value }
}

/** Commas in quotes divide nothing. */
const splitList = (text: string): string[] =>
  [...text.matchAll(/\s*("(?:[^"\\]|\\.)*"|[^,]*?)\s*(?:,|$)/g)]
    .map(([, item = '']) => item)
    .filter((item) => item !== '')
