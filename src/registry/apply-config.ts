import { sameListen } from '../contract/address.ts'
import type { ProxySpec } from '../contract/model.ts'
import { differences } from './entries.ts'
import type { ProxyEntry } from './entries.ts'

/** What `PUT /v1/config` did, or would do. */
export interface ConfigDiff {
  readonly created: readonly string[]
  readonly updated: readonly { readonly name: string; readonly changes: readonly string[] }[]
  readonly removed: readonly string[]
  readonly unchanged: readonly string[]
}

interface Steps {
  readonly wanted: readonly ProxySpec[]
  readonly present: readonly ProxyEntry[]
  readonly dryRun: boolean
  merge(entry: ProxyEntry, spec: ProxySpec): ProxySpec
  open(spec: ProxySpec): Promise<void>
  replace(entry: ProxyEntry, spec: ProxySpec): Promise<void>
  /** Closes the listener of what goes or moves, keeping its port. */
  stop(entry: ProxyEntry): Promise<void>
  restore(entry: ProxyEntry): Promise<void>
  remove(name: string): Promise<void>
  find(name: string): ProxyEntry | undefined
}

/** Whole or not at all: what was done is undone when a later step fails. */
export async function applyConfig(steps: Steps): Promise<ConfigDiff> {
  const { wanted, present } = steps
  const byName = new Map(present.map((entry) => [entry.spec.name, entry]))
  const fresh = wanted.filter((spec) => !byName.has(spec.name))
  const removed = present.filter((entry) => !wanted.some((spec) => spec.name === entry.spec.name))
  const both = wanted.flatMap((spec) => {
    const entry = byName.get(spec.name)
    if (entry === undefined) return []
    const merged = steps.merge(entry, spec)
    return [{ entry, spec: merged, changes: differences(entry.spec, merged) }]
  })
  const changed = both.filter(({ changes }) => changes.length > 0)
  const diff = {
    created: fresh.map((spec) => spec.name),
    updated: changed.map(({ spec, changes }) => ({ name: spec.name, changes })),
    removed: removed.map((entry) => entry.spec.name),
    unchanged: both.filter(({ changes }) => changes.length === 0).map(({ spec }) => spec.name),
  }
  if (steps.dryRun) return diff
  const undo: (() => Promise<void>)[] = []
  try {
    const moving = changed.filter(({ entry, spec }) => !sameListen(spec.listen, entry.spec.listen))
    const enabled = changed.filter(({ entry, spec }) => spec.enabled && !entry.spec.enabled)
    const disabled = changed.filter(({ entry, spec }) => !spec.enabled && entry.spec.enabled)
    const taken = [...fresh, ...[...moving, ...enabled].map(({ spec }) => spec)].filter((spec) => spec.enabled)
    for (const entry of [...removed, ...[...moving, ...disabled].map((one) => one.entry)]) {
      // Only where its port is wanted by another: stopping drops the connections.
      if (!taken.some((spec) => wantsPortOf(spec, entry))) continue
      await steps.stop(entry)
      undo.push(() => steps.restore(entry))
    }
    for (const spec of fresh) {
      await steps.open(spec)
      undo.push(() => steps.remove(spec.name))
    }
    // What can fail comes first, so that an undo has no counters and connections of the others to give back.
    const risky = new Set([...moving, ...enabled])
    for (const { entry, spec } of [...risky, ...changed.filter((one) => !risky.has(one))]) {
      await steps.replace(entry, spec)
      undo.push(async () => steps.replace(steps.find(entry.spec.name) ?? entry, entry.spec))
    }
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => {})
    throw error
  }
  for (const entry of removed) await steps.remove(entry.spec.name)
  return diff
}

function wantsPortOf(spec: ProxySpec, { spec: { name }, plane }: ProxyEntry): boolean {
  return spec.name !== name && !spec.listen.endsWith(':0') && sameListen(spec.listen, plane.status().listen)
}
