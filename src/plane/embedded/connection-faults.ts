import { EARLY_MS } from '../../kernel/clock.ts'
import type { Clock, Timer } from '../../kernel/clock.ts'
import type { Answer } from '../../contract/effects.ts'
import type { AnyConnectionKind, ConnectionView, Random } from '../../contract/kind.ts'
import type { AttachedFault } from './attached-fault.ts'
import type { Decision, Unit } from './decision.ts'

type Stage = 'accept' | 'dial'

/** The connection, as the faults on whole connections see it. */
export interface Subject {
  readonly unit: Unit
  readonly view: ConnectionView
  readonly clock: Clock
  /** Every fault let it go on at this stage. */
  passed(stage: Stage): void
  /** A fault closes or resets it. */
  cut(how: 'fin' | 'rst', fault: AttachedFault): void
  evictOldest(fault: AttachedFault): void
  bug(error: unknown): void
}

interface Slot {
  readonly fault: AttachedFault
  decision: Decision
  readonly state: unknown
  readonly random: Random
  attributes: unknown
  active: boolean
  /** It acted on this connection before: switching it on again is no new decision. */
  applied: boolean
  gate: string
  /** It let the connection go on at the stage at hand. */
  passed: boolean
  /** Since when it was asked the question at hand; -1 when it is not being asked. */
  askedAt: number
  wakeAt: number
}

/** The connection-layer faults of one connection: asks them in order, waits for them, wakes them. */
export class ConnectionFaults {
  readonly #subject: Subject
  #slots: Slot[] = []
  #stage: Stage | undefined
  #until = -1
  #timer: Timer | undefined
  #timerDue = Infinity
  #over = false

  constructor(subject: Subject) {
    this.#subject = subject
  }

  /** Something may have changed for a fault that waits without a time. */
  get waitsForOthers(): boolean {
    return this.#until === Infinity
  }

  get applied(): readonly string[] {
    return this.#slots.filter((slot) => slot.active).map((slot) => slot.fault.spec.name)
  }

  /** Takes up the proxy's faults: new ones meet the connection, changed ones are asked again, gone ones let go. */
  sync(faults: readonly AttachedFault[]): void {
    const known = new Map(this.#slots.map((slot) => [slot.fault, slot]))
    this.#slots = faults.flatMap((fault) => known.get(fault) ?? this.#meet(fault) ?? [])
    for (const slot of this.#slots) this.#refresh(slot)
    if (this.#over) return
    if (this.#stage !== undefined) this.#ask()
    this.#arm()
  }

  enter(stage: Stage): void {
    this.#stage = stage
    for (const slot of this.#slots) {
      slot.askedAt = -1
      slot.passed = false
    }
    this.#ask()
    this.#arm()
  }

  /** Asks the waiting fault again. */
  again(): void {
    if (this.#stage === undefined || this.#over) return
    this.#ask()
    this.#arm()
  }

  stop(): void {
    this.#over = true
    this.#stage = undefined
    this.#timer?.cancel()
  }

  #meet(fault: AttachedFault): Slot | undefined {
    if (!fault.active || closesListener(fault)) return undefined
    const decision = fault.decide(this.#subject.unit)
    const kind = fault.kind as AnyConnectionKind
    const { attributes } = fault.spec
    const random: Random = {
      unit: (purpose = 'value') => decision.draws.unit(purpose),
      between: (low, high, purpose = 'value') => low + decision.draws.unit(purpose) * (high - low),
      at: (place, purpose = 'value') => decision.draws.unit(purpose, place),
    }
    const state: unknown = kind.state?.(attributes)
    return {
      fault,
      decision,
      state,
      random,
      attributes: undefined,
      active: false,
      applied: false,
      gate: '',
      passed: false,
      askedAt: -1,
      wakeAt: Infinity,
    }
  }

  #refresh(slot: Slot): void {
    const { fault } = slot
    const { unit } = this.#subject
    if (this.#over) return
    const changed = slot.attributes !== fault.spec.attributes
    slot.attributes = fault.spec.attributes
    if (fault.active && slot.decision.look !== fault.look) {
      slot.decision = fault.decide(unit, slot.decision)
      slot.gate = ''
      slot.applied = false
    }
    const { gate } = fault
    const was = slot.active
    if (slot.gate !== gate) {
      slot.gate = gate
      const wanted = fault.wants(slot.decision)
      if (!wanted && was) slot.active = false
      else if (fault.active && slot.decision.eligible)
        slot.active = (wanted && slot.applied) || fault.apply(unit, slot.decision)
      slot.applied ||= slot.active
      if (!slot.active) slot.wakeAt = Infinity
    }
    if (slot.active && (!was || changed)) this.#wake(slot)
  }

  #ask(): void {
    const { clock } = this.#subject
    this.#until = -1
    for (const slot of this.#slots) {
      const kind = slot.fault.kind as AnyConnectionKind
      const question = this.#stage === 'accept' ? kind.accept : kind.dial
      if (slot.passed || !slot.active || question === undefined) continue
      const now = clock.now()
      if (slot.askedAt < 0) slot.askedAt = now
      const answer = question.call(kind, this.#context(slot, now))
      if (answer.do === 'wait' && answer.until > now + EARLY_MS) {
        this.#until = answer.until
        return
      }
      if (slot.askedAt < now) {
        slot.fault.achieved.observe(now - slot.askedAt)
        if (answer.do === 'wait') slot.fault.asked.observe(answer.until - slot.askedAt)
      }
      slot.passed = true
      this.#carryOut(slot, answer)
      if (this.#over) return
    }
    const stage = this.#stage
    this.#stage = undefined
    if (stage !== undefined) this.#subject.passed(stage)
  }

  #wake(slot: Slot): void {
    const kind = slot.fault.kind as AnyConnectionKind
    slot.wakeAt = Infinity
    if (kind.wake === undefined) return
    this.#carryOut(slot, kind.wake(this.#context(slot, this.#subject.clock.now())))
  }

  #carryOut(slot: Slot, answer: Answer): void {
    switch (answer.do) {
      case 'go':
      case 'wait':
        return
      case 'wake':
        slot.wakeAt = answer.at
        return
      case 'evict':
        this.#subject.evictOldest(slot.fault)
        return
      case 'close':
      case 'reset':
        this.#subject.cut(answer.do === 'close' ? 'fin' : 'rst', slot.fault)
        return
    }
  }

  #context(slot: Slot, now: number): Parameters<NonNullable<AnyConnectionKind['wake']>>[0] {
    const { attributes, state, random } = slot
    return {
      attributes,
      state,
      random,
      now,
      askedAt: slot.askedAt < 0 ? now : slot.askedAt,
      connection: this.#subject.view,
    }
  }

  #arm(): void {
    if (this.#over) return
    let next = this.#until < 0 ? Infinity : this.#until
    for (const slot of this.#slots) next = Math.min(next, slot.wakeAt)
    if (next >= this.#timerDue || next === Infinity) return
    this.#timer?.cancel()
    this.#timerDue = next
    this.#timer = this.#subject.clock.at(next, () => {
      try {
        this.#onTimer()
      } catch (error) {
        this.#subject.bug(error)
      }
    })
  }

  #onTimer(): void {
    this.#timerDue = Infinity
    const due = this.#subject.clock.now() + EARLY_MS
    for (const slot of this.#slots) if (slot.active && slot.wakeAt <= due && !this.#over) this.#wake(slot)
    if (this.#over) return
    if (this.#stage !== undefined && this.#until >= 0 && this.#until <= due) this.#ask()
    this.#arm()
  }
}

/** It acts on the listener instead of on single connections. */
export function closesListener(fault: AttachedFault): boolean {
  const kind = fault.kind as AnyConnectionKind
  return (kind.listener?.(fault.spec.attributes) ?? 'open') !== 'open'
}
