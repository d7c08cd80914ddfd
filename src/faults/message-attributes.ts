import { choice, closed } from '../contract/attributes.ts'
import type { Attribute } from '../contract/attributes.ts'
import type { Cut, HeaderList } from '../contract/exchange.ts'

/** RFC 9110, 5.6.2: the characters of a token. */
const NAME = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"
/** RFC 9110, 5.5: no control characters but the tab, so that no value can begin another line. */
const VALUE = '^[\\t\\x20-\\x7e\\x80-\\xff]*$'
const FRAMING = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'trailer', 'upgrade'])

export interface Field {
  readonly name: string
  readonly value: string
}

export const text = (description: string, maxLength: number, pattern?: string): Attribute<string> => ({
  type: 'string',
  maxLength,
  ...(pattern === undefined ? {} : { pattern }),
  description,
})

export const fieldName = (description: string): Attribute<string> => ({
  ...text(description, 256, NAME),
  minLength: 1,
  'x-allowed': 'the name of a header field, such as x-request-id',
})

export const field = closed({
  name: fieldName('Field name.'),
  value: {
    ...text('Field value.', 8192, VALUE),
    'x-allowed': 'a text of at most 8192 characters without line breaks or others above U+00FF',
  } as Attribute<string>,
}) as Attribute<Field>

/** Before the upstream hears of the request, or after it has answered. */
export const phase = (description: string, standard: Phase): Attribute<Phase> =>
  choice(
    `${description} before_upstream: it never hears of the request. after_upstream: when it has answered.`,
    PHASES,
    {
      default: standard,
    },
  )

const PHASES = ['before_upstream', 'after_upstream'] as const
export type Phase = (typeof PHASES)[number]

/** How a message, and its connection, comes to a stop. */
export const cut = (description: string, standard: Cut = 'fin'): Attribute<Cut> =>
  choice(
    `${description} fin: closed. rst: reset. stall: nothing more, with the connection open.`,
    ['fin', 'rst', 'stall'],
    {
      default: standard,
    },
  )

export const headerList = (fields: readonly Field[]): HeaderList => fields.map(({ name, value }) => [name, value])

/** Fields that frame a message are the lane's to write: a wrong one belongs to http_malformed, where it is meant. */
export function refuseFraming(where: string, names: readonly string[]): string | undefined {
  const found = names.findIndex((name) => FRAMING.has(name.toLowerCase()))
  if (found < 0) return undefined
  return `${where}/${found} names ${String(names[found])}, which frames the message or belongs to one connection and is kept right; for a wrong one attach http_malformed`
}
