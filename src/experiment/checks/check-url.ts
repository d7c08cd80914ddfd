import type { Attribute } from '../../contract/attributes.ts'
import { formatAddress } from '../../contract/address.ts'
import type { Wrong } from './check-kind.ts'

export const URL_TEXT: Attribute<string> = {
  type: 'string',
  pattern: '^https?://[^\\s]+$',
  maxLength: 2000,
  'x-allowed': 'a URL such as http://127.0.0.1:8080/health',
  description: 'Where to.',
}

const NAME = "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$"

export const HEADERS: Attribute<Readonly<Record<string, string>>> = {
  type: 'object',
  maxProperties: 50,
  default: {},
  propertyNames: { pattern: NAME },
  additionalProperties: {
    type: 'string',
    maxLength: 8192,
    pattern: '^[\\t\\x20-\\x7e\\x80-\\xff]*$',
    'x-secret': true,
    'x-allowed': 'a text without line ends',
  },
  description: 'Fields of the request. Their values are shown nowhere.',
}

/** Credentials in a URL would be shown wherever the URL is. */
export function urlProblems(url: string): readonly Wrong[] {
  const wrong = (message: string): readonly Wrong[] => [{ pointer: '/url', message }]
  if (!URL.canParse(url)) return wrong(`url is no URL; write one such as http://127.0.0.1:8080/health`)
  const { username, password } = new URL(url)
  return username === '' && password === ''
    ? []
    : wrong('url holds credentials, which would be shown; put them into headers, as authorization')
}

/** host:port, as allow-lists have it. */
export function addressOf(url: string): string {
  const { protocol, hostname, port } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  return formatAddress(host, Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port))
}

/** Without its query, which may hold a key. */
export function plainUrl(url: string): string {
  const { origin, pathname, search } = new URL(url)
  return `${origin}${pathname}${search === '' ? '' : '?...'}`
}
