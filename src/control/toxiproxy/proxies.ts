import { FaultlineError } from '../../contract/errors.ts'
import type { FaultSpec } from '../../contract/model.ts'
import type { FaultInput, ProxyInput } from '../../contract/wire.ts'
import { fieldsOf, flagIn, textIn } from './decode.ts'
import { checkListen, keepsListen, listenInput } from './listen-address.ts'
import { checkName } from './names.ts'
import type { ToxiproxyRoute } from './route.ts'
import { proxyJson, proxyMapJson } from './shapes.ts'
import { readToxics } from './toxic-input.ts'
import { ToxiproxyError, asToxiproxyError } from './toxiproxy-error.ts'

/** Toxiproxy checks nothing about upstreams; what is wrong with one shows when it is dialled. */
export const LENIENT = { lenient: true } as const

/** Says what went wrong in Toxiproxy's words, which name the address. */
export function asListening(listen: string): (error: unknown) => never {
  return (error) => {
    throw error instanceof FaultlineError ? asToxiproxyError(error, listen) : error
  }
}

/** The registry takes faults that are resolved already as they are. */
export function asFaults(faults: readonly FaultSpec[] | undefined): { faults?: readonly FaultInput[] } {
  return faults === undefined ? {} : { faults: faults as unknown as readonly FaultInput[] }
}

const update: ToxiproxyRoute['handle'] = async ({ deps: { registry }, proxy, body }) => {
  const { spec } = registry.get(proxy)
  const fields = fieldsOf(body())
  const listen = textIn(fields, 'listen')
  const upstream = textIn(fields, 'upstream')
  const enabled = flagIn(fields, 'enabled')
  if (listen !== undefined) checkListen(listen, '')
  const moves = listen !== undefined && !keepsListen(listen)
  const patch = {
    ...(moves ? { listen: listenInput(listen) } : {}),
    ...(upstream === undefined ? {} : { upstream }),
    ...(enabled === undefined ? {} : { enabled }),
  }
  if (Object.keys(patch).length > 0) {
    await registry.patch(proxy, patch, 'api', LENIENT).catch(asListening(patch.listen ?? spec.listen))
  }
  return { status: 200, json: proxyJson(registry.get(proxy).spec) }
}

export const proxyRoutes: readonly ToxiproxyRoute[] = [
  {
    method: 'GET',
    path: '/proxies',
    // Those of other planes are listed by their own servers; a client could not put their names into a path.
    handle({ deps: { registry } }) {
      const own = registry.list().filter(({ spec }) => spec.plane === undefined)
      return { status: 200, json: proxyMapJson(own.map(({ spec }) => spec)) }
    },
  },
  {
    method: 'POST',
    path: '/proxies',
    async handle({ deps: { registry }, body }) {
      const fields = fieldsOf(body())
      const name = textIn(fields, 'name') ?? ''
      const upstream = textIn(fields, 'upstream') ?? ''
      const enabled = flagIn(fields, 'enabled') ?? true
      const listen = textIn(fields, 'listen') ?? ''
      if (name === '') throw new ToxiproxyError(400, 'missing required field: name')
      if (upstream === '') throw new ToxiproxyError(400, 'missing required field: upstream')
      checkName(name)
      if (registry.find(name) !== undefined) throw new ToxiproxyError(409, 'proxy already exists')
      const faults = readToxics(fields)
      if (enabled) checkListen(listen, 'listen tcp: ')
      const input: ProxyInput = { listen: listenInput(listen), upstream, enabled, ...asFaults(faults) }
      await registry.create(name, input, 'api', LENIENT).catch(asListening(listen))
      return { status: 201, json: proxyJson(registry.get(name).spec) }
    },
  },
  {
    method: 'GET',
    path: '/proxies/{proxy}',
    handle: ({ deps: { registry }, proxy }) => ({ status: 200, json: proxyJson(registry.get(proxy).spec) }),
  },
  { method: 'POST', path: '/proxies/{proxy}', handle: update },
  { method: 'PATCH', path: '/proxies/{proxy}', handle: update },
  {
    method: 'DELETE',
    path: '/proxies/{proxy}',
    async handle({ deps: { registry }, proxy }) {
      await registry.remove(proxy, 'api')
      return { status: 204 }
    },
  },
]
