import { startFaultline } from '../embed/start-faultline.ts'
import type { KeeperOptions } from './keeper.ts'
import { useJest } from './use-jest.ts'
import type { InTests } from './use-hooks.ts'

export { matchers } from './matchers.ts'

/**
 * Call it once in a file (or in a `describe`): `const faultline = useFaultline()`, then `faultline.scope` in each test.
 * jest does not tell its hooks whether a test passed, so a test that failed for another reason may be told to have
 * faults that never acted as well.
 * @throws Error outside of a test file of jest (or with injectGlobals: false)
 */
export const useFaultline = (options: KeeperOptions = {}): InTests => useJest(options, startFaultline)
