import type { RequestHead as ExchangeHead, HeaderList } from '../../../contract/exchange.ts'
import { headerList } from '../../../contract/raw-head.ts'
import type { HeadBytes } from '../../../contract/raw-head.ts'

/** The scheme and authority of an absolute-form target. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i

/** What either parser read. */
type Parsed = HeadBytes | { readonly rawHeaders: readonly string[] }

/** A request head in the words of the contract. Most faults look at its start line and are done. */
class AskedHead implements ExchangeHead {
  readonly method: string
  readonly target: string
  readonly path: string
  readonly query: string | undefined
  readonly version: '1.0' | '1.1'
  readonly #parsed: Parsed
  #headers: HeaderList | undefined

  constructor(method: string, target: string, version: '1.0' | '1.1', parsed: Parsed) {
    const local = target.startsWith('/') ? target : target.replace(ORIGIN, '')
    const mark = local.indexOf('?')
    const path = mark < 0 ? local : local.slice(0, mark)
    this.method = method
    this.target = target
    this.path = path === '' ? '/' : path
    this.query = mark < 0 ? undefined : local.slice(mark + 1)
    this.version = version
    this.#parsed = parsed
  }

  get headers(): HeaderList {
    return (this.#headers ??= headerList('text' in this.#parsed ? this.#parsed : this.#parsed.rawHeaders))
  }
}

export function exchangeHead(method: string, target: string, version: '1.0' | '1.1', parsed: Parsed): ExchangeHead {
  return new AskedHead(method, target, version, parsed)
}
