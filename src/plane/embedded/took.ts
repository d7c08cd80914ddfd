import type { AttachedFault } from './attached-fault.ts'

/** Notes how long a fault delayed something. Where a test moves the time that says nothing, so it is not kept. */
export function took({ manual, achieved }: AttachedFault, ms: number): void {
  if (manual === undefined) achieved.observe(ms)
}
