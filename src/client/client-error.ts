import type { ProblemView } from '../contract/api.ts'
import type { Problem } from '../contract/errors.ts'

/** The daemon answered that it will not, or cannot. Fields are those of its problem document. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  /** A code of the table in contract/errors.ts; undefined when something else than faultline answered. */
  readonly code: string | undefined
  /** JSON pointer to what is wrong in the body, or `?name` for a query parameter. */
  readonly pointer: string | undefined
  readonly remedy: string | undefined
  readonly problems: readonly Problem[]
  /** To be found in the daemon's log. */
  readonly requestId: string | undefined

  constructor(message: string, status: number, view: Partial<ProblemView> = {}) {
    super(message)
    this.status = status
    this.code = view.code
    this.pointer = view.pointer
    this.remedy = view.remedy
    this.problems = view.problems ?? []
    this.requestId = view.request_id
  }
}

/** Nobody answered, or not in time, or not to the end. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
  readonly url: string

  constructor(message: string, url: string, cause?: unknown) {
    super(message, { cause })
    this.url = url
  }
}
