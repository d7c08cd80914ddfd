import type { FaultlineError } from '../../contract/errors.ts'

/** An answer in Toxiproxy's own words: its clients and their tests compare status and text. */
export class ToxiproxyError extends Error {
  override readonly name = 'ToxiproxyError'
  readonly status: number
  /** Fields besides `error` and `status`; populate tells what it did before it failed. */
  readonly more: Readonly<Record<string, unknown>>

  constructor(status: number, message: string, more: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.status = status
    this.more = more
  }

  /** Keys in Toxiproxy's order. */
  get body(): string {
    return JSON.stringify({ error: this.message, status: this.status, ...this.more })
  }
}

export const badBody = (why: string): ToxiproxyError => new ToxiproxyError(400, `bad request body: ${why}`)

/**
 * What a mistake is called on Toxiproxy's API.
 * @param listen the address the request was about to listen on
 */
export function asToxiproxyError(error: FaultlineError, listen = ''): ToxiproxyError {
  switch (error.code) {
    case 'proxy_not_found':
      return new ToxiproxyError(404, 'proxy not found')
    case 'fault_not_found':
      return new ToxiproxyError(404, 'toxic not found')
    case 'proxy_exists':
      return new ToxiproxyError(409, 'proxy already exists')
    case 'fault_exists':
      return new ToxiproxyError(409, 'toxic already exists')
    case 'kind_not_found':
      return new ToxiproxyError(400, 'invalid toxic type')
    case 'address_in_use':
      return new ToxiproxyError(500, `listen tcp ${goAddress(listen)}: bind: address already in use`)
    case 'address_not_available':
      return new ToxiproxyError(500, `listen tcp ${goAddress(listen)}: bind: cannot assign requested address`)
    case 'listen_failed':
      return new ToxiproxyError(
        500,
        `listen tcp ${goAddress(listen)}: ${error.message.replace(/^cannot listen on \S+: /, '')}`,
      )
    case 'invalid_fault':
    case 'kind_not_for_protocol':
    case 'kind_unsupported':
      return new ToxiproxyError(400, error.message)
    case 'invalid_request':
      return error.pointer === '/listen'
        ? new ToxiproxyError(500, `listen tcp: ${error.message}`)
        : new ToxiproxyError(400, error.message)
    default:
      return new ToxiproxyError(error.status, error.message)
  }
}

/** Toxiproxy names the address it had resolved. */
const goAddress = (listen: string): string => listen.replace(/^localhost:/i, '127.0.0.1:')
