/** A value in a structured field (RFC 9651, 3.3). Dates are seconds since 1970. */
export type BareItem =
  | { readonly is: 'integer' | 'decimal' | 'date'; readonly value: number }
  | { readonly is: 'string' | 'token' | 'display'; readonly value: string }
  | { readonly is: 'boolean'; readonly value: boolean }
  | { readonly is: 'bytes'; readonly value: Uint8Array }

/** An item with its parameters; of a parameter that comes twice the last one counts. */
export interface FieldItem {
  readonly item: BareItem
  readonly parameters: ReadonlyMap<string, BareItem>
}

interface Cursor {
  readonly text: string
  at: number
}

const DIGITS = /\d+/y
const TOKEN = /[A-Za-z*][\w!#$%&'*+.^`|~:/-]*/y
const KEY = /[a-z*][a-z0-9_.*-]*/y
// A lone backslash and what is not printable ASCII end the match early, and so fail.
const STRING = /"((?:[ !#-[\]-~]|\\["\\])*)"/y
const BYTES = /:([A-Za-z0-9+/]*={0,2}):/y
const DISPLAY = /%"((?:[ !#$&-~]|%[0-9a-f]{2})*)"/y
const SPACES = / */y
const BLANKS = /[ \t]*/y

/**
 * Reads a field whose type is a List (RFC 9651, 4.2.1); repeated fields are joined with commas before. Inner lists, which
 * none of our fields takes, are refused like what is malformed. Takes time in proportion to the length.
 * @throws SyntaxError that says where, and what was expected there
 */
export function parseFieldList(text: string): readonly FieldItem[] {
  const cursor: Cursor = { text, at: 0 }
  const items: FieldItem[] = []
  take(cursor, SPACES)
  while (cursor.at < text.length) {
    items.push({ item: bareItem(cursor), parameters: parameters(cursor) })
    take(cursor, BLANKS)
    if (cursor.at === text.length) break
    if (text[cursor.at] !== ',') fail(cursor, 'a comma, a semicolon (with no space before it) or the end')
    cursor.at++
    take(cursor, BLANKS)
    if (cursor.at === text.length) fail(cursor, 'another item behind the comma')
  }
  return items
}

function parameters(cursor: Cursor): ReadonlyMap<string, BareItem> {
  const found = new Map<string, BareItem>()
  while (cursor.text[cursor.at] === ';') {
    cursor.at++
    take(cursor, SPACES)
    const key = take(cursor, KEY)?.[0] ?? fail(cursor, 'a name in lower case')
    const hasValue = cursor.text[cursor.at] === '='
    if (hasValue) cursor.at++
    found.set(key, hasValue ? bareItem(cursor) : { is: 'boolean', value: true })
  }
  return found
}

function bareItem(cursor: Cursor): BareItem {
  switch (cursor.text[cursor.at]) {
    case '"': {
      const [, inside = ''] = take(cursor, STRING) ?? fail(cursor, 'a text in quotes that ends')
      return { is: 'string', value: inside.replaceAll(/\\(.)/g, '$1') }
    }
    case '?': {
      const bit = cursor.text[cursor.at + 1]
      if (bit !== '0' && bit !== '1') fail(cursor, '?0 or ?1')
      cursor.at += 2
      return { is: 'boolean', value: bit === '1' }
    }
    case ':': {
      const [, inside = ''] = take(cursor, BYTES) ?? fail(cursor, 'Base64 between colons')
      return { is: 'bytes', value: Buffer.from(inside, 'base64') }
    }
    case '%':
      return display(cursor)
    case '@': {
      cursor.at++
      const date = number(cursor)
      return date.is === 'integer' ? { is: 'date', value: date.value } : fail(cursor, 'whole seconds')
    }
    default: {
      const token = take(cursor, TOKEN)
      return token === undefined ? number(cursor) : { is: 'token', value: token[0] }
    }
  }
}

/** Up to 15 digits, or up to 12 before and 3 behind the point. */
function number(cursor: Cursor): BareItem & { readonly is: 'integer' | 'decimal' } {
  const start = cursor.at
  if (cursor.text[cursor.at] === '-') cursor.at++
  const whole = take(cursor, DIGITS)?.[0] ?? fail(cursor, 'a value: a number, a word or a text in quotes')
  if (cursor.text[cursor.at] !== '.') {
    if (whole.length > 15) fail(cursor, 'a number of at most 15 digits')
    return { is: 'integer', value: Number(cursor.text.slice(start, cursor.at)) }
  }
  cursor.at++
  const part = take(cursor, DIGITS)?.[0] ?? fail(cursor, 'a digit behind the point')
  if (whole.length > 12 || part.length > 3) fail(cursor, 'at most 12 digits before and 3 behind the point')
  return { is: 'decimal', value: Number(cursor.text.slice(start, cursor.at)) }
}

function display(cursor: Cursor): BareItem {
  const [, inside = ''] = take(cursor, DISPLAY) ?? fail(cursor, 'a text in quotes, percent-encoded in lower case')
  try {
    return { is: 'display', value: decodeURIComponent(inside) }
  } catch {
    return fail(cursor, 'UTF-8 in the text before it')
  }
}

function take(cursor: Cursor, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = cursor.at
  const found = pattern.exec(cursor.text)
  if (found === null) return undefined
  cursor.at = pattern.lastIndex
  return found
}

function fail({ text, at }: Cursor, wanted: string): never {
  const found = at < text.length ? JSON.stringify(text[at]) : 'the end'
  throw new SyntaxError(`at character ${at + 1} stands ${found}, expected is ${wanted}`)
}
