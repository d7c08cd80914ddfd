import type { InfoView } from '../contract/api.ts'
import { FaultlineClient } from './client.ts'
import type { HttpOptions } from './http.ts'
import { Scope } from './scope.ts'
import type { ScopeOptions } from './scope.ts'

/** Where a daemon is: `process.env` with FAULTLINE_URL (and FAULTLINE_TOKEN) in it, for one. */
export interface Environment {
  readonly [name: string]: string | undefined
}

const DEFAULT_URL = 'http://127.0.0.1:8474'

/** A daemon that answers. */
export class Faultline {
  /** Every route of the native API, one method each. */
  readonly client: FaultlineClient

  constructor(client: FaultlineClient) {
    this.client = client
  }

  get url(): string {
    return this.client.url
  }

  info(): Promise<InfoView> {
    return this.client.info()
  }

  /**
   * Opens a scope: what one test owns. It ends with all in it when it is disposed of (`await using`), when `end()` is
   * called, or when this process is gone, however it went.
   * @throws ApiError limit_reached, UnreachableError
   */
  scope(options: ScopeOptions = {}): Promise<Scope> {
    return Scope.open(this.client, options)
  }
}

/**
 * Finds the daemon, and makes sure that it answers.
 * @param to its URL, options with a URL, or an environment (`process.env`); default http://127.0.0.1:8474
 * @throws UnreachableError when nobody answers there
 */
export async function connect(to: string | HttpOptions | Environment = DEFAULT_URL): Promise<Faultline> {
  const client = new FaultlineClient(optionsOf(to))
  await client.health()
  return new Faultline(client)
}

function optionsOf(to: string | HttpOptions | Environment): HttpOptions {
  if (typeof to === 'string') return { url: to }
  if (typeof to['url'] === 'string') return to as HttpOptions
  const { FAULTLINE_URL: url, FAULTLINE_TOKEN: token } = to as Environment
  return { url: url === undefined || url === '' ? DEFAULT_URL : url, token: token === '' ? undefined : token }
}
