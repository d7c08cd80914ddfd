import { onTestFinished } from 'vitest'
import type { Protocol } from '../../src/contract/model.ts'
import type { FaultInput } from '../../src/contract/wire.ts'
import { catalogue } from '../../src/faults/catalogue.ts'
import { wishReader } from '../../src/faults/read-wishes.ts'
import { RealClock } from '../../src/kernel/clock.ts'
import { EmbeddedPlane } from '../../src/plane/embedded/plane.ts'
import { Registry } from '../../src/registry/registry.ts'

export interface TestProxy {
  readonly address: { readonly host: string; readonly port: number }
  state(): string
  openConnections(): number
  /** @returns its name */
  add(fault: FaultInput): string
  remove(fault: string): void
  /** Removes every fault. */
  heal(): void
}

const NAME = 'service'

/** The real plane and registry, with one proxy before the server. */
export async function useProxy(upstream: string, protocol: Protocol = 'tcp'): Promise<TestProxy> {
  const sink = { emit: () => undefined }
  const limits = {
    connections: 1000,
    connectionsPerProxy: 1000,
    heldBytesPerLink: 2 ** 25,
    heldBytesTotal: 2 ** 27,
    dialMs: 5000,
  }
  const plane = new EmbeddedPlane({ clock: new RealClock(), sink, kinds: catalogue, wishes: wishReader, limits })
  const registry = new Registry({ plane, sink, seed: 'services', limits: { proxies: 1, faultsPerProxy: 10 } })
  onTestFinished(() => registry.close())
  const { view } = await registry.create(NAME, { listen: '127.0.0.1:0', upstream, protocol }, 'api')
  return {
    address: { host: '127.0.0.1', port: Number(view.listen.split(':').at(-1)) },
    state: () => registry.view(registry.get(NAME)).state,
    openConnections: () => registry.view(registry.get(NAME)).connections.open ?? 0,
    add: (fault) => registry.addFault(NAME, fault, 'api').fault.name,
    remove: (fault) => void registry.removeFault(NAME, fault, 'api'),
    heal: () => {
      for (const { name } of registry.get(NAME).spec.faults) registry.removeFault(NAME, name, 'api')
    },
  }
}
