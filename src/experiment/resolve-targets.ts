import { FaultlineError } from '../contract/errors.ts'
import type { Problem } from '../contract/errors.ts'
import type { ProxySpec } from '../contract/model.ts'
import { escapePointer } from '../contract/validate.ts'
import type { ProxyInput } from '../contract/wire.ts'
import type { TargetSelector } from '../contract/profile-wire.ts'
import { nearest } from '../kernel/nearest.ts'
import type { Profile, Target } from './profile.ts'

export interface ResolvedTargets {
  /** Names of the proxies that each target stands for; never empty. */
  readonly proxies: ReadonlyMap<string, readonly string[]>
  /** Proxies to be made for the run. A target's proxy carries the target's name. */
  readonly inline: readonly { readonly name: string; readonly input: ProxyInput }[]
}

export type TargetOverrides = Readonly<Record<string, string | TargetSelector>>

/**
 * Finds the proxies that a profile's targets stand for.
 * @param onMiss told of what is wrong with a target, instead of an error; it then stands for a proxy in brackets
 * @throws FaultlineError naming every target that stands for nothing, and what there is instead
 */
export function resolveTargets(
  profile: Profile,
  proxies: readonly ProxySpec[],
  overrides: TargetOverrides,
  onMiss?: (problem: Problem) => void,
): ResolvedTargets {
  requireKnown(profile, overrides)
  // What another run made for itself goes with that run.
  const lasting = proxies.filter(({ owner }) => !owner.startsWith('run:'))
  const found = new Map<string, readonly string[]>()
  const inline: { name: string; input: ProxyInput }[] = []
  const problems: Problem[] = []
  let taken = false
  for (const [name, written] of profile.targets) {
    const target = overridden(written, Object.hasOwn(overrides, name) ? overrides[name] : undefined)
    const pointer = `/targets/${name}`
    if (target.is === 'inline') {
      const other = proxies.find((proxy) => proxy.name === name)
      if (other === undefined) inline.push({ name, input: target.proxy })
      else
        problems.push({
          pointer,
          message: `target ${name} would make a proxy ${name}, which exists (owner ${other.owner})`,
        })
      taken ||= other !== undefined
      found.set(name, [name])
      continue
    }
    const names = lasting.filter((proxy) => selects(target.selector, proxy)).map((proxy) => proxy.name)
    if (names.length > 0) found.set(name, names)
    else
      problems.push({ pointer, message: `target ${name} stands for nothing: ${miss(target.selector, lasting, name)}` })
  }
  if (onMiss !== undefined) {
    for (const problem of problems) onMiss(problem)
    for (const name of profile.targets.keys()) if (!found.has(name)) found.set(name, [`(${name})`])
  } else if (problems.length > 0) {
    const detail = `cannot start ${profile.name}: ${problems.map(({ message }) => message).join('; ')}`
    const remedy = taken
      ? undefined
      : 'Create the proxy, or point the target at another: --target <target>=<proxy>, or "targets" in the request.'
    throw new FaultlineError(taken ? 'proxy_exists' : 'proxy_not_found', detail, { problems, remedy })
  }
  return { proxies: found, inline }
}

function requireKnown({ name, targets }: Profile, overrides: TargetOverrides): void {
  const problems: Problem[] = []
  for (const [target, override] of Object.entries(overrides)) {
    const pointer = `/targets/${escapePointer(target)}`
    if (typeof override === 'object' && override.proxy !== undefined && Object.keys(override).length > 1) {
      problems.push({
        pointer,
        message: `target ${target} is pointed at a proxy and at labels; it must be one of the two`,
      })
    }
    if (targets.has(target)) continue
    const near = nearest(target, targets.keys())
    const hint = near === undefined ? `its targets are ${[...targets.keys()].join(', ')}` : `did you mean ${near}?`
    problems.push({ pointer, message: `profile ${name} has no target ${target}; ${hint}` })
  }
  if (problems.length > 0) {
    throw new FaultlineError('invalid_request', problems.map(({ message }) => message).join('; '), { problems })
  }
}

function overridden(written: Target, override: string | TargetSelector | undefined): Target {
  if (override === undefined) return written
  return { is: 'existing', selector: typeof override === 'string' ? { proxy: override } : override }
}

function selects({ proxy, plane, from, to }: TargetSelector, spec: ProxySpec): boolean {
  if (plane !== undefined) return spec.plane === plane && (proxy === undefined || spec.name === `${plane}:${proxy}`)
  if (proxy !== undefined) return spec.name === proxy
  return (from === undefined || spec.from === from) && (to === undefined || spec.to === to)
}

/** Why it stands for nothing, and what there is instead. */
function miss(selector: TargetSelector, proxies: readonly ProxySpec[], target: string): string {
  const { proxy, plane, allow_unseeded: _unseeded, ...labels } = selector
  if (plane !== undefined) return missOnPlane(plane, proxy, proxies)
  const names = proxies.map(({ name }) => name)
  const [label = 'to', value = ''] = Object.entries(labels)[0] ?? []
  const known = proxy === undefined ? proxies.flatMap((spec) => (label === 'from' ? spec.from : spec.to) ?? []) : names
  const wanted = Object.entries(labels).map(([name, text]) => `${name}: ${text}`)
  const found = proxy === undefined ? `no proxy is labelled ${wanted.join(' and ')}` : `there is no proxy ${proxy}`
  const near = nearest(proxy ?? value, known)
  if (near !== undefined) return `${found}; did you mean ${near}?`
  if (names.length === 0) return proxy === undefined ? `${found}: there is no proxy at all` : `${found}, nor any other`
  const some = names.slice(0, MOST_NAMED).join(', ')
  const more = names.length > MOST_NAMED ? `, and ${names.length - MOST_NAMED} more` : ''
  return `${found}; point it at one of those there are with ${target}=<proxy>: ${some}${more}`
}

function missOnPlane(plane: string, proxy: string | undefined, proxies: readonly ProxySpec[]): string {
  const there = proxies.filter((spec) => spec.plane === plane).map(({ name }) => name.slice(plane.length + 1))
  if (there.length === 0) {
    const planes = new Set(proxies.flatMap((spec) => spec.plane ?? []))
    const near = nearest(plane, planes)
    return `plane ${plane} has no proxy${near === undefined ? ': GET /v1/planes tells how it stands' : `; did you mean ${near}?`}`
  }
  const near = nearest(proxy ?? '', there)
  const hint = near === undefined ? `those there are ${there.slice(0, MOST_NAMED).join(', ')}` : `did you mean ${near}?`
  return `plane ${plane} has no proxy ${proxy ?? ''}; ${hint}`
}

const MOST_NAMED = 10
