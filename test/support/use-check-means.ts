import type { CheckMeans } from '../../src/experiment/checks/run-checks.ts'
import { RealClock } from '../../src/kernel/clock.ts'
import { createProber } from '../../src/plane/probe/prober.ts'

/** What checks of runs look with: real probes, and no commands. */
export const useCheckMeans = (more: Partial<CheckMeans> = {}): CheckMeans => ({
  prober: createProber(new RealClock()),
  commands: undefined,
  rules: { commands: undefined, reaches: () => true },
  counts: { passed: 0, failed: 0, no_data: 0, met: 0, not_met: 0 },
  ...more,
})
