import type { HowClosed } from '../../../contract/events.ts'

/** The upstream could not be reached, or broke off. */
export class UpstreamFailed extends Error {
  readonly how: HowClosed
  /** `dial_<code>`, where it could not be reached. */
  readonly reason: string | undefined

  constructor(message: string, how: HowClosed, reason?: string) {
    super(message)
    this.how = how
    this.reason = reason
  }
}

/** Node says ECONNRESET of a mere end as well; only of a real reset there is a system call to tell of. */
export function brokenOff(error: Error & { code?: string; syscall?: string }): UpstreamFailed {
  const reset = (error.code === 'ECONNRESET' || error.code === 'EPIPE') && error.syscall !== undefined
  return new UpstreamFailed(error.message, reset ? 'rst' : 'fin')
}

/** Accepted and reset before we were told of the connect is a reset to the caller, too. */
export function unreachable(code: string): UpstreamFailed {
  return new UpstreamFailed(
    `the upstream cannot be reached: ${code}`,
    code === 'ECONNRESET' ? 'rst' : 'fin',
    `dial_${code}`,
  )
}
