import { FaultlineError } from '../contract/errors.ts'
import type { Problem } from '../contract/errors.ts'
import type { Owner, ProxySpec } from '../contract/model.ts'
import type { TargetSelector } from '../contract/profile-wire.ts'
import { catalogue } from '../faults/catalogue.ts'
import { compileStages } from './compile-stages.ts'
import { RUN_DURATIONS } from './longest-duration.ts'
import type { Plan, PlannedFault } from './plan.ts'
import { stagesOf } from './profile.ts'
import type { Profile, Target } from './profile.ts'
import { resolveTargets } from './resolve-targets.ts'
import type { TargetOverrides } from './resolve-targets.ts'

export interface CompileOptions {
  /** The id the run will have. */
  readonly run: string
  /** Every proxy there is. */
  readonly proxies: readonly ProxySpec[]
  readonly seed: string
  readonly targets: TargetOverrides
  readonly dryRun?: boolean
  readonly maxDurationMs?: number
  /** Told of targets that stand for nothing, which then stand for a proxy in brackets. Without it they are refused. */
  readonly onMiss?: (problem: Problem) => void
}

/** Faults of all stages over all proxies, so that setting them and counting what they did stays quick. */
const MOST_FAULTS = 20_000

/**
 * A profile and the proxies there are, to what a run will do. Touches nothing.
 * @throws FaultlineError proxy_not_found, proxy_exists, fault_exists (two of one name at a time), invalid_request, limit_reached
 */
export function compile(profile: Profile, options: CompileOptions): Plan {
  const { run, seed, dryRun = false, maxDurationMs = RUN_DURATIONS.usual } = options
  const { proxies, inline } = resolveTargets(profile, options.proxies, options.targets, options.onMiss)
  requireFewFaults(profile, proxies, options.proxies.length)
  const owner: Owner = `run:${run}`
  // What another run made for itself goes with that run.
  const lasting = options.proxies.filter((proxy) => !proxy.owner.startsWith('run:'))
  const made = inline.map(({ name, input: { from, to } }) => ({ name, from, to }))
  const foreign = new Set(options.proxies.filter(({ plane }) => plane !== undefined).map(({ name }) => name))
  const steps = compileStages({
    profile,
    proxies,
    foreign: [...new Set([...proxies.values()].flat().filter((name) => foreign.has(name)))],
    unseeded: unseededTargets(profile, options.targets),
    owner,
    seed,
    routes: [...lasting, ...made],
    onMiss: options.onMiss,
    dryRun,
  })
  const stages = steps.flatMap(({ lanes }) => lanes.flatMap((lane) => lane.stages))
  const cut = stages.flatMap(({ effects }) => effects.flatMap(({ faults }) => faults.map(({ proxy }) => proxy)))
  const names = [...new Set([...[...proxies.values()].flat(), ...cut])]
  const parameters = Object.fromEntries(profile.parameters.map(({ name, value }) => [name, value]))
  const { name, checks, rollback } = profile
  const what = { run, owner, profile: name, seed, parameters, checks, rollback, dryRun, maxDurationMs }
  return { ...what, proxies: names, targets: proxies, inline, stages, steps }
}

/** Targets on planes where chance without a seed will do. */
function unseededTargets({ targets }: Profile, overrides: TargetOverrides): ReadonlySet<string> {
  const selectorOf = (name: string, target: Target): TargetSelector => {
    const override = Object.hasOwn(overrides, name) ? overrides[name] : undefined
    if (typeof override === 'object') return override
    return override === undefined && target.is === 'existing' ? target.selector : {}
  }
  const all = [...targets].filter(([name, target]) => selectorOf(name, target).allow_unseeded === true)
  return new Set(all.map(([name]) => name))
}

/** Those of a repeated stage count once: they are made once. */
function requireFewFaults(profile: Profile, proxies: ReadonlyMap<string, readonly string[]>, there: number): void {
  const count = stagesOf(profile)
    .flatMap(({ stage }) => stage.faults)
    .reduce((sum, { target }) => sum + (proxies.get(target)?.length ?? 0), 0)
  if (count <= MOST_FAULTS) return
  const detail = `cannot start ${profile.name}: over all its stages and ${there} proxies it has ${count} faults; at most ${MOST_FAULTS} are allowed`
  throw new FaultlineError('limit_reached', detail, { remedy: 'Aim it at fewer proxies.' })
}

/** Every fault of a plan once, those that effects stand for included. */
export function faultsOfPlan({ stages }: Pick<Plan, 'stages'>): ReadonlySet<PlannedFault> {
  return new Set(stages.flatMap(({ faults, effects }) => [...faults, ...effects.flatMap((effect) => effect.faults)]))
}

/**
 * What somebody else has attached under the same name would stop the run when its stage begins.
 * @throws FaultlineError fault_exists
 */
export function requireFreeNames(plan: Plan, proxies: readonly ProxySpec[]): void {
  const present = new Map(proxies.map((proxy) => [proxy.name, new Set(proxy.faults.map((fault) => fault.name))]))
  for (const { proxy, fault } of faultsOfPlan(plan)) {
    if (present.get(proxy)?.has(fault.name) !== true) continue
    const detail = `cannot start ${plan.profile}: proxy ${proxy} has a fault named ${fault.name} already`
    throw new FaultlineError('fault_exists', detail, { remedy: 'Remove it, or rename the profile.' })
  }
}

/**
 * A fault on exchanges on a proxy that sees none would stop the run when its stage begins.
 * @throws FaultlineError kind_not_for_protocol, naming every fault and proxy that do not fit
 */
export function requireProtocols(plan: Plan, proxies: readonly ProxySpec[]): void {
  const http = new Set([
    ...proxies.filter(({ protocol }) => protocol === 'http').map(({ name }) => name),
    ...plan.inline.filter(({ input }) => input.protocol === 'http').map(({ name }) => name),
  ])
  const wrong = [...faultsOfPlan(plan)]
    .filter(({ proxy, fault }) => !http.has(proxy) && catalogue.get(fault.kind)?.layer === 'exchange')
    .map(({ proxy, fault }) => `${fault.kind} on proxy ${proxy}`)
  if (wrong.length === 0) return
  const detail = `cannot start ${plan.profile}: it has faults on HTTP exchanges for proxies that do not speak http: ${[...new Set(wrong)].join(', ')}`
  throw new FaultlineError('kind_not_for_protocol', detail, {
    remedy: 'Give the proxy protocol: http, or aim the profile at another.',
  })
}
