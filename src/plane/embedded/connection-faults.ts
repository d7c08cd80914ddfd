import { EARLY_MS } from '../../kernel/clock.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Answer } from '../../contract/effects.ts'
import type { AnyConnectionKind, Random } from '../../contract/kind.ts'
import { Alarm } from './alarm.ts'
import type { AttachedFault } from './attached-fault.ts'
import { dropHeld, holdConnection } from './connection-hold.ts'
import type { HoldingSlot } from './connection-hold.ts'
import type { Decision } from './decision.ts'
import type { Seen, Subject } from './subject.ts'
import { took } from './took.ts'

type Stage = 'accept' | 'dial'

interface Slot extends HoldingSlot {
  /** What it goes by. */
  readonly seen: Seen
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
  /** Who waits until then. */
  #waiting: Slot | undefined
  readonly #alarms: readonly Alarm[]
  #over = false
  #faults: readonly AttachedFault[] = []
  /** Faults of this connection alone, each behind one of the proxy's. */
  readonly #inserted: { readonly behind: AttachedFault; readonly fault: AttachedFault }[] = []

  constructor(subject: Subject) {
    this.#subject = subject
    const { clock, manual } = subject
    const clocks = manual === undefined ? [clock] : [clock, manual.clock]
    this.#alarms = clocks.map((one): Alarm => new Alarm(one, () => this.#onAlarm(one)))
  }

  /** Something may have changed for a fault that waits without a time. */
  get waitsForOthers(): boolean {
    return this.#until === Infinity
  }

  get applied(): readonly string[] {
    return this.#slots.filter((slot) => slot.active).map((slot) => slot.fault.spec.name)
  }

  /** Takes up the proxy's faults: new ones meet the connection, changed ones are asked again, gone ones let go. */
  sync(wanted: readonly AttachedFault[]): void {
    this.#faults = wanted
    const faults = this.#withInserted(wanted)
    for (const slot of this.#slots) if (!faults.includes(slot.fault)) dropHeld(slot, 'removed')
    const known = new Map(this.#slots.map((slot) => [slot.fault, slot]))
    for (const slot of this.#slots) if (!faults.includes(slot.fault)) this.#letGo(slot)
    if (this.#over) return
    const { unit } = this.#subject
    const met = faults.filter((fault) => !fault.countsBytes || fault.bytesMissing(unit) === 0)
    this.#slots = met.flatMap((fault) => known.get(fault) ?? this.#meet(fault) ?? [])
    for (const slot of this.#slots) this.#refresh(slot)
    if (this.#over) return this.#supersede()
    if (this.#stage !== undefined) this.#ask()
    this.#arm()
  }

  /** A fault cut the connection before others, which had met it and counted it, came to look. */
  #supersede(): void {
    for (const { fault, decision, gate } of this.#slots)
      if (gate === '' && decision.eligible) fault.tooLate(this.#subject.unit, decision)
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

  /** The client has said all it had to say. */
  clientEnded(): void {
    for (const { fault, held } of this.#slots) if (held !== undefined) fault.held?.halfClosed(held)
  }

  #withInserted(faults: readonly AttachedFault[]): readonly AttachedFault[] {
    if (this.#inserted.length === 0) return faults
    return faults.flatMap((fault) => [
      fault,
      ...this.#inserted.flatMap((one) => (one.behind === fault ? [one.fault] : [])),
    ])
  }

  stop(): void {
    this.#over = true
    for (const slot of this.#slots) dropHeld(slot, 'left')
    this.#stage = undefined
    for (const alarm of this.#alarms) alarm.stop()
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
    const { manual = this.#subject } = this.#subject
    return {
      fault,
      seen: kind.realTime === true ? this.#subject : manual,
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
      held: undefined,
      released: false,
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
      if (!wanted && was) {
        this.#letGo(slot)
        slot.active = false
      } else if (fault.active && slot.decision.eligible)
        slot.active = (wanted && slot.applied) || fault.apply(unit, slot.decision)
      slot.applied ||= slot.active
      if (!slot.active) slot.wakeAt = Infinity
    }
    if (slot.active && (!was || changed)) this.#wake(slot)
  }

  #ask(): void {
    this.#until = -1
    for (const slot of this.#slots) {
      const kind = slot.fault.kind as AnyConnectionKind
      const question = this.#stage === 'accept' ? kind.accept : kind.dial
      if (slot.passed || !slot.active || question === undefined) continue
      const now = slot.seen.clock.now()
      if (slot.askedAt < 0) slot.askedAt = now
      const answer = question.call(kind, this.#context(slot, now))
      if (answer.do === 'detain' && !slot.released && this.#holds(slot)) {
        this.#until = Infinity
        return
      }
      if (answer.do === 'wait' && answer.until > now + EARLY_MS) {
        this.#until = answer.until
        this.#waiting = slot
        return
      }
      if (slot.askedAt < now) {
        took(slot.fault, now - slot.askedAt)
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

  /** Where it made the connection wait, it has the last word. */
  #letGo(slot: Slot): void {
    const kind = slot.fault.kind as AnyConnectionKind
    if (!slot.active || slot.passed || slot.askedAt < 0 || this.#stage === undefined || this.#over) return
    if (kind.detach !== undefined) this.#carryOut(slot, kind.detach(this.#context(slot, slot.seen.clock.now())))
  }

  #holds(slot: Slot): boolean {
    return holdConnection(slot, this.#subject, (instead) => {
      if (instead !== undefined) this.#inserted.push({ behind: slot.fault, fault: instead })
      this.sync(this.#faults)
    })
  }

  #wake(slot: Slot): void {
    const kind = slot.fault.kind as AnyConnectionKind
    slot.wakeAt = Infinity
    if (kind.wake === undefined) return
    this.#carryOut(slot, kind.wake(this.#context(slot, slot.seen.clock.now())))
  }

  #carryOut(slot: Slot, answer: Answer): void {
    switch (answer.do) {
      case 'go':
      case 'detain':
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
      connection: slot.seen.view,
    }
  }

  #arm(): void {
    if (this.#over) return
    for (const alarm of this.#alarms) {
      const { clock } = alarm
      let next = this.#waitsBy(clock) ? this.#until : Infinity
      for (const slot of this.#slots) if (slot.seen.clock === clock) next = Math.min(next, slot.wakeAt)
      alarm.set(next)
    }
  }

  /** Whether it waits for a moment by that clock. */
  #waitsBy(clock: Clock): boolean {
    return this.#stage !== undefined && this.#until >= 0 && this.#waiting?.seen.clock === clock
  }

  #onAlarm(clock: Clock): void {
    try {
      this.#isDue(clock, clock.now() + EARLY_MS)
    } catch (error) {
      this.#subject.bug(error)
    }
  }

  #isDue(clock: Clock, due: number): void {
    for (const slot of this.#slots) {
      if (slot.active && slot.seen.clock === clock && slot.wakeAt <= due && !this.#over) this.#wake(slot)
    }
    if (this.#over) return
    if (this.#waitsBy(clock) && this.#until <= due) this.#ask()
    this.#arm()
  }
}

/** It acts on the listener instead of on single connections. */
export function closesListener(fault: AttachedFault): boolean {
  const kind = fault.kind as AnyConnectionKind
  return (kind.listener?.(fault.spec.attributes) ?? 'open') !== 'open'
}
