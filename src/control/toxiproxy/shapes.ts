import type { FaultSpec, ProxySpec } from '../../contract/model.ts'

/** Toxiproxy's word for the direction; connection kinds have none and are shown as they were given. */
const streamOf = (fault: FaultSpec): string => fault.streamEcho ?? fault.stream ?? 'downstream'

/** Attributes come first, as Toxiproxy has it. */
export function toxicJson(fault: FaultSpec): string {
  const { attributes, name, kind: type, toxicity } = fault
  return JSON.stringify({ attributes, name, type, stream: streamOf(fault), toxicity })
}

/** Those upstream first, then those downstream, each in order of creation. */
export function toxicsJson({ faults }: ProxySpec): string {
  const upstream = (fault: FaultSpec): boolean => streamOf(fault).toLowerCase() === 'upstream'
  const ordered = [...faults.filter(upstream), ...faults.filter((fault) => !upstream(fault))]
  return `[${ordered.map(toxicJson).join(',')}]`
}

export function proxyJson(spec: ProxySpec): string {
  const { name, listen, upstream, enabled } = spec
  return `${JSON.stringify({ name, listen, upstream, enabled }).slice(0, -1)},"toxics":${toxicsJson(spec)}}`
}

/** By name, sorted. Put together as text: an object would reorder a proxy called "123" and lose one called "__proto__". */
export function proxyMapJson(specs: readonly ProxySpec[]): string {
  const sorted = [...specs].sort((a, b) => (a.name < b.name ? -1 : 1))
  return `{${sorted.map((spec) => `${JSON.stringify(spec.name)}:${proxyJson(spec)}`).join(',')}}`
}
