import { parseAddress } from '../../contract/address.ts'
import { allowList } from '../../contract/allow-list.ts'
import { FaultlineError } from '../../contract/errors.ts'
import type { HostEffect } from '../../contract/host.ts'
import type { Taken, TakeContext } from './taken.ts'

export async function takeConnections(
  { target, count }: HostEffect & { take: 'connections' },
  { start, limits }: TakeContext,
): Promise<Taken> {
  if (!allowList(limits.targets)(target)) {
    const list = limits.targets.length === 0 ? 'none is' : `allowed are ${limits.targets.join(', ')}`
    throw new FaultlineError('host_not_allowed', `cannot connect to ${target}: it is not allowed (${list})`, {
      remedy: 'Add it to host_faults.allow.targets in the config.',
    })
  }
  const address = parseAddress(target, 'upstream')
  const to = address.is === 'tcp' ? { host: address.host, port: address.port } : { path: address.path }
  const worker = await start('hold-connections')
  return {
    undo: [worker.undo],
    asked: count,
    async begin() {
      worker.begin({ to, count })
      await worker.until(({ open }) => open !== undefined)
    },
    async measure() {
      const { open = 0, refused = 0 } = worker.said()
      return { achieved: open, details: { open, refused_or_lost: refused } }
    },
    broken: worker.ended,
  }
}
