import type { KindView } from '../../contract/api.ts'
import type { FaultView, ProxyView } from '../../contract/wire.ts'

/**
 * What a run is doing to traffic now, one line per fault: the same fault on several proxies is one line.
 * Attributes at their default are left out.
 */
export function faultTexts(
  proxies: readonly ProxyView[],
  owner: string,
  kinds: ReadonlyMap<string, KindView>,
): string[] {
  const lines = new Map<string, string[]>()
  for (const proxy of proxies) {
    for (const fault of proxy.faults) {
      if (fault.owner !== owner) continue
      const text = faultText(fault, kinds.get(fault.kind))
      lines.set(text, [...(lines.get(text) ?? []), proxy.name])
    }
  }
  return [...lines].map(([text, names]) => `${text} on ${names.join(' and ')}`)
}

function faultText({ kind, stream, attributes, toxicity }: FaultView, view: KindView | undefined): string {
  const schemas = (view?.attributes['properties'] ?? {}) as Readonly<Record<string, { [keyword: string]: unknown }>>
  const settings = Object.entries(attributes)
    .filter(([name, value]) => value !== schemas[name]?.['default'])
    .map(([name, value]) => ` ${name}=${String(value)}${String(schemas[name]?.['x-unit'] ?? '')}`)
  const share = toxicity < 1 ? `, ${Math.round(toxicity * 100)} % of connections` : ''
  return `${kind}${settings.join('')}${stream === undefined ? '' : `, ${stream}`}${share}`
}
