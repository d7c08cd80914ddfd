import { onTestFinished } from 'vitest'
import { RealClock } from '../../src/kernel/clock.ts'
import { startStallWorker } from '../../src/plane/embedded/stalled-listener.ts'
import { useUpstream } from './use-peers.ts'

async function freePort(): Promise<number> {
  const { port, server } = await useUpstream()
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** An address of 127.0.0.1 on which a connect is never answered. Linux only. */
export async function useSilence(port?: number): Promise<string> {
  const at = port ?? (await freePort())
  const stalled = await (await startStallWorker(new RealClock())).listen('127.0.0.1', at)
  onTestFinished(() => stalled.close())
  return `127.0.0.1:${at}`
}
