import type { Owner } from '../contract/model.ts'
import type { EntryStore } from './entry-store.ts'
import type { ProxyEntry } from './entries.ts'
import type { Locks } from './locks.ts'

/** Enables every proxy, takes off every fault, and counts anew. Continues over failures, then throws the first. */
export async function resetProxies(
  store: EntryStore,
  locks: Locks,
  reconfigure: (entry: ProxyEntry, spec: ProxyEntry['spec']) => Promise<unknown>,
  owner: Owner,
): Promise<void> {
  store.told('reset', owner)
  const results = await Promise.allSettled(
    store.list().map((entry) =>
      locks.hold([entry.spec.name], async () => {
        const now = store.find(entry.spec.name)
        if (now === undefined) return
        now.plane.setFaults([])
        now.plane.resetCounters()
        store.orphan(now)
        // Whether it listens is for its own server to say.
        if (now.spec.plane !== undefined) return void store.commit({ ...now.spec, faults: [] }, now.plane)
        const spec = { ...now.spec, faults: [], enabled: true }
        store.commit({ ...spec, enabled: now.spec.enabled }, now.plane)
        if (!now.spec.enabled) await reconfigure(now, spec)
        store.commit({ ...spec, listen: now.plane.status().listen }, now.plane)
      }),
    ),
  )
  const failed = results.find((result) => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}
