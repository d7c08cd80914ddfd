import { FaultlineError } from '../contract/errors.ts'
import type { Problem } from '../contract/errors.ts'
import type { FaultSpec, Owner, ProxySpec } from '../contract/model.ts'
import { catalogue } from '../faults/catalogue.ts'
import { resolveFault } from '../faults/resolve.ts'
import type { Plan, PlannedFault, PlannedStage } from './plan.ts'
import type { Profile, ProfileStage } from './profile.ts'
import { resolveTargets } from './resolve-targets.ts'
import type { TargetOverrides } from './resolve-targets.ts'

export interface CompileOptions {
  /** The id the run will have. */
  readonly run: string
  /** Every proxy there is. */
  readonly proxies: readonly ProxySpec[]
  readonly seed: string
  readonly targets: TargetOverrides
}

/** Faults of all stages over all proxies, so that setting them and counting what they did stays quick. */
const MOST_FAULTS = 5000

/**
 * A profile and the proxies there are, to what a run will do. Touches nothing.
 * @throws FaultlineError proxy_not_found, proxy_exists, fault_exists (two of one name in a stage), invalid_request, limit_reached
 */
export function compile(profile: Profile, options: CompileOptions): Plan {
  const { proxies, inline } = resolveTargets(profile, options.proxies, options.targets)
  const owner: Owner = `run:${options.run}`
  const stages = profile.stages.map((stage) => compileStage(profile, stage, proxies, owner, options.seed))
  const count = stages.reduce((sum, { faults }) => sum + faults.length, 0)
  if (count > MOST_FAULTS) {
    const detail = `cannot start ${profile.name}: over all its stages and ${options.proxies.length} proxies it has ${count} faults; at most ${MOST_FAULTS} are allowed`
    throw new FaultlineError('limit_reached', detail, { remedy: 'Aim it at fewer proxies.' })
  }
  const names = [...new Set([...proxies.values()].flat())]
  return { run: options.run, owner, profile: profile.name, seed: options.seed, proxies: names, inline, stages }
}

function compileStage(
  profile: Profile,
  stage: ProfileStage,
  proxies: ReadonlyMap<string, readonly string[]>,
  owner: Owner,
  seed: string,
): PlannedStage {
  const faults: PlannedFault[] = []
  const taken = new Map<string, Set<string>>()
  for (const { target, input } of stage.faults) {
    const spec = resolveFault(input, { owner, seed })
    for (const proxy of proxies.get(target) ?? []) {
      const names = taken.get(proxy) ?? new Set()
      taken.set(proxy, names)
      const name = freeName(spec, input.name !== undefined, names)
      if (name === undefined) throw twice(profile, stage, spec.name, proxy)
      names.add(name)
      // The profile's name in front keeps them apart from the faults of others, and draws the same in every run.
      faults.push({ proxy, fault: { ...spec, name: `${profile.name}.${name}` } })
    }
  }
  return { name: stage.name, durationMs: stage.durationMs, faults }
}

/** Names that nobody chose are numbered; one that was chosen twice is a mistake. */
function freeName({ name }: FaultSpec, chosen: boolean, taken: ReadonlySet<string>): string | undefined {
  if (!taken.has(name)) return name
  if (chosen) return undefined
  let number = 2
  while (taken.has(`${name}_${number}`)) number++
  return `${name}_${number}`
}

function twice(profile: Profile, stage: ProfileStage, fault: string, proxy: string): FaultlineError {
  const problem: Problem = {
    pointer: `/stages/${profile.stages.indexOf(stage)}/faults`,
    message: `stage ${stage.name} has two faults named ${fault} on proxy ${proxy}`,
  }
  return new FaultlineError('fault_exists', problem.message, {
    problems: [problem],
    remedy: 'Give one of them another name.',
  })
}

/**
 * What somebody else has attached under the same name would stop the run when its stage begins.
 * @throws FaultlineError fault_exists
 */
export function requireFreeNames(plan: Plan, proxies: readonly ProxySpec[]): void {
  const present = new Map(proxies.map((proxy) => [proxy.name, new Set(proxy.faults.map((fault) => fault.name))]))
  for (const { proxy, fault } of plan.stages.flatMap(({ faults }) => faults)) {
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
  const wrong = plan.stages
    .flatMap(({ faults }) => faults)
    .filter(({ proxy, fault }) => !http.has(proxy) && catalogue.get(fault.kind)?.layer === 'exchange')
    .map(({ proxy, fault }) => `${fault.kind} on proxy ${proxy}`)
  if (wrong.length === 0) return
  const detail = `cannot start ${plan.profile}: it has faults on HTTP exchanges for proxies that do not speak http: ${[...new Set(wrong)].join(', ')}`
  throw new FaultlineError('kind_not_for_protocol', detail, {
    remedy: 'Give the proxy protocol: http, or aim the profile at another.',
  })
}
