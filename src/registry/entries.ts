import { isDeepStrictEqual } from 'node:util'
import { clash, sameListen } from '../contract/address.ts'
import { FaultlineError } from '../contract/errors.ts'
import type { FaultSpec, Owner, ProxySpec } from '../contract/model.ts'
import type { PlaneProxy } from '../contract/ports.ts'
import { writtenFault } from '../contract/wire.ts'
import type { ProxyInput } from '../contract/wire.ts'

/** One proxy as it is wanted (an immutable snapshot) with the plane's part that carries it out. */
export interface ProxyEntry {
  readonly spec: ProxySpec
  readonly revision: number
  readonly plane: PlaneProxy
}

/** Entries of runs are theirs alone; config and api stand for the same people. */
export function mayTouch(owner: Owner, entry: { readonly owner: Owner }): boolean {
  return entry.owner === owner || (isPlain(entry.owner) && isPlain(owner))
}

export function isPlain(owner: Owner): boolean {
  return owner === 'config' || owner === 'api'
}

/** Whether it is of those that a config holds. */
export function isWritten({ spec }: ProxyEntry): boolean {
  return isPlain(spec.owner) && spec.shared === undefined
}

/** Keeps the fault that stands where the new one says nothing else: what does not change is not touched. */
export function settle(wanted: readonly FaultSpec[], before: readonly FaultSpec[]): readonly FaultSpec[] {
  return wanted.map((spec) => before.find((old) => sameFault(old, spec)) ?? spec)
}

function sameFault(a: FaultSpec, b: FaultSpec): boolean {
  return a.name === b.name && plain(a) === plain(b)
}

function plain(spec: FaultSpec): string {
  const { owner: _owner, ...rest } = spec
  return JSON.stringify(
    Object.entries(rest)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/**
 * What does not change keeps its identity; listen keeps the port it has; faults of runs stay.
 * @throws owned_by_run where a fault would push out a run's fault of the same name
 */
export function mergeSpec(entry: ProxyEntry, wanted: ProxySpec): ProxySpec {
  const { spec } = entry
  wanted.faults.forEach((fault, i) => {
    const theirs = spec.faults.find((one) => one.name === fault.name && !mayTouch(fault.owner, one))
    if (theirs === undefined) return
    const detail = `proxy ${JSON.stringify(spec.name)} has a fault called ${JSON.stringify(fault.name)} that belongs to ${theirs.owner}`
    throw new FaultlineError('owned_by_run', detail, { pointer: `/faults/${i}/name` })
  })
  const listen = sameListen(wanted.listen, spec.listen) ? spec.listen : wanted.listen
  const same = isDeepStrictEqual(wanted.requestFaults, spec.requestFaults)
  const requestFaults = same ? spec.requestFaults : wanted.requestFaults
  return {
    ...wanted,
    listen,
    requestFaults,
    owner: spec.owner,
    faults: withRuns(settle(wanted.faults, spec.faults), entry),
  }
}

/** Puts faults in the places of those they replace, round the faults of runs; the same list comes back when nothing differs. */
export function withRuns(faults: readonly FaultSpec[], { spec }: ProxyEntry): readonly FaultSpec[] {
  const left = [...faults]
  const all: FaultSpec[] = []
  for (const old of spec.faults) {
    const theirs = !isPlain(old.owner) && !faults.some((mine) => mine.name === old.name)
    const next = theirs ? old : left.shift()
    if (next !== undefined) all.push(next)
  }
  all.push(...left)
  return all.length === spec.faults.length && all.every((one, i) => one === spec.faults[i]) ? spec.faults : all
}

/** A busy port that is one of ours gets its holder's name. */
export function explainBusy(
  error: unknown,
  spec: ProxySpec,
  entries: readonly ProxyEntry[],
  control: (() => string | undefined) | undefined,
): never {
  if (!(error instanceof FaultlineError) || error.code !== 'address_in_use') throw error
  const holder = entries.find(
    (other) =>
      other.spec.name !== spec.name &&
      other.spec.plane === undefined &&
      clash(spec.listen, other.plane.status().listen),
  )
  const own = control?.()
  const isControl = own !== undefined && clash(spec.listen, own)
  if (holder === undefined && !isControl) throw error
  const who =
    holder === undefined
      ? "faultline's own control API"
      : `proxy ${JSON.stringify(holder.spec.name)} (owner ${holder.spec.owner})`
  throw new FaultlineError('address_in_use', `${error.message}; ${who} listens there`, { pointer: '/listen' })
}

/** A proxy in the shape of config. */
export function toInput(spec: ProxySpec): ProxyInput {
  const faults = spec.faults.filter((fault) => isPlain(fault.owner)).map(writtenFault)
  return {
    listen: spec.listen,
    upstream: spec.upstream,
    protocol: spec.protocol,
    ...(spec.evidenceHeader === true ? { evidence_header: true } : {}),
    ...(spec.requestFaults === undefined ? {} : { request_faults: spec.requestFaults }),
    ...(spec.from === undefined ? {} : { from: spec.from }),
    ...(spec.to === undefined ? {} : { to: spec.to }),
    enabled: spec.enabled,
    faults,
  }
}

/** What config and API own, in the shape of config. */
export function toConfig(entries: readonly ProxyEntry[]): Readonly<Record<string, ProxyInput>> {
  const plainOnes = entries.filter(isWritten)
  return Object.fromEntries(plainOnes.map(({ spec }) => [spec.name, toInput(spec)]))
}

/** Names what differs, for people; empty when nothing does. */
export function differences(before: ProxySpec, after: ProxySpec): readonly string[] {
  const changes: string[] = []
  for (const field of ['listen', 'upstream', 'protocol', 'evidenceHeader', 'from', 'to', 'enabled'] as const) {
    if (before[field] !== after[field])
      changes.push(`${field}: ${before[field] ?? 'none'} -> ${after[field] ?? 'none'}`)
  }
  if (!isDeepStrictEqual(before.requestFaults, after.requestFaults)) {
    const told = ({ requestFaults }: ProxySpec): string =>
      requestFaults === undefined ? 'none' : JSON.stringify(requestFaults)
    changes.push(`requestFaults: ${told(before)} -> ${told(after)}`)
  }
  for (const fault of after.faults) {
    const old = before.faults.find((one) => one.name === fault.name)
    if (old === undefined) changes.push(`fault ${fault.name}: attached`)
    else if (old !== fault) changes.push(`fault ${fault.name}: changed`)
  }
  for (const old of before.faults) {
    if (!after.faults.some((fault) => fault.name === old.name)) changes.push(`fault ${old.name}: removed`)
  }
  return changes
}

/** Whether any of these fields is another. */
export function differ(a: ProxySpec, b: ProxySpec, fields: readonly (keyof ProxySpec)[]): boolean {
  return fields.some((field) => a[field] !== b[field])
}

export function sameSettings(a: ProxySpec, b: ProxySpec): boolean {
  const fields = [
    'listen',
    'upstream',
    'protocol',
    'evidenceHeader',
    'requestFaults',
    'from',
    'to',
    'enabled',
    'owner',
  ] as const
  return fields.every((field) => a[field] === b[field])
}
