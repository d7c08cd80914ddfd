import type { Stream } from '../contract/kind.ts'
import type { FaultInput, ProxyInput } from '../contract/wire.ts'
import { show } from '../contract/validate.ts'
import type { Path } from '../experiment/yaml-source.ts'
import { isRecord, type Report } from './check-value.ts'

export interface Populated {
  readonly proxies: Readonly<Record<string, ProxyInput>>
  /** Where in the file the field of a proxy stands that our own shape calls by another path. */
  readonly pathOf: (path: Path) => Path
}

/**
 * Toxiproxy's config: the array that its /populate takes. Read as leniently as there: names of fields in any case,
 * null is left out, unknown fields are ignored. Its `toxics` are honoured, which Toxiproxy itself does not.
 */
export function readPopulate(items: readonly unknown[], report: Report): Populated {
  const proxies = new Map<string, ProxyInput>()
  const indexes = new Map<string, number>()
  for (const [index, item] of items.entries()) {
    const path = [index]
    if (!isRecord(item)) {
      report({
        path,
        message: `proxy ${index + 1} must be an object with name and upstream, found ${show(item)}`,
        at: 'value',
      })
      continue
    }
    const field = fieldsOf(item)
    const name = field('name', 'string', path, report)
    const upstream = field('upstream', 'string', path, report)
    const listen = field('listen', 'string', path, report)
    const enabled = field('enabled', 'boolean', path, report)
    for (const [missing, value] of Object.entries({ name, upstream })) {
      if (value === undefined || value === '') {
        report({ path, message: `missing required field: ${missing} at proxy ${index + 1}`, at: 'value' })
      }
    }
    if (typeof name !== 'string' || typeof upstream !== 'string') continue
    if (indexes.has(name)) {
      report({ path, message: `proxy ${index + 1} has the name ${show(name)} of an earlier one`, at: 'value' })
    }
    indexes.set(name, index)
    proxies.set(name, {
      upstream,
      ...(typeof listen === 'string' && listen !== '' ? { listen } : {}),
      ...(typeof enabled === 'boolean' ? { enabled } : {}),
      faults: readToxics(field('toxics', 'array', path, report), [index, 'toxics'], report),
    })
  }
  return {
    // A proxy may be called __proto__, which an assignment would lose.
    proxies: Object.fromEntries(proxies),
    pathOf: ([name, ...rest]) => [indexes.get(String(name)) ?? 0, ...rest.map(toxiproxyName)],
  }
}

const toxiproxyName = (segment: string | number): string | number =>
  segment === 'faults' ? 'toxics' : segment === 'kind' ? 'type' : segment

type JsonType = 'string' | 'boolean' | 'number' | 'array' | 'object'

function fieldsOf(item: Readonly<Record<string, unknown>>) {
  const byName = new Map(Object.entries(item).map(([name, value]) => [name.toLowerCase(), { name, value }]))
  return (wanted: string, type: JsonType, path: Path, report: Report): unknown => {
    const found = byName.get(wanted)
    if (found === undefined || found.value === null) return undefined
    const is = Array.isArray(found.value) ? 'array' : typeof found.value
    if (is === type) return found.value
    report({
      path: [...path, found.name],
      message: `${wanted} must be of type ${type}, found ${show(found.value)}`,
      at: 'value',
    })
    return undefined
  }
}

function readToxics(toxics: unknown, path: Path, report: Report): FaultInput[] {
  if (!Array.isArray(toxics)) return []
  return toxics.flatMap((toxic: unknown, index): FaultInput[] => {
    const here = [...path, index]
    if (!isRecord(toxic)) {
      report({
        path: here,
        message: `a toxic must be an object with type and attributes, found ${show(toxic)}`,
        at: 'value',
      })
      return []
    }
    const field = fieldsOf(toxic)
    const [name, kind, stream, toxicity, attributes] = [
      field('name', 'string', here, report),
      field('type', 'string', here, report),
      field('stream', 'string', here, report),
      field('toxicity', 'number', here, report),
      field('attributes', 'object', here, report),
    ]
    if (typeof kind !== 'string') {
      report({ path: here, message: `toxic ${index + 1} has no type`, at: 'value' })
      return []
    }
    return [
      {
        kind,
        ...(typeof name === 'string' && name !== '' ? { name } : {}),
        ...(typeof stream === 'string' ? { stream: stream.toLowerCase() as Stream } : {}),
        ...(typeof toxicity === 'number' ? { toxicity } : {}),
        ...(isRecord(attributes) ? { attributes } : {}),
      },
    ]
  })
}
