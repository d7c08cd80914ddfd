import { join } from 'node:path'
import { LocalFaultline } from './local-faultline.ts'
import type { Engine, StartOptions } from './local-faultline.ts'

export { LocalFaultline } from './local-faultline.ts'
export type { StartOptions } from './local-faultline.ts'

/** From dist/cjs/embed, where this stands when it runs. */
const ENGINE = ['..', '..', 'embed', 'start-engine.js']

/**
 * Starts the engine of the daemon inside this process: the same proxies, faults and API, and no port unless asked.
 * @throws FaultlineError when a setting is not valid, or the port is taken
 */
export async function startFaultline(options: StartOptions = {}): Promise<LocalFaultline> {
  // Every Node that is supported can require() ESM; the handles are of this build, as all that faultline/client gives.
  const { startEngine } = require(join(__dirname, ...ENGINE)) as {
    startEngine(options: StartOptions): Promise<Engine>
  }
  return new LocalFaultline(await startEngine(options))
}
