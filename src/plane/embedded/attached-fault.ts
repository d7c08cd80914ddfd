import { Draws } from '../../kernel/random.ts'
import { DelayHistogram } from '../../kernel/histogram.ts'
import type { Clock } from '../../kernel/clock.ts'
import { fidelityHere } from '../../contract/kind.ts'
import type { Kind } from '../../contract/kind.ts'
import type { Foreseen, IdleReason } from '../../contract/explain.ts'
import type { FactSink } from '../../contract/events.ts'
import { SKIP_REASONS } from '../../contract/model.ts'
import type { FaultSpec, Key, SkipReason } from '../../contract/model.ts'
import type { FaultStatus } from '../../contract/ports.ts'
import type { Decision, Unit } from './decision.ts'
import { compileMatch, failedCondition } from './match.ts'
import { TriggerCounts, bump, peek } from './trigger-counts.ts'
import { Windows, windowPlan } from './windows.ts'
import type { WindowState } from './windows.ts'
import type { Matcher } from './match.ts'

/** A fault attached to a proxy: its spec, which may change, and all that outlives a single connection. */
export class AttachedFault {
  readonly kind: Kind
  readonly proxy: string
  readonly asked = new DelayHistogram()
  readonly achieved = new DelayHistogram()
  seen = 0
  applied = 0
  limited = 0
  readonly skipped = Object.fromEntries(SKIP_REASONS.map((reason) => [reason, 0])) as Record<SkipReason, number>
  spec: FaultSpec
  /** Set when the window of `trigger.for` has passed. */
  expired = false
  /** Rises when trigger or match change: then every open connection is looked at anew. */
  look = 0
  /** Removed from its proxy. */
  gone = false
  readonly attachedAt: number
  readonly #sink: FactSink
  readonly #root: Draws
  readonly #seed: Draws
  /** The part of [0, 1) that is this fault's, where it is one of a group. */
  share: { readonly from: number; readonly to: number } | undefined
  #matcher: Matcher | undefined
  #counts = new TriggerCounts()
  #shared: Map<string, unknown> | undefined
  #occurrences: Map<string, number> | undefined
  #window: Windows | undefined
  #resting = false

  constructor(spec: FaultSpec, kind: Kind, proxy: string, seed: string, sink: FactSink, now: number) {
    this.spec = spec
    this.attachedAt = now
    this.kind = kind
    this.proxy = proxy
    this.#sink = sink
    this.#seed = Draws.root(spec.seed ?? seed).fork(proxy)
    this.#root = this.#seed.fork(spec.name)
    this.#matcher = compileMatch(spec.match)
  }

  /** Now able to act at all. */
  get active(): boolean {
    return this.spec.enabled && !this.expired && !this.#resting
  }

  /** Starts the windows that the trigger opens and closes, from now on; `turned` is told at each turn. */
  startWindow(clock: Clock, turned: () => void): void {
    this.#window?.stop()
    this.#window = undefined
    this.expired = this.#resting = false
    const plan = windowPlan(this.spec.trigger)
    if (plan === undefined) return
    const take = (state: WindowState): void => {
      this.expired = state === 'over'
      this.#resting = state === 'resting'
    }
    this.#window = new Windows(plan, clock, (state) => {
      const before = this.active
      take(state)
      if (this.active !== before) turned()
    })
    take(this.#window.state)
  }

  stop(): void {
    this.gone = true
    this.#window?.stop()
  }

  /** @returns true when trigger or match changed, so that counts start anew */
  respec(spec: FaultSpec): boolean {
    const before = this.spec
    this.spec = spec
    const anew = JSON.stringify([before.trigger, before.match]) !== JSON.stringify([spec.trigger, spec.match])
    if (anew) {
      this.#matcher = compileMatch(spec.match)
      this.look++
      this.resetCounters()
    }
    return anew
  }

  resetCounters(): void {
    this.seen = this.applied = this.limited = 0
    this.#counts = new TriggerCounts()
    for (const reason of Object.keys(this.skipped) as SkipReason[]) this.skipped[reason] = 0
    this.#occurrences = undefined
  }

  /** The look at a connection, when the two meet: match, then trigger, then the draw. A draw that was made stays. */
  decide(unit: Unit, before?: Decision): Decision {
    const draws = before?.draws ?? this.#branch(unit)
    const draw = before?.draw ?? (this.spec.oneOf === undefined ? draws : this.#groupBranch(unit)).unit('apply')
    return { draw, draws, look: this.look, eligible: this.#eligible(unit, draw) }
  }

  /** What `decide` and `apply` would say of a unit, without asking them: nothing is counted, no draw is used up. */
  foresee(unit: Unit): Foreseen {
    const { name, kind, toxicity, match, trigger, appliesTo, dryRun } = this.spec
    const self = { fault: name, kind, layer: this.kind.layer, acts: false }
    const idle = (reason: IdleReason, why: string, more: Partial<Foreseen> = {}): Foreseen => ({
      ...self,
      reason,
      why,
      ...more,
    })
    if (self.layer !== 'exchange') return idle('layer', `${kind} acts on whole connections, whatever is asked on them`)
    if (!this.spec.enabled) return idle('disabled', 'it is not enabled')
    if (!this.active) return idle('window', this.expired ? 'its time is over' : 'it rests now')
    if (appliesTo === 'existing')
      return idle('no_match', 'it looks only at connections from before it was attached', { condition: 'applies_to' })
    const condition = match === undefined ? undefined : failedCondition(match, unit)
    if (condition !== undefined) return idle('no_match', `${condition} of its match does not hold`, { condition })
    const { count, admitted, room } = this.#counts.foresee(trigger, this.#group(unit))
    const draw = (this.spec.oneOf === undefined ? this.#branch(unit, peek) : this.#groupBranch(unit)).unit('apply')
    const known = { count, draw }
    if (!admitted) return idle('trigger', `its trigger leaves out number ${count} of those that match`, known)
    if (!this.hits(draw)) {
      const { from, to } = this.share ?? { from: 0, to: toxicity }
      return idle('toxicity', `the draw is ${draw}, and it acts from ${from} to below ${to}`, known)
    }
    if (dryRun) return idle('dry_run', 'it would act, were it not a dry run', known)
    if (!room) return idle('trigger', 'it acted as often as `times` allows', known)
    return { ...self, acts: true, why: 'everything holds', ...known }
  }

  #eligible(unit: Unit, draw: number): boolean {
    const to = this.spec.appliesTo
    if (to !== 'both' && (to === 'existing') !== unit.openedAt < this.attachedAt) return this.#skip(unit, 'no_match')
    if (this.#matcher !== undefined && !this.#matcher(unit)) return this.#skip(unit, 'no_match')
    return this.#counts.admits(this.spec.trigger, this.#group(unit)) || this.#skip(unit, 'trigger', draw)
  }

  /** Below the toxicity; in a group, within the fault's own share of it. */
  hits(draw: number): boolean {
    return this.share === undefined ? draw < this.spec.toxicity : draw >= this.share.from && draw < this.share.to
  }

  /** All that a look depends on besides the draw; another look is taken only when it changes. */
  get gate(): string {
    const { toxicity, dryRun } = this.spec
    return `${this.active} ${toxicity} ${dryRun} ${this.share?.from} ${this.share?.to}`
  }

  /** Whether a decision would act now, were it new. */
  wants({ eligible, draw }: Decision): boolean {
    return eligible && this.active && this.hits(draw) && !this.spec.dryRun
  }

  /** Whether an eligible decision acts now. Counts the look and tells the journal. */
  apply(unit: Unit, decision: Decision): boolean {
    if (!this.hits(decision.draw)) return this.#skip(unit, 'toxicity', decision.draw)
    if (this.spec.dryRun) return this.#skip(unit, 'dry_run', decision.draw)
    if (!this.#counts.take(this.spec.trigger, this.#group(unit))) return this.#skip(unit, 'trigger', decision.draw)
    this.seen++
    this.applied++
    this.#report(unit, 'applied', decision.draw)
    return true
  }

  #skip(unit: Unit, reason: SkipReason, draw?: number): false {
    this.seen++
    this.skipped[reason]++
    if (reason !== 'no_match') this.#report(unit, reason, draw)
    return false
  }

  #report(unit: Unit, outcome: 'applied' | SkipReason, draw: number | undefined): void {
    const { name, kind, stream } = this.spec
    this.#sink.emit({
      type: 'decision',
      proxy: this.proxy,
      fault: name,
      kind,
      connection: unit.id,
      ordinal: unit.ordinal,
      ...(stream === undefined ? {} : { stream }),
      ...(draw === undefined ? {} : { draw }),
      outcome,
    })
  }

  // One draw for all faults of the group: their names do not enter, the unit does.
  #groupBranch(unit: Unit): Draws {
    const kind = unit.request === undefined ? 'connection' : 'exchange'
    return this.#seed
      .fork('one_of')
      .fork(this.spec.oneOf?.group ?? '')
      .fork(kind)
      .fork(unit.ordinal)
  }

  // The draw follows the ordinal, or with a key the key's value and how often it came.
  #branch(unit: Unit, count = bump): Draws {
    const key = this.spec.key === undefined ? undefined : keyOf(this.spec.key, unit)
    if (key === undefined)
      return this.#root.fork(unit.request === undefined ? 'connection' : 'exchange').fork(unit.ordinal)
    this.#occurrences ??= new Map()
    const nth = count(this.#occurrences, key)
    return this.#root.fork('key').fork(key).fork(nth)
  }

  /** Whose counts the trigger looks at: the fault's own, or those of the unit's connection or key. */
  #group(unit: Unit): string {
    const { per = 'fault' } = this.spec.trigger ?? {}
    if (per === 'fault') return ''
    if (per === 'connection') return unit.connection ?? unit.id
    return (this.spec.key && keyOf(this.spec.key, unit)) ?? ''
  }

  /** It was to act, and another fault ended the exchange before its turn. */
  superseded(): void {
    this.unable('superseded')
  }

  /** It was to act, and could not: the count moves from applied to the reason. */
  unable(reason: SkipReason): void {
    this.applied--
    this.skipped[reason]++
  }

  /** It did not even get to look. */
  passedOver(reason: SkipReason): void {
    this.seen++
    this.skipped[reason]++
  }

  /** Acts on the proxy as a whole, not on a connection: counted once. */
  engage(): void {
    this.seen++
    this.applied++
  }

  /** The state that all links of the proxy, or of one client, share. */
  shared<S>(by: 'proxy' | 'client', client: string, make: () => S): S {
    const key = by === 'proxy' ? '' : client
    this.#shared ??= new Map()
    let state = this.#shared.get(key)
    if (state === undefined) {
      // Forgetting the oldest client only gives it a fresh bucket when it comes back.
      if (this.#shared.size >= 10_000) this.#shared.delete(this.#shared.keys().next().value ?? '')
      state = make()
      this.#shared.set(key, state)
    }
    return state as S
  }

  status(): FaultStatus {
    return {
      kind: this.spec.kind,
      stream: this.spec.stream,
      active: this.active,
      fidelity: fidelityHere(this.kind, process.platform),
      seen: this.seen,
      applied: this.applied,
      skipped: { ...this.skipped },
      limited: this.limited,
      asked: this.asked,
      achieved: this.achieved,
    }
  }
}

/** Undefined where the request does not carry the field: then the draw follows the ordinal. */
function keyOf(key: Key, unit: Unit): string | undefined {
  if (key.header === undefined) return unit.client
  const name = key.header.toLowerCase()
  return unit.request?.headers.find(([one]) => one.toLowerCase() === name)?.[1]
}
