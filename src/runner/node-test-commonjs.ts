import { startFaultline } from '../embed/start-faultline-commonjs.ts'
import type { KeeperOptions } from './keeper.ts'
import type { InTests } from './use-hooks.ts'
import { useNodeTest } from './use-node-test.ts'

export { expecting } from './use-node-test.ts'

/** Call it once in a file (or in a `describe`): `const faultline = useFaultline()`, then `faultline.scope` in each test. */
export const useFaultline = (options: KeeperOptions = {}): InTests => useNodeTest(options, startFaultline)
