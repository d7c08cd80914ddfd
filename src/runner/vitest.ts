import { startFaultline } from '../embed/start-faultline.ts'
import type { KeeperOptions } from './keeper.ts'
import { useVitest } from './use-vitest.ts'

export type { FaultlineFixtures } from './use-vitest.ts'

/** vitest's `test` with a scope for each test; for other options than usual. */
export const faultlineTest = (options: KeeperOptions = {}) => useVitest(options, startFaultline)

/** vitest's `test` with `{ chaos, scope }`. */
export const test = faultlineTest()
