import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { connect } from '../client/connect.ts'
import type { KeeperOptions, StartEngine } from './keeper.ts'
import { useJest } from './use-jest.ts'
import type { InTests } from './use-hooks.ts'

export { matchers } from './matchers.ts'

/** From dist/cjs/runner, where this stands when it runs. */
const ENGINE = ['..', '..', 'embed', 'engine-worker.js']

/**
 * jest loads files by a loader of its own, which cannot load ESM up to Node 24.8, and the engine is ESM. A thread has
 * Node's own loader.
 */
const startBeside: StartEngine = async (options) => {
  const worker = new Worker(join(__dirname, ...ENGINE), { workerData: options })
  const [address] = (await once(worker, 'message')) as [string]
  const stop = async (): Promise<void> => {
    const ended = once(worker, 'exit')
    worker.postMessage('stop')
    await ended
  }
  return Object.assign(await connect(address), { stop })
}

/**
 * Call it once in a file (or in a `describe`): `const faultline = useFaultline()`, then `faultline.scope` in each test.
 * jest does not tell its hooks whether a test passed, so a test that failed for another reason may be told to have
 * faults that never acted as well.
 * @throws Error outside of a test file of jest (or with injectGlobals: false)
 */
export const useFaultline = (options: KeeperOptions = {}): InTests => useJest(options, startBeside)
