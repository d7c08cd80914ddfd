import type { FaultSpec, Owner } from '../contract/model.ts'
import type { KindSource } from '../contract/ports.ts'
import type { Clock } from '../kernel/clock.ts'
import type { ProxyEntry } from '../registry/registry.ts'
import type { PlannedFault } from './plan.ts'
import type { RunRegistry } from './run-parts.ts'

/** A listener that was closed opens again within a turn or two. Looking is cheap, but less so the longer it takes. */
const FIRST_LOOK_MS = 2
const LOOK_EVERY_MS = 50

interface HealParts {
  readonly registry: Pick<RunRegistry, 'list'>
  readonly kinds: KindSource
  readonly clock: Clock
}

/** Whoever broke traffic: what is looked for when it is over. */
export interface Breaker {
  readonly owner: Owner
  /** On which it may have left something. */
  readonly proxies: readonly string[]
  readonly faults: Iterable<PlannedFault>
  /** Proxies of its own that are not to go yet. */
  readonly stays?: readonly string[]
}

/**
 * Looks until nothing of a run or partition is left and its listeners are back, or patience ends.
 * @returns what is left then; empty when all is healed
 */
export async function untilHealed(parts: HealParts, breaker: Breaker, patienceMs: number): Promise<readonly string[]> {
  const { clock } = parts
  const deadline = clock.now() + patienceMs
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(pause * 2, LOOK_EVERY_MS)) {
    const left = leftOf(parts, breaker)
    if (left.length === 0 || clock.now() >= deadline) return left
    const look = Math.min(clock.now() + pause, deadline)
    await new Promise<void>((resolve) => void clock.at(look, resolve))
  }
}

function leftOf(
  { registry, kinds }: HealParts,
  { owner: whose, proxies, faults: broken, stays = [] }: Breaker,
): string[] {
  const left: string[] = []
  const all = [...broken]
  const closed = closedBy(all, kinds)
  const ours = new Set(all.map(({ fault }) => fault.name))
  const touched = new Set(proxies)
  for (const entry of registry.list()) {
    const { name, owner, faults } = entry.spec
    if (owner === whose && !stays.includes(name)) left.push(`proxy ${name} of ${whose} is still there`)
    for (const fault of faults) {
      if (fault.owner === whose) left.push(`fault ${fault.name} is still on proxy ${name}`)
    }
    if (!touched.has(name)) continue
    // What is wanted and what is carried out are looked at apart: only the second one breaks traffic.
    const wanted = new Set(faults.map((fault) => fault.name))
    for (const fault of ours) {
      if (!wanted.has(fault) && entry.plane.fault(fault) !== undefined)
        left.push(`fault ${fault} ${mayAct(entry)} on proxy ${name}`)
    }
    const listener = closed.has(name) ? listenerProblem(entry, kinds) : undefined
    if (listener !== undefined) left.push(listener)
  }
  return left
}

const mayAct = ({ plane }: ProxyEntry): string =>
  plane.status().state === 'unreachable' ? 'may still act (its server cannot be reached)' : 'still acts'

/** The proxies whose listeners it was to close. Others may be down for reasons of their own. */
function closedBy(faults: readonly PlannedFault[], kinds: KindSource): ReadonlySet<string> {
  const closers = faults.filter(({ fault }) => closesListener(fault, kinds))
  return new Set(closers.map(({ proxy }) => proxy))
}

function closesListener({ kind: name, attributes }: FaultSpec, kinds: KindSource): boolean {
  const kind = kinds.get(name)
  return kind?.layer === 'connection' && (kind.listener?.(attributes) ?? 'open') !== 'open'
}

function listenerProblem({ spec, plane }: ProxyEntry, kinds: KindSource): string | undefined {
  const { state, error } = plane.status()
  // Where somebody else keeps it closed, that is no business of ours.
  if (
    !spec.enabled ||
    spec.plane !== undefined ||
    state === 'listening' ||
    spec.faults.some((fault) => closesListener(fault, kinds))
  )
    return undefined
  return `proxy ${spec.name} is ${state}, not listening${error === undefined ? '' : ` (${error})`}`
}
