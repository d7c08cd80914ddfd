import { numberIn, fieldsOf } from './decode.ts'
import type { ToxiproxyRoute } from './route.ts'
import { toxicJson, toxicsJson } from './shapes.ts'
import { readAttributes, readToxic } from './toxic-input.ts'
import { LENIENT } from './proxies.ts'

const update: ToxiproxyRoute['handle'] = ({ deps: { registry }, proxy, toxic, body }) => {
  // Both have to exist before the body is looked at.
  registry.getFault(proxy, toxic)
  const fields = fieldsOf(body())
  const toxicity = numberIn(fields, 'toxicity')
  const patch = { attributes: readAttributes(fields), ...(toxicity === undefined ? {} : { toxicity }) }
  const { fault } = registry.patchFault(proxy, toxic, patch, 'api', LENIENT)
  return { status: 200, json: toxicJson(fault) }
}

export const toxicRoutes: readonly ToxiproxyRoute[] = [
  {
    method: 'GET',
    path: '/proxies/{proxy}/toxics',
    handle: ({ deps: { registry }, proxy }) => ({ status: 200, json: toxicsJson(registry.get(proxy).spec) }),
  },
  {
    method: 'POST',
    path: '/proxies/{proxy}/toxics',
    handle({ deps: { registry }, proxy, body }) {
      const { spec } = registry.get(proxy)
      const toxic = readToxic(body(), new Set(spec.faults.map(({ name }) => name)))
      const { fault } = registry.addFault(proxy, toxic, 'api', LENIENT)
      // 200 and not 201: one client takes nothing else.
      return { status: 200, json: toxicJson(fault) }
    },
  },
  {
    method: 'GET',
    path: '/proxies/{proxy}/toxics/{toxic}',
    handle: ({ deps: { registry }, proxy, toxic }) => ({
      status: 200,
      json: toxicJson(registry.getFault(proxy, toxic)),
    }),
  },
  { method: 'POST', path: '/proxies/{proxy}/toxics/{toxic}', handle: update },
  { method: 'PATCH', path: '/proxies/{proxy}/toxics/{toxic}', handle: update },
  {
    method: 'DELETE',
    path: '/proxies/{proxy}/toxics/{toxic}',
    handle({ deps: { registry }, proxy, toxic }) {
      registry.removeFault(proxy, toxic, 'api')
      return { status: 204 }
    },
  },
]
