import { DelayHistogram } from '../../kernel/histogram.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Kind } from '../../contract/kind.ts'
import type { Foreseen } from '../../contract/explain.ts'
import type { FactSink } from '../../contract/events.ts'
import { SKIP_REASONS } from '../../contract/model.ts'
import type { FaultSpec, SkipReason } from '../../contract/model.ts'
import type { FaultStatus } from '../../contract/ports.ts'
import { sightingOf } from './awaited-sighting.ts'
import { Barrier } from './barrier.ts'
import type { Decision, Unit } from './decision.ts'
import { decisionFact, type Drawn } from './decision-fact.ts'
import { Evidence } from './evidence.ts'
import { FaultDraws, type CountKey } from './fault-draws.ts'
import { faultStatus } from './fault-status.ts'
import { foreseeFault } from './foresee-fault.ts'
import { keyOf } from './key-of.ts'
import { compileJudge, type CompiledJudge } from './match.ts'
import { Opening } from './opening.ts'
import { FaultStates } from './fault-states.ts'
import type { Sightings } from './sightings.ts'
import { TriggerCounts, bytesBefore, peek } from './trigger-counts.ts'

/** A fault attached to a proxy: its spec, which may change, and all that outlives a single connection. */
export class AttachedFault {
  readonly kind: Kind
  readonly proxy: string
  readonly asked = new DelayHistogram()
  readonly achieved = new DelayHistogram()
  seen = 0
  applied = 0
  limited = 0
  held: Barrier | undefined
  readonly skipped = Object.fromEntries(SKIP_REASONS.map((reason) => [reason, 0])) as Record<SkipReason, number>
  spec: FaultSpec
  readonly opening = new Opening()
  /** Rises when trigger or match change: then every open connection is looked at anew. */
  look = 0
  /** Removed from its proxy. */
  gone = false
  readonly attachedAt: number
  /** What it goes by instead of real time, where a test moves the time of its scope. */
  readonly manual: Clock | undefined
  readonly #sink: FactSink
  readonly #draws: FaultDraws
  /** The part of [0, 1) that is this fault's, where it is one of a group. */
  share: { readonly from: number; readonly to: number } | undefined
  #judge: CompiledJudge | undefined
  /** Its trigger waits for bytes. */
  countsBytes = false
  #turned: (() => void) | undefined
  #counts = new TriggerCounts()
  #shared: FaultStates | undefined
  readonly evidence = new Evidence()

  constructor(spec: FaultSpec, kind: Kind, proxy: string, seed: string, sink: FactSink, now: number, manual?: Clock) {
    this.spec = spec
    this.manual = manual
    this.attachedAt = now
    this.kind = kind
    this.proxy = proxy
    this.#sink = sink
    this.#draws = new FaultDraws(spec.seed ?? seed, proxy, spec.name)
    this.#compile()
  }

  #compile(): void {
    this.#judge = compileJudge(this.spec.match)
    this.countsBytes = bytesBefore(this.spec.trigger) > 0
  }

  /** Its match has conditions on the body of a request. */
  get looksAtBody(): boolean {
    return this.#judge?.looksAtBody === true
  }

  /** Where it passes by a head, it does so whenever and from whomever that comes. */
  get looksAtHeadAlone(): boolean {
    return !this.looksAtBody && this.#judge?.looksAtClient !== true && this.spec.appliesTo === 'both'
  }

  /** Now able to act at all. */
  get active(): boolean {
    return this.spec.enabled && this.opening.open
  }

  /** Starts what the trigger waits for and the windows that it opens and closes; `turned` is told at each turn. */
  start(clock: Clock, sightings: Sightings, turned: () => void): void {
    this.#turned = turned
    const seen = (by: string): void => {
      const { name: fault, kind, trigger } = this.spec
      const on = sightingOf(trigger)?.proxy ?? ''
      this.#sink.emit({ type: 'trigger_reached', proxy: this.proxy, fault, kind, seen_on: on, by })
    }
    this.opening.start(this.spec.trigger, clock, sightings, { seen, turned })
  }

  stop(): void {
    this.gone = true
    this.opening.stop()
  }

  /** @returns true when trigger or match changed, so that counts start anew */
  respec(spec: FaultSpec): boolean {
    const before = this.spec
    this.spec = spec
    const anew = JSON.stringify([before.trigger, before.match]) !== JSON.stringify([spec.trigger, spec.match])
    if (anew) {
      this.#compile()
      this.look++
      this.resetCounters()
    }
    return anew
  }

  resetCounters(): void {
    this.seen = this.applied = this.limited = 0
    this.#counts = new TriggerCounts()
    for (const reason of Object.keys(this.skipped) as SkipReason[]) this.skipped[reason] = 0
    this.#draws.reset()
    this.evidence.clear()
  }

  /** The same as a look that finds no match, at less cost: most requests are none of most faults' business. */
  passesBy(unit: Unit): boolean {
    // The draws of keys follow how often they came, match or not.
    if (this.spec.key !== undefined || (this.#meets(unit) && this.#matches(unit) !== false)) return false
    this.passedOver('no_match')
    return true
  }

  /**
   * The look at a connection, when the two meet: match, then trigger, then the draw. A draw that was made stays.
   * @param count tells which time a key came; asked once
   */
  decide(unit: Unit, before?: Decision, count?: CountKey): Decision {
    const { draws, nth } = before ?? this.#draws.of(unit, this.spec, count)
    const draw = before?.draw ?? this.#draws.draw(unit, this.spec, draws)
    return { draw, draws, nth, look: this.look, eligible: this.#eligible(unit, { draw, nth }) }
  }

  /** What `decide` and `apply` would say of a unit, without asking them: nothing is counted, no draw is used up. */
  foresee(unit: Unit): Foreseen {
    return foreseeFault(this, unit, {
      matches: () => this.#matches(unit),
      trigger: () => this.#counts.foresee(this.spec.trigger, this.#group(unit)),
      draw: () => this.#draws.draw(unit, this.spec, this.#draws.of(unit, this.spec, peek).draws),
    })
  }

  /** Bytes that have yet to pass before it looks at the unit; 0 where it does not wait for any. */
  bytesMissing(unit: Unit): number {
    return this.countsBytes ? this.#counts.missing(this.spec.trigger, this.#group(unit)) : 0
  }

  /** No unit has a say: the fault acts on the listener. */
  get starved(): boolean {
    return this.countsBytes && this.#counts.missing(this.spec.trigger, '') > 0
  }

  /** Whether bytes of the unit are among those that it waits for. */
  countsOf(unit: Unit): boolean {
    return (
      this.countsBytes &&
      this.spec.enabled &&
      this.opening.awaited === undefined &&
      this.#meets(unit) &&
      this.#matches(unit) === true
    )
  }

  /** They came by. @returns whether they were the last that it waited for; then all that it may act on now is visited */
  passed(unit: Unit, bytes: number): boolean {
    const { trigger } = this.spec
    const reached = this.#counts.passed(trigger, this.#group(unit), bytes)
    if (reached && trigger?.per !== 'connection') this.#turned?.()
    return reached
  }

  /** Everything but the body has been judged, and the body decides. */
  needsBody(unit: Unit): boolean {
    return this.looksAtBody && this.active && this.#meets(unit) && this.#matches(unit) === undefined
  }

  /** Undefined where that depends on a body that is not there. */
  #matches(unit: Unit): boolean | undefined {
    return this.#judge === undefined || this.#judge.judge(unit)
  }

  /** Whether it looks at connections of that age. */
  #meets({ openedAt }: Unit): boolean {
    const { appliesTo } = this.spec
    return appliesTo === 'both' || (appliesTo === 'existing') === openedAt < this.attachedAt
  }

  #eligible(unit: Unit, drawn: Drawn): boolean {
    if (!this.#meets(unit)) return this.#skip(unit, 'no_match')
    const matches = this.#matches(unit)
    if (matches === undefined) return this.#skip(unit, 'body_not_available')
    if (!matches) return this.#skip(unit, 'no_match')
    if (this.opening.openedBy(this.proxy, unit)) return this.#skip(unit, 'trigger', drawn)
    if (this.bytesMissing(unit) > 0) return this.#skip(unit, 'trigger', drawn)
    return this.#counts.admits(this.spec.trigger, this.#group(unit)) || this.#skip(unit, 'trigger', drawn)
  }

  /** Below the toxicity; in a group, the fault's own share of it. */
  get range(): { readonly from: number; readonly to: number } {
    return this.share ?? { from: 0, to: this.spec.toxicity }
  }

  hits(draw: number): boolean {
    const { from, to } = this.range
    return draw >= from && draw < to
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
    if (!this.hits(decision.draw)) return this.#skip(unit, 'toxicity', decision)
    if (this.spec.dryRun) return this.#skip(unit, 'dry_run', decision)
    if (!this.#counts.take(this.spec.trigger, this.#group(unit))) return this.#skip(unit, 'trigger', decision)
    this.seen++
    this.applied++
    this.evidence.add(unit.id)
    this.#report(unit, 'applied', decision)
    return true
  }

  #skip(unit: Unit, reason: SkipReason, drawn?: Drawn): false {
    this.seen++
    this.skipped[reason]++
    if (drawn !== undefined) this.#report(unit, reason, drawn)
    return false
  }

  #report(unit: Unit, outcome: 'applied' | SkipReason, drawn: Drawn): void {
    this.#sink.emit(decisionFact(this, unit, drawn, outcome))
  }

  /** Whose counts the trigger looks at: the fault's own, or those of the unit's connection or key. */
  #group(unit: Unit): string {
    const { per = 'fault' } = this.spec.trigger ?? {}
    if (per === 'fault') return ''
    if (per === 'connection') return unit.connection ?? unit.id
    return (this.spec.key && keyOf(this.spec.key, unit)) ?? ''
  }

  /** It was eligible, and another fault ended the connection before its turn. */
  tooLate(unit: Unit, decision: Decision): void {
    this.#skip(unit, 'superseded', decision)
  }

  /** It was to act on an exchange, and could not: the count moves from applied to the reason. */
  unable(exchange: string, connection: string, reason: SkipReason, detail: string): void {
    this.applied--
    this.evidence.drop(exchange)
    this.skipped[reason]++
    const { name: fault, kind } = this.spec
    this.#sink.emit({ type: 'fault_unable', proxy: this.proxy, fault, kind, exchange, connection, reason, detail })
  }

  /** Where those wait that it holds; made with the first. */
  barrier(clock: Clock): Barrier {
    const { name: fault, kind } = this.spec
    this.held ??= new Barrier(clock, this.#sink, { proxy: this.proxy, fault, kind })
    return this.held
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
    this.#shared ??= new FaultStates()
    return this.#shared.of(by === 'proxy' ? '' : client, make)
  }

  status(): FaultStatus {
    return faultStatus(this)
  }
}
