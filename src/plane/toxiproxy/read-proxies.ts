import { CallError } from './call-error.ts'

export interface ServerToxic {
  readonly name: string
  readonly type: string
  readonly stream: string
  readonly toxicity: number
  readonly attributes: Readonly<Record<string, unknown>>
}

export interface ServerProxy {
  readonly name: string
  readonly listen: string
  readonly upstream: string
  readonly enabled: boolean
  readonly toxics: readonly ServerToxic[]
}

/**
 * What a server answers to `GET /proxies`, by name. Proxies whose names a path cannot hold are left out: nothing
 * could be taken off them again.
 * @throws CallError when no Toxiproxy server would answer so
 */
export function readProxies(data: unknown): ReadonlyMap<string, ServerProxy> {
  if (!isRecord(data)) throw notToxiproxy('its proxies are no map')
  const found = new Map<string, ServerProxy>()
  for (const [name, proxy] of Object.entries(data)) {
    if (!isRecord(proxy) || typeof proxy['listen'] !== 'string') throw notToxiproxy(`${brief(name)} is no proxy`)
    if (isPathName(name)) found.set(name, readProxy(name, proxy))
  }
  return found
}

function readProxy(name: string, { listen, upstream, enabled, toxics }: Fields): ServerProxy {
  if (!Array.isArray(toxics)) throw notToxiproxy(`proxy ${brief(name)} has no list of toxics`)
  return {
    name,
    listen: String(listen),
    upstream: typeof upstream === 'string' ? upstream : '',
    enabled: enabled === true,
    toxics: toxics.map((toxic: unknown) => readToxic(name, toxic)),
  }
}

function readToxic(proxy: string, toxic: unknown): ServerToxic {
  if (!isRecord(toxic) || typeof toxic['name'] !== 'string')
    throw notToxiproxy(`proxy ${brief(proxy)} has a toxic without a name`)
  const { type, stream, toxicity, attributes } = toxic
  return {
    name: toxic['name'],
    type: typeof type === 'string' ? type : '',
    stream: typeof stream === 'string' ? stream.toLowerCase() : '',
    toxicity: typeof toxicity === 'number' ? toxicity : Number.NaN,
    attributes: isRecord(attributes) ? attributes : {},
  }
}

type Fields = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const LONGEST_NAME = 200

const isPathName = (name: string): boolean =>
  name !== '' &&
  name !== '.' &&
  name !== '..' &&
  name.length <= LONGEST_NAME &&
  !/[/\\\p{Cc}\p{Cs}\u2028\u2029]/u.test(name)

const brief = (name: string): string => JSON.stringify(name.slice(0, 60))

const notToxiproxy = (why: string): CallError => new CallError(`what answers there is no Toxiproxy server: ${why}`)
