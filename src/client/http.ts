import type { ProblemView } from '../contract/api.ts'
import { ApiError, UnreachableError } from './client-error.ts'

export interface HttpOptions {
  /** Where the control API is, for example http://127.0.0.1:8474. */
  readonly url: string
  readonly token?: string | undefined
  /** For one call, from connect to the last byte, in ms. Default 30 s. */
  readonly timeoutMs?: number | undefined
  /** Instead of the global one: what makes calls without a port. */
  readonly fetch?: typeof fetch | undefined
}

export interface CallOptions {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
  readonly headers?: Readonly<Record<string, string>>
  /** Instead of the client's own. */
  readonly timeoutMs?: number
}

const DEFAULT_TIMEOUT_MS = 30_000
/** An answer that is no problem document (a proxy's error page) is quoted up to here. */
const LONGEST_QUOTE = 200

/** Calls to the control API: JSON in, JSON out, each within a time limit. */
export class Http {
  readonly url: string
  readonly #token: string | undefined
  readonly #timeoutMs: number
  readonly #fetchWith: typeof fetch

  /** @throws TypeError when `url` is no http or https URL */
  constructor({ url, token, timeoutMs = DEFAULT_TIMEOUT_MS, fetch: given }: HttpOptions) {
    const parsed = new URL(url)
    if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') throw new TypeError(`${url} is no http URL`)
    this.url = parsed.href.replace(/\/+$/, '')
    this.#token = token
    this.#timeoutMs = timeoutMs
    this.#fetchWith = given ?? ((...call) => fetch(...call))
  }

  /** @throws ApiError when the daemon refuses, UnreachableError when it does not answer */
  async call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
    const timeout = AbortSignal.timeout(Math.max(this.#timeoutMs, options.timeoutMs ?? 0))
    const signal = options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout])
    const response = await this.#fetch(method, path, options, signal)
    const text = await this.#whole(response, signal)
    if (text === '') return undefined as T
    try {
      return JSON.parse(text) as T
    } catch {
      throw new ApiError(
        `${method} ${path} answered something that is no JSON: ${text.slice(0, LONGEST_QUOTE)}`,
        response.status,
      )
    }
  }

  /** The body as it comes; the time limit covers only the wait for the head. */
  async stream(path: string, options: CallOptions = {}): Promise<ReadableStream<Uint8Array>> {
    const waiting = new AbortController()
    const timeout = AbortSignal.timeout(this.#timeoutMs)
    const onTimeout = (): void => waiting.abort(timeout.reason)
    timeout.addEventListener('abort', onTimeout)
    const signals = options.signal === undefined ? [waiting.signal] : [options.signal, waiting.signal]
    try {
      const response = await this.#fetch('GET', path, options, AbortSignal.any(signals))
      if (response.body === null) throw new ApiError(`GET ${path} answered without a body`, response.status)
      return response.body
    } finally {
      timeout.removeEventListener('abort', onTimeout)
    }
  }

  async #fetch(
    method: string,
    path: string,
    { query, body, headers }: CallOptions,
    signal: AbortSignal,
  ): Promise<Response> {
    let response: Response
    try {
      response = await this.#fetchWith(this.url + path + queryText(query), {
        method,
        signal,
        redirect: 'error',
        headers: {
          accept: 'application/json',
          ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    } catch (error) {
      throw this.#unreachable(error, signal)
    }
    if (!response.ok) throw refusal(method, path, response, await this.#whole(response, signal))
    return response
  }

  async #whole(response: Response, signal: AbortSignal): Promise<string> {
    try {
      return await response.text()
    } catch (error) {
      throw this.#unreachable(error, signal)
    }
  }

  #unreachable(error: unknown, signal: AbortSignal): Error {
    if (signal.aborted) {
      const reason: unknown = signal.reason
      const late = reason instanceof DOMException && reason.name === 'TimeoutError'
      if (!late) return reason instanceof Error ? reason : new Error('the call was given up')
      return new UnreachableError(`${this.url} did not answer within ${this.#timeoutMs} ms`, this.url, error)
    }
    return new UnreachableError(`no daemon answers at ${this.url}: ${reasonOf(error)}`, this.url, error)
  }
}

/** fetch says only "fetch failed"; why is in the cause, or in the causes of the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.cause instanceof AggregateError) return reasonOf(error.cause.errors[0])
  return error.cause instanceof Error
    ? reasonOf(error.cause)
    : error.message || ((error as { code?: string }).code ?? error.name)
}

function queryText(query: CallOptions['query'] = {}): string {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  )
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`
}

function refusal(method: string, path: string, { status, headers }: Response, text: string): ApiError {
  const view = parseProblem(text)
  const message = view?.detail ?? (text.slice(0, LONGEST_QUOTE).trim() || `no reason given`)
  const requestId = view?.request_id ?? headers.get('x-request-id') ?? undefined
  return new ApiError(`${method} ${path} was refused with ${status}: ${message}`, status, {
    ...view,
    ...(requestId === undefined ? {} : { request_id: requestId }),
  })
}

function parseProblem(text: string): Partial<ProblemView> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
