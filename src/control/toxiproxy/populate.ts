import type { FaultSpec } from '../../contract/model.ts'
import type { ControlDeps } from '../deps.ts'
import type { JsonNode } from '../json-reader.ts'
import { fieldsOf, flagIn, itemsOf, textIn } from './decode.ts'
import { checkListen, keepsListen, listenInput } from './listen-address.ts'
import { checkName } from './names.ts'
import { LENIENT, asFaults, asListening } from './proxies.ts'
import type { ToxiproxyRoute } from './route.ts'
import { proxyJson } from './shapes.ts'
import { readToxics } from './toxic-input.ts'
import { ToxiproxyError } from './toxiproxy-error.ts'

interface Wanted {
  readonly name: string
  readonly upstream: string
  readonly listen: string
  readonly enabled: boolean | undefined
  readonly faults: readonly FaultSpec[] | undefined
}

/** The whole array is read before anything is done. @throws ToxiproxyError 400 */
function readWanted(node: JsonNode): Wanted[] {
  return itemsOf(node).map((item, index) => {
    const fields = fieldsOf(item, `[${index}]`)
    const where = `[${index}].`
    const name = textIn(fields, 'name', where) ?? ''
    const upstream = textIn(fields, 'upstream', where) ?? ''
    const listen = textIn(fields, 'listen', where) ?? ''
    const enabled = flagIn(fields, 'enabled', where)
    if (name === '') throw new ToxiproxyError(400, `missing required field: name at proxy ${index + 1}`)
    if (upstream === '') throw new ToxiproxyError(400, `missing required field: upstream at proxy ${index + 1}`)
    checkName(name)
    return { name, upstream, listen, enabled, faults: readToxics(fields, where) }
  })
}

/**
 * Proxies that stand as wanted are left alone, others are created or moved. Unlike Toxiproxy's, a proxy that moves
 * keeps its toxics, `enabled` counts for one that exists when it is said, and a failed move leaves the old one up.
 */
async function put({ registry }: ControlDeps, wanted: Wanted): Promise<string> {
  const { name, upstream, listen, enabled, faults } = wanted
  const entry = registry.find(name)
  const toxics = asFaults(faults)
  if (entry === undefined) {
    if (enabled !== false) checkListen(listen, 'listen tcp: ')
    const input = { listen: listenInput(listen), upstream, enabled: enabled ?? true, ...toxics }
    await registry.create(name, input, 'api', LENIENT).catch(asListening(listen))
  } else {
    checkListen(listen, '')
    const patch = {
      upstream,
      ...(keepsListen(listen) ? {} : { listen: listenInput(listen) }),
      ...(enabled === undefined ? {} : { enabled }),
      ...toxics,
    }
    await registry.patch(name, patch, 'api', LENIENT).catch(asListening(patch.listen ?? entry.spec.listen))
  }
  return proxyJson(registry.get(name).spec)
}

export const populateRoute: ToxiproxyRoute = {
  method: 'POST',
  path: '/populate',
  async handle({ deps, body }) {
    const done: string[] = []
    try {
      for (const wanted of readWanted(body())) done.push(await put(deps, wanted))
    } catch (error) {
      if (!(error instanceof ToxiproxyError)) throw error
      const proxies: unknown = error.status === 400 ? null : done.map((json): unknown => JSON.parse(json))
      throw new ToxiproxyError(error.status, error.message, { proxies })
    }
    return { status: 201, json: `{"proxies":[${done.join(',')}]}` }
  },
}
