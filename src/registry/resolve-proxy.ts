import { parseAddress } from '../contract/address.ts'
import { FaultlineError } from '../contract/errors.ts'
import type { FaultSpec, Owner, Protocol, ProxySpec } from '../contract/model.ts'
import type { FaultInput, ProxyInput } from '../contract/wire.ts'
import { WISH_FIELD } from '../contract/wishes.ts'
import { catalogue } from '../faults/catalogue.ts'
import { wishReader } from '../faults/read-wishes.ts'
import { resolveRequestFaults } from '../faults/request-faults.ts'
import type { FaultGate } from './fault-gate.ts'
import { isResolved, resolveFault } from '../faults/resolve.ts'

export interface Leniency {
  /** Toxiproxy's rules: the upstream may be anything, integers only, odd names. */
  readonly lenient?: boolean
}

export interface ResolveRules {
  readonly allowed: (upstream: string) => boolean
  readonly faultsPerProxy: number
  readonly gate: FaultGate
}

/** Input to a whole spec, everything checked. @throws invalid_fault, invalid_request, upstream_not_allowed, limit_reached */
export function resolveProxy(
  name: string,
  input: ProxyInput,
  owner: Owner,
  rules: ResolveRules,
  options: Leniency,
): ProxySpec {
  const {
    upstream,
    listen = '127.0.0.1:0',
    enabled = true,
    protocol = 'tcp',
    evidence_header: evidenceHeader = false,
    from,
    to,
  } = input
  const { lenient = false } = options
  if (!lenient) parseAddress(upstream, 'upstream')
  if (enabled || !lenient) parseAddress(listen, 'listen')
  if (!rules.allowed(upstream)) {
    const detail = `proxy ${JSON.stringify(name)} may not forward to ${JSON.stringify(upstream)}`
    throw new FaultlineError('upstream_not_allowed', detail, { pointer: '/upstream' })
  }
  if ((input.faults ?? []).length > 0) rules.gate.mustNotBeHalted(`give proxy ${JSON.stringify(name)} faults`)
  const faults = (input.faults ?? []).map((fault, i) => resolveAny(fault, owner, lenient, `/faults/${i}`))
  checkFaults({ name, protocol }, faults, rules)
  const requestFaults = requestFaultsOf(name, protocol, input.request_faults)
  return { name, listen, upstream, protocol, evidenceHeader, requestFaults, from, to, enabled, faults, owner }
}

function requestFaultsOf(proxy: string, protocol: Protocol, input: unknown): ProxySpec['requestFaults'] {
  const rules = input === undefined ? undefined : resolveRequestFaults(input, '/request_faults')
  // What judges wishes is compiled when first used, for some 40 ms: rather now than while requests wait.
  for (const kind of Object.keys(rules?.kinds ?? {})) wishReader.read([[WISH_FIELD, kind]], rules, proxy)
  if (rules === undefined || protocol === 'http') return rules
  const detail = `proxy ${JSON.stringify(proxy)} has protocol ${protocol}, in which nobody sees requests that could ask for faults; allowed is http`
  throw new FaultlineError('kind_not_for_protocol', detail, { pointer: '/request_faults' })
}

/** The same for config, where pointers start at the document. */
export function resolveNamed(name: string, input: ProxyInput, owner: Owner, rules: ResolveRules): ProxySpec {
  try {
    return resolveProxy(name, input, owner, rules, {})
  } catch (error) {
    throw fromDocument(name, error)
  }
}

/** Carries out a part of a document; what is wrong with it points into the document. */
export async function inDocument({ name }: Pick<ProxySpec, 'name'>, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    throw fromDocument(name, error)
  }
}

/** What is wrong with one proxy, as what is wrong with the document that holds it. */
function fromDocument(name: string, error: unknown): unknown {
  if (!(error instanceof FaultlineError)) return error
  const base = `/proxies/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
  const problems = error.problems.map((one) => ({ ...one, pointer: base + one.pointer }))
  const more = { pointer: base + (error.pointer ?? ''), problems, remedy: error.remedy }
  return new FaultlineError(error.code, `proxy ${JSON.stringify(name)}: ${error.message}`, more)
}

/** A fault that is resolved already passes as it is; one that only says so is judged. */
export function resolveAny(input: FaultInput | FaultSpec, owner: Owner, lenient: boolean, pointer: string): FaultSpec {
  return isResolved(input) ? input : resolveFault(input, { owner, lenient, pointer })
}

export function checkFaults(
  { name: proxy, protocol, shared }: Pick<ProxySpec, 'name' | 'protocol' | 'shared'>,
  faults: readonly FaultSpec[],
  rules: ResolveRules,
): void {
  if (faults.length > 0) rules.gate.mustBeTarget(proxy)
  const names = new Set<string>()
  for (const { name, kind } of faults) {
    if (shared !== undefined && catalogue.get(kind)?.layer !== 'exchange') {
      const detail = `fault ${JSON.stringify(name)} (${kind}) acts on whole connections, which on the shared listener ${JSON.stringify(proxy)} carry requests of many scopes; allowed are faults on HTTP exchanges`
      throw new FaultlineError('kind_not_for_protocol', detail, {
        pointer: '/kind',
        remedy: 'Use a fault on exchanges such as http_delay, or a proxy of the scope.',
      })
    }
    if (protocol !== 'http' && catalogue.get(kind)?.layer === 'exchange') {
      const detail = `fault ${JSON.stringify(name)} (${kind}) acts on HTTP exchanges, but proxy ${JSON.stringify(proxy)} has protocol ${protocol}; allowed is http`
      throw new FaultlineError('kind_not_for_protocol', detail, { pointer: '/kind' })
    }
    if (names.has(name)) {
      const detail = `proxy ${JSON.stringify(proxy)} would have two faults called ${JSON.stringify(name)}`
      throw new FaultlineError('fault_exists', detail, { pointer: '/faults' })
    }
    names.add(name)
  }
  checkGroups(proxy, faults)
  if (faults.length > rules.faultsPerProxy) {
    const detail = `proxy ${JSON.stringify(proxy)} would have ${faults.length} faults; limits.faults_per_proxy is ${rules.faultsPerProxy}`
    throw new FaultlineError('limit_reached', detail, { pointer: '/faults' })
  }
}

/** Shares above 1 in sum could not all be kept. Floating point may miss the 1 by a little. */
function checkGroups(proxy: string, faults: readonly FaultSpec[]): void {
  const groups = new Map<string, number>()
  for (const { oneOf } of faults) {
    if (oneOf !== undefined) groups.set(oneOf.group, (groups.get(oneOf.group) ?? 0) + oneOf.weight)
  }
  for (const [group, sum] of groups) {
    if (sum <= 1 + 1e-9) continue
    const detail = `the weights of group ${JSON.stringify(group)} on proxy ${JSON.stringify(proxy)} would sum to ${sum}; allowed is at most 1`
    throw new FaultlineError('invalid_fault', detail, { pointer: '/one_of/weight' })
  }
}
