import { LocalFaultline } from './local-faultline.ts'
import type { StartOptions } from './local-faultline.ts'
import { startEngine } from './start-engine.ts'

export { LocalFaultline } from './local-faultline.ts'
export type { StartOptions } from './local-faultline.ts'

/**
 * Starts the engine of the daemon inside this process: the same proxies, faults and API, and no port unless asked.
 * @throws FaultlineError when a setting is not valid, or the port is taken
 */
export async function startFaultline(options: StartOptions = {}): Promise<LocalFaultline> {
  return new LocalFaultline(await startEngine(options))
}
