import type { FaultSpec } from '../../contract/model.ts'
import type { ServerToxic } from './read-proxies.ts'

/** A toxic as the server is told of it. */
export interface ToxicBody {
  readonly name: string
  readonly type: string
  readonly stream: string
  readonly toxicity: number
  readonly attributes: Readonly<Record<string, unknown>>
}

export const toxicBody = (name: string, { kind, stream, toxicity, attributes }: FaultSpec): ToxicBody => ({
  name,
  type: kind,
  stream: stream ?? 'downstream',
  toxicity,
  attributes,
})

/** Whether it is there in the same place; then an update can make it the same. */
export const sameToxic = (spec: FaultSpec, { type, stream }: ServerToxic): boolean =>
  type === spec.kind && stream === (spec.stream ?? 'downstream')

/** Whether the server has what is wanted. It may know attributes beyond ours, and keeps the toxicity in 32 bits. */
export function isAsWanted(spec: FaultSpec, toxic: ServerToxic): boolean {
  if (!sameToxic(spec, toxic) || Math.fround(spec.toxicity) !== Math.fround(toxic.toxicity)) return false
  return Object.entries(spec.attributes).every(([name, value]) => toxic.attributes[name] === value)
}
