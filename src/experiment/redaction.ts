import type { DecisionFact } from '../contract/events.ts'
import type { HeaderList } from '../contract/exchange.ts'

export const HIDDEN = '(hidden)'

/** Header fields whose values are always hidden. */
const HIDDEN_FIELDS = ['authorization', 'cookie', 'proxy-authorization', 'set-cookie'] as const

/** How names of query parameters end whose values are always hidden, without case and punctuation. */
const HIDDEN_ENDINGS = [
  'token',
  'secret',
  'password',
  'passwd',
  'pwd',
  'apikey',
  'accesskey',
  'accesskeyid',
  'privatekey',
  'signature',
  'sig',
  'credential',
  'credentials',
  'authorization',
  'sessionid',
  'jwt',
] as const

/** Fields that hold an address with a query. */
const ADDRESSES = new Set(['location', 'content-location', 'referer'])

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z\d]/g, '')

export interface Redacted {
  /** Names of header fields. */
  readonly fields?: readonly string[] | undefined
  /** Names of query parameters. */
  readonly parameters?: readonly string[] | undefined
}

/** Takes secrets out of what is kept of exchanges: values of header fields, and of parameters in a query. */
export class Redaction {
  /** Names of the header fields whose values are hidden, in lower case. */
  readonly fields: ReadonlySet<string>
  readonly #names: ReadonlySet<string>

  /** `fields` and `parameters` are hidden besides those that always are. */
  constructor({ fields = [], parameters = [] }: Redacted = {}) {
    this.fields = new Set([...HIDDEN_FIELDS, ...fields].map((name) => name.toLowerCase()))
    this.#names = new Set(parameters.map(plain))
  }

  headers(headers: HeaderList): HeaderList {
    return headers.map(([name, value]) => {
      const lower = name.toLowerCase()
      if (this.fields.has(lower)) return [name, HIDDEN]
      return [name, ADDRESSES.has(lower) ? this.target(value) : value]
    })
  }

  /** A draw may follow the value of a header field. */
  decision(fact: DecisionFact): DecisionFact {
    const { header, nth } = fact.key ?? {}
    if (header === undefined || nth === undefined || !this.fields.has(header.toLowerCase())) return fact
    return { ...fact, key: { header, nth } }
  }

  /** A target or address as it may be shown; the same text where there is nothing to hide. */
  target(text: string): string {
    const query = text.indexOf('?')
    if (query < 0 && text.startsWith('/')) return text
    const before = query < 0 ? text : text.slice(0, query)
    const place = before.startsWith('/') ? before : before.replace(/^([a-z][\w+.-]*:\/\/)[^/@]*@/i, `$1${HIDDEN}@`)
    return query < 0 ? place : place + text.slice(query).replaceAll(/([?&;#])([^=&;#]*)=([^&;#]*)/g, this.#parameter)
  }

  readonly #parameter = (whole: string, mark: string, name: string): string =>
    this.#hides(name) ? `${mark}${name}=${HIDDEN}` : whole

  #hides(name: string): boolean {
    const known = plain(decoded(name))
    return this.#names.has(known) || HIDDEN_ENDINGS.some((ending) => known.endsWith(ending))
  }
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
