import { isDeepStrictEqual } from 'node:util'
import { FaultlineError } from '../contract/errors.ts'
import type { Owner, ProxySpec, Sharing } from '../contract/model.ts'
import type { ProxyEntry } from './entries.ts'

/** @throws invalid_request where the listener is another scope's */
export function mustBeOwn({ spec: { name, shared } }: ProxyEntry): void {
  if (shared === undefined) return
  const detail = `cannot change proxy ${JSON.stringify(name)}: it stands for a listener of the default scope, which others share`
  throw new FaultlineError('invalid_request', detail, {
    remedy: 'Attach, change and remove faults on it under /faults; DELETE the proxy to share the listener no more.',
  })
}

/** @throws proxy_exists where it shares no listener, or in another way */
export function mustShareAlike({ spec }: ProxyEntry, shared: Sharing): void {
  if (isDeepStrictEqual(spec.shared, shared)) return
  const detail = `cannot share the listener of proxy ${JSON.stringify(spec.name)}: the scope has a proxy of this name`
  const how = spec.shared === undefined ? detail : `${detail}, with clients ${JSON.stringify(spec.shared.clients)}`
  throw new FaultlineError('proxy_exists', how, { remedy: 'Remove it first.' })
}

export function sharedSpec(name: string, shared: Sharing, owner: Owner): ProxySpec {
  const nothing = { listen: '', upstream: '', from: undefined, to: undefined, faults: [] }
  return { ...nothing, name, protocol: 'http', enabled: true, owner, shared }
}
