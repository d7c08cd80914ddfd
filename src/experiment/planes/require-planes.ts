import { FaultlineError } from '../../contract/errors.ts'
import type { ErrorCode } from '../../contract/errors.ts'
import type { FaultSpec } from '../../contract/model.ts'
import { faultsOfPlan } from '../compile.ts'
import type { Plan, PlannedFault } from '../plan.ts'
import type { RunRegistry } from '../run-parts.ts'

/**
 * What other planes cannot do, or cannot do now, keeps the run from starting.
 * @throws FaultlineError not_on_plane, plane_unreachable
 */
export function requirePlanes(plan: Plan, registry: Pick<RunRegistry, 'find'>): void {
  const foreign = new Set(plan.proxies.filter((name) => registry.find(name)?.spec.plane !== undefined))
  if (foreign.size === 0) return
  const refused = (code: ErrorCode, why: readonly string[]): FaultlineError =>
    new FaultlineError(code, `cannot start ${plan.profile}: ${[...new Set(why)].join('; ')}`)
  const wrong = [...faultsOfPlan(plan)].flatMap((planned) => {
    const plane = registry.find(planned.proxy)?.plane
    const why = statesOf(planned).map((fault) => plane?.refuses?.(fault))
    const first = why.find((one) => one !== undefined)
    return first === undefined ? [] : [`${planned.fault.name} on proxy ${planned.proxy}: ${first}`]
  })
  const blind = [...blindChecks(plan, foreign), ...blindWaits(plan, foreign)]
  if (wrong.length + blind.length > 0) throw refused('not_on_plane', [...wrong, ...blind])
  const down = [...foreign].filter((name) => registry.find(name)?.plane.status().state === 'unreachable')
  if (down.length > 0) throw refused('plane_unreachable', [`${down.join(', ')} cannot be reached`])
}

/** A toxicity on its way lies between 0 and 1, wherever it begins. */
function statesOf({ fault, ramps = [] }: PlannedFault): readonly FaultSpec[] {
  const moves = ramps.some(({ of, from, to }) => of === 'toxicity' && from !== to)
  return moves ? [fault, { ...fault, toxicity: 0.5 }] : [fault]
}

const SEES_NOTHING = 'lives on a Toxiproxy server, which does not tell what passes'

/** Checks that look at traffic that nobody sees. */
function blindChecks({ checks, targets, proxies }: Plan, foreign: ReadonlySet<string>): readonly string[] {
  return checks.flatMap(({ name, kind, attributes }) => {
    if (kind.watches !== true) return []
    const target = attributes['target'] as string | undefined
    const looked = target === undefined ? proxies : (targets.get(target) ?? [])
    const unseen = target === undefined ? onlyForeign(looked, foreign) : looked.find((proxy) => foreign.has(proxy))
    return unseen === undefined ? [] : [`check ${name} looks at the traffic of proxy ${unseen}, which ${SEES_NOTHING}`]
  })
}

/** Stages that wait for traffic that nobody sees. */
function blindWaits({ stages, proxies }: Plan, foreign: ReadonlySet<string>): readonly string[] {
  return stages.flatMap(({ name, waitFor }) => {
    if (waitFor === undefined || (waitFor.of !== 'connections' && waitFor.of !== 'exchanges')) return []
    const unseen = onlyForeign(waitFor.proxies ?? proxies, foreign)
    return unseen === undefined
      ? []
      : [`stage ${name} waits for ${waitFor.of} on proxy ${unseen}, which ${SEES_NOTHING}`]
  })
}

const onlyForeign = (proxies: readonly string[], foreign: ReadonlySet<string>): string | undefined =>
  proxies.every((proxy) => foreign.has(proxy)) ? proxies[0] : undefined
