import { parentPort, workerData } from 'node:worker_threads'
import { startFaultline } from './start-faultline.ts'
import type { StartOptions } from './start-faultline.ts'

/** The engine in a thread of its own: says its address, and ends with the first message. */
const engine = await startFaultline({ ...(workerData as StartOptions), port: 0 })
parentPort?.once('message', () => {
  void engine.stop().finally(() => parentPort?.close())
})
parentPort?.postMessage(engine.address)
