import type { FaultSpec } from '../contract/model.ts'
import type { KindSource } from '../contract/ports.ts'
import type { Clock } from '../kernel/clock.ts'
import type { ProxyEntry } from '../registry/registry.ts'
import type { Plan } from './plan.ts'
import type { RunRegistry } from './run-parts.ts'

/** A listener that was closed opens again within a turn or two. Looking is cheap, but less so the longer it takes. */
const FIRST_LOOK_MS = 2
const LOOK_EVERY_MS = 50

interface HealParts {
  readonly registry: Pick<RunRegistry, 'list'>
  readonly kinds: KindSource
  readonly clock: Clock
}

/**
 * Looks until nothing of a run is left and its listeners are back, or patience ends.
 * @returns what is left then; empty when all is healed
 */
export async function untilHealed(parts: HealParts, plan: Plan, patienceMs: number): Promise<readonly string[]> {
  const { clock } = parts
  const deadline = clock.now() + patienceMs
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(pause * 2, LOOK_EVERY_MS)) {
    const left = leftOf(parts, plan)
    if (left.length === 0 || clock.now() >= deadline) return left
    const look = Math.min(clock.now() + pause, deadline)
    await new Promise<void>((resolve) => void clock.at(look, resolve))
  }
}

function leftOf({ registry, kinds }: HealParts, plan: Plan): string[] {
  const left: string[] = []
  const closed = closedBy(plan, kinds)
  const ours = new Set(plan.stages.flatMap(({ faults }) => faults.map(({ fault }) => fault.name)))
  for (const entry of registry.list()) {
    const { name, owner, faults } = entry.spec
    if (owner === plan.owner) left.push(`proxy ${name} of the run is still there`)
    for (const fault of faults) {
      if (fault.owner === plan.owner) left.push(`fault ${fault.name} is still on proxy ${name}`)
    }
    if (!plan.proxies.includes(name)) continue
    // What is wanted and what is carried out are looked at apart: only the second one breaks traffic.
    const wanted = new Set(faults.map((fault) => fault.name))
    for (const fault of ours) {
      if (!wanted.has(fault) && entry.plane.fault(fault) !== undefined)
        left.push(`fault ${fault} still acts on proxy ${name}`)
    }
    const listener = closed.has(name) ? listenerProblem(entry, kinds) : undefined
    if (listener !== undefined) left.push(listener)
  }
  return left
}

/** The proxies whose listeners the run was to close. Others may be down for reasons of their own. */
function closedBy({ stages }: Plan, kinds: KindSource): ReadonlySet<string> {
  const closers = stages.flatMap(({ faults }) => faults.filter(({ fault }) => closesListener(fault, kinds)))
  return new Set(closers.map(({ proxy }) => proxy))
}

function closesListener({ kind: name, attributes }: FaultSpec, kinds: KindSource): boolean {
  const kind = kinds.get(name)
  return kind?.layer === 'connection' && (kind.listener?.(attributes) ?? 'open') !== 'open'
}

function listenerProblem({ spec, plane }: ProxyEntry, kinds: KindSource): string | undefined {
  const { state, error } = plane.status()
  // Where somebody else keeps it closed, that is no business of the run.
  if (!spec.enabled || state === 'listening' || spec.faults.some((fault) => closesListener(fault, kinds)))
    return undefined
  return `proxy ${spec.name} is ${state}, not listening${error === undefined ? '' : ` (${error})`}`
}
