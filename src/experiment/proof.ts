import { FaultlineError } from '../contract/errors.ts'
import { SKIP_REASONS } from '../contract/model.ts'
import type { SkipReason } from '../contract/model.ts'
import type { CountsKeeper, MeasuredProxy } from '../contract/metrics.ts'
import type { FaultStatus } from '../contract/ports.ts'
import type { FaultProof, VerifyInput, VerifyView } from '../contract/scope-wire.ts'
import { nearest } from '../kernel/nearest.ts'
import type { Registry } from '../registry/registry.ts'

interface Sum {
  readonly kind: string
  seen: number
  applied: number
  readonly skipped: Record<SkipReason, number>
  evidence: readonly string[]
}

/** Faults that went are remembered for their proof; a test that makes more of them than this asks too late. */
const MOST_REMEMBERED = 5000
const MOST_EVIDENCE = 10

/**
 * What the faults of a scope did, those that are gone included: a fault that was taken away before anybody asked still
 * has to prove that it acted. A fault of the same name, put there again, is counted on.
 */
export class Proof implements CountsKeeper {
  readonly #registry: Pick<Registry, 'list'>
  readonly #gone = new Map<string, Sum>()

  constructor(registry: () => Pick<Registry, 'list'>) {
    this.#registry = { list: () => registry().list() }
  }

  settle(proxy: MeasuredProxy, names: readonly string[] | 'all'): void {
    for (const { name, status } of proxy.faults) {
      if (names !== 'all' && !names.includes(name)) continue
      const key = keyOf(proxy.name, name)
      const sum = this.#gone.get(key) ?? emptySum(status.kind)
      add(sum, status)
      this.#gone.delete(key)
      this.#gone.set(key, sum)
      if (this.#gone.size > MOST_REMEMBERED) this.#gone.delete(this.#gone.keys().next().value ?? '')
    }
  }

  /** Every fault there is or was, in order of its first end, those that stand last. */
  list(): readonly FaultProof[] {
    const proofs = new Map([...this.#gone].map(([key, sum]) => [key, proofOf(key, sum, false)]))
    for (const { spec, plane } of this.#registry.list()) {
      for (const { name } of spec.faults) {
        const status = plane.fault(name)
        // What a plane does not count proves nothing, either way.
        if (status === undefined || status.seen === null) continue
        const key = keyOf(spec.name, name)
        const sum = emptySum(status.kind)
        const before = this.#gone.get(key)
        if (before !== undefined) add(sum, before)
        add(sum, status)
        proofs.set(key, proofOf(key, sum, true))
      }
    }
    return [...proofs.values()]
  }

  /** Those that never acted. */
  unfired(): readonly FaultProof[] {
    return this.list().filter(({ applied }) => applied === 0)
  }

  /** @throws fault_not_found when there never was such a fault */
  verify({ proxy, fault, times, at_least: least, at_most: most, never }: VerifyInput): VerifyView {
    const all = this.list()
    const proof = all.find((one) => one.proxy === proxy && one.fault === fault)
    if (proof === undefined) throw unknown(proxy, fault, all)
    const from = never === true ? 0 : (times ?? least ?? (most === undefined ? 1 : 0))
    const to = never === true ? 0 : (times ?? most ?? Number.POSITIVE_INFINITY)
    const holds = proof.applied >= from && proof.applied <= to
    const wanted =
      to === 0
        ? 'never'
        : from === to
          ? `${from} times`
          : to === Number.POSITIVE_INFINITY
            ? `at least ${from} times`
            : `${from} to ${to} times`
    const skips = SKIP_REASONS.filter((reason) => proof.skipped[reason] > 0)
    const why = skips.map((reason) => `${proof.skipped[reason]} as ${reason}`).join(', ')
    const asked = proof.seen === 0 ? 'it was never asked: nothing that it looks at passed' : `asked ${proof.seen} times`
    const detail = `fault ${fault} on proxy ${proxy} was to act ${wanted}; it acted ${proof.applied} times (${asked}${why === '' ? '' : `; skipped ${why}`})`
    return { holds, detail, ...proof }
  }

  /** For resets: what was before no longer counts. */
  forget(): void {
    this.#gone.clear()
  }
}

const SEPARATOR = '\n'
const keyOf = (proxy: string, fault: string): string => `${proxy}${SEPARATOR}${fault}`

const emptySum = (kind: string): Sum => ({
  kind,
  seen: 0,
  applied: 0,
  skipped: Object.fromEntries(SKIP_REASONS.map((reason) => [reason, 0])) as Record<SkipReason, number>,
  evidence: [],
})

function add(sum: Sum, more: Pick<FaultStatus, 'seen' | 'applied' | 'skipped' | 'evidence'>): void {
  sum.seen += more.seen
  sum.applied += more.applied
  for (const reason of SKIP_REASONS) sum.skipped[reason] += more.skipped[reason]
  sum.evidence = [...sum.evidence, ...more.evidence].slice(-MOST_EVIDENCE)
}

function proofOf(key: string, { kind, seen, applied, skipped, evidence }: Sum, attached: boolean): FaultProof {
  const [proxy = '', fault = ''] = key.split(SEPARATOR)
  return { proxy, fault, kind, attached, seen, applied, skipped: { ...skipped }, evidence }
}

function unknown(proxy: string, fault: string, all: readonly FaultProof[]): FaultlineError {
  const there = all.filter((one) => one.proxy === proxy).map((one) => one.fault)
  const near = nearest(fault, there)
  const hint =
    near !== undefined
      ? `; did you mean ${JSON.stringify(near)}?`
      : there.length === 0
        ? '; it never had any'
        : `; it had ${there.slice(0, 10).join(', ')}`
  return new FaultlineError(
    'fault_not_found',
    `cannot verify: proxy ${JSON.stringify(proxy)} never had a fault called ${JSON.stringify(fault)}${hint}`,
    { pointer: '/fault' },
  )
}
