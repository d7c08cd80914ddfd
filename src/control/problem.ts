import type { ProblemView } from '../contract/api.ts'
import { ERRORS } from '../contract/errors.ts'
import type { FaultlineError } from '../contract/errors.ts'

export const PROBLEM_TYPE = 'application/problem+json'

/** RFC 9457, with the fields that a caller can act upon. */
export function problemView(error: FaultlineError, requestId: string): ProblemView {
  return {
    type: `urn:faultline:error:${error.code}`,
    title: ERRORS[error.code].title,
    status: error.status,
    code: error.code,
    detail: error.message,
    ...(error.pointer === undefined ? {} : { pointer: error.pointer }),
    remedy: error.remedy,
    ...(error.problems.length === 0 ? {} : { problems: error.problems }),
    request_id: requestId,
  }
}
