import { headerList } from '../../../contract/raw-head.ts'
import type { RawHead } from '../../../contract/raw-head.ts'

const MARK_FIELD = 'x-faultline-scope'
/** A member of `baggage` (W3C Baggage 3.1: name=value, then properties behind semicolons). */
const BAGGAGE_KEY = 'faultline.scope'
/** A member of `tracestate` (W3C Trace Context 3.3, whose keys have no dot). */
const TRACESTATE_KEY = 'faultline'

const CARRIES = new RegExp(`^(?:${MARK_FIELD}|baggage|tracestate):`, 'im')

const BLANK = ' \t'

/** The marks of one request do not name the same scope. */
export const DISAGREE = Symbol('disagree')

/** The scope that a request says it belongs to; undefined where it says nothing. Every mark it carries must say the same. */
export function scopeMark(head: RawHead): string | typeof DISAGREE | undefined {
  // Most heads carry none, and are not taken apart for it.
  if (typeof head === 'string' && !CARRIES.test(head)) return undefined
  let found: string | undefined
  for (const [name, value] of headerList(head)) {
    for (const scope of marksOf(name.toLowerCase(), value)) {
      if (found !== undefined && found !== scope) return DISAGREE
      found = scope
    }
  }
  return found
}

function marksOf(name: string, value: string): string[] {
  switch (name) {
    case MARK_FIELD:
      return members(value)
    case 'baggage':
      return valuesOf(BAGGAGE_KEY, value).map((one) => decoded(one.split(';', 1)[0] ?? ''))
    case 'tracestate':
      return valuesOf(TRACESTATE_KEY, value)
    default:
      return []
  }
}

const members = (list: string): string[] =>
  list
    .split(',')
    .map(trimmed)
    .filter((one) => one !== '')

function valuesOf(key: string, list: string): string[] {
  return members(list).flatMap((member) => {
    const mark = member.indexOf('=')
    return mark > 0 && trimmed(member.slice(0, mark)) === key ? [trimmed(member.slice(mark + 1))] : []
  })
}

/** Not trim(): it would take obs-text such as 0xa0 for white space. */
function trimmed(text: string): string {
  let [from, to] = [0, text.length]
  while (from < to && BLANK.includes(text.charAt(from))) from += 1
  while (to > from && BLANK.includes(text.charAt(to - 1))) to -= 1
  return text.slice(from, to)
}

/** What is no percent-encoding stays as it is, and then names no scope. */
function decoded(value: string): string {
  const text = trimmed(value)
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
