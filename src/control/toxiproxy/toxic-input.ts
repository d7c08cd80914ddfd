import { FaultlineError } from '../../contract/errors.ts'
import type { FaultSpec } from '../../contract/model.ts'
import { catalogue } from '../../faults/catalogue.ts'
import { resolveFault } from '../../faults/resolve.ts'
import type { JsonNode } from '../json-reader.ts'
import { fieldsOf, itemsOf, numberIn, plain, textIn } from './decode.ts'
import type { Fields } from './decode.ts'
import { ToxiproxyError, asToxiproxyError } from './toxiproxy-error.ts'

/**
 * A toxic as a client writes it, to a fault. The order of the checks is Toxiproxy's.
 * @param taken names of the proxy's toxics
 * @throws ToxiproxyError
 */
export function readToxic(node: JsonNode, taken: ReadonlySet<string>): FaultSpec {
  const fields = fieldsOf(node)
  const type = textIn(fields, 'type') ?? ''
  const stream = textIn(fields, 'stream') ?? 'downstream'
  const toxicity = numberIn(fields, 'toxicity')
  const givenName = textIn(fields, 'name') ?? ''

  if (!['upstream', 'downstream'].includes(stream.toLowerCase())) {
    throw new ToxiproxyError(400, 'stream was invalid, can be either upstream or downstream')
  }
  if (catalogue.get(type) === undefined) throw new ToxiproxyError(400, 'invalid toxic type')
  const name = givenName === '' ? `${type}_${stream}` : givenName
  if (taken.has(name)) throw new ToxiproxyError(409, 'toxic already exists')
  try {
    const attributes = readAttributes(fields)
    return resolveFault({ name, kind: type, stream, toxicity, attributes }, { owner: 'api', lenient: true })
  } catch (error) {
    throw error instanceof FaultlineError ? asToxiproxyError(error) : error
  }
}

/** By their names in lower case, which is how the kind looks for them; null leaves the default. */
export function readAttributes(fields: Fields): Record<string, unknown> {
  const node = fields.get('attributes')
  if (node === undefined) return {}
  return Object.fromEntries([...fieldsOf(node, 'attributes')].map(([name, value]) => [name, plain(value)]))
}

/**
 * The toxics that may come with a proxy, all of them or none. Undefined when there are none: some clients send an
 * empty list with everything and mean nothing by it.
 */
export function readToxics(fields: Fields, where = ''): readonly FaultSpec[] | undefined {
  const node = fields.get('toxics')
  if (node === undefined) return undefined
  const toxics: FaultSpec[] = []
  itemsOf(node, `${where}toxics`).forEach((item, index) => {
    try {
      toxics.push(readToxic(item, new Set(toxics.map(({ name }) => name))))
    } catch (error) {
      // One status for the whole array: nothing of it was taken.
      throw error instanceof ToxiproxyError
        ? new ToxiproxyError(400, `${where}toxics[${index}]: ${error.message}`)
        : error
    }
  })
  return toxics.length === 0 ? undefined : toxics
}
