import type { WaitInput, WaitView } from '../contract/scope-wire.ts'
import type { FaultlineClient } from './client.ts'
import type { Duration } from './fault.ts'

export interface WaitOptions {
  /** Longest wait; default 5 s, at most 60 s. */
  readonly timeout?: Duration
  readonly signal?: AbortSignal
}

/** What was waited for did not come to be in time. */
export class WaitError extends Error {
  override readonly name = 'WaitError'
  readonly code = 'wait_timeout'
  /** What was found instead. */
  readonly view: WaitView

  constructor(view: WaitView) {
    super(view.detail)
    this.view = view
  }
}

/** @throws WaitError, or ApiError when what is looked at is gone */
export async function waitOrThrow(
  client: FaultlineClient,
  condition: Omit<WaitInput, 'timeout'>,
  { timeout, signal }: WaitOptions,
): Promise<WaitView> {
  const view = await client.wait({ ...condition, ...(timeout === undefined ? {} : { timeout }) }, signal)
  if (!view.met) throw new WaitError(view)
  return view
}
