import { FaultlineError } from '../../contract/errors.ts'
import type { FaultSpec } from '../../contract/model.ts'
import type { Explanation } from '../../contract/explain.ts'
import type { HeldView } from '../../contract/hold.ts'
import type { KindSource, PlaneProxy, UncountedFault, UncountedProxy } from '../../contract/ports.ts'
import type { ServerProxy, ServerToxic } from './read-proxies.ts'
import { refusal } from './refusal.ts'
import { isAsWanted, sameToxic, toxicBody } from './toxic-body.ts'
import type { ToxicBody } from './toxic-body.ts'

/** What brings the server nearer to what is wanted. */
export type Step =
  | { readonly do: 'add' | 'update'; readonly toxic: ToxicBody; readonly spec: FaultSpec }
  /** `stray`: nobody here had put it there. */
  | { readonly do: 'remove'; readonly name: string; readonly stray: boolean }

/** A fault of ours that somebody else took away, or changed. */
export interface LostFault {
  readonly name: string
  readonly why: string
}

export interface RemoteProxyParts {
  readonly plane: string
  /** What the names of our toxics begin with; the dot behind it included. */
  readonly mark: string
  readonly kinds: KindSource
  readonly allowUnseeded: boolean
  /** Told when what is wanted has changed. */
  readonly changed: () => void
}

const UNTOLD = { connectionsOpen: null, connectionsTotal: null, connectionsLimited: null, heldBytes: null, bytes: null }
const UNCOUNTED = {
  seen: null,
  applied: null,
  skipped: null,
  limited: null,
  asked: null,
  achieved: null,
  evidence: null,
}

/**
 * A proxy on a Toxiproxy server: what is wanted there, and what the server said was there. Nothing is assumed of a
 * call that was not answered; only reading the toxics back settles what became of it.
 */
export class RemoteProxy implements PlaneProxy {
  readonly #parts: RemoteProxyParts
  #server: ServerProxy
  #specs: readonly FaultSpec[] = []
  /** Our toxics as they were read last. */
  #there: ReadonlyMap<string, ServerToxic> = new Map()
  /** What the server took of us, by the toxic's name. */
  readonly #written = new Map<string, FaultSpec>()
  /** What it would not take, and why. */
  readonly #refused = new Map<FaultSpec, string>()
  /** Names of toxics about which a call was given up and has not settled. */
  readonly #unanswered = new Map<string, number>()
  isReachable = true

  constructor(server: ServerProxy, parts: RemoteProxyParts) {
    this.#server = server
    this.#parts = parts
  }

  // ---- PlaneProxy

  status(): UncountedProxy {
    const { listen, enabled } = this.#server
    const state = this.isReachable ? (enabled ? 'listening' : 'disabled') : 'unreachable'
    const error = this.isReachable ? undefined : `plane ${this.#parts.plane} cannot be reached`
    return { ...UNTOLD, state, listen, error }
  }

  /** Also of one that is not wanted any more, as long as it may still be there. */
  fault(name: string): UncountedFault | undefined {
    const toxic = this.#parts.mark + name
    const spec = this.#specs.find((one) => one.name === name)
    const there = this.#there.get(toxic)
    if (spec === undefined && there === undefined && !this.#unanswered.has(toxic)) return undefined
    const isThere = spec !== undefined && there !== undefined && isAsWanted(spec, there)
    return {
      ...UNCOUNTED,
      kind: spec?.kind ?? there?.type ?? '',
      stream: spec?.stream,
      fidelity: null,
      active: this.isReachable ? isThere : null,
    }
  }

  /** No toxic holds anything until it is let go. */
  held(): readonly HeldView[] {
    return []
  }

  release(): number {
    return 0
  }

  explain(): Omit<Explanation, 'proxy'> {
    throw new FaultlineError('not_on_plane', `plane ${this.#parts.plane} does not tell what its toxics would do`)
  }

  async reconfigure(): Promise<void> {
    const detail = `proxy ${JSON.stringify(this.#server.name)} of plane ${this.#parts.plane} is changed on its own server`
    throw new FaultlineError('not_on_plane', detail)
  }

  setFaults(specs: readonly FaultSpec[]): null {
    if (specs.length === this.#specs.length && specs.every((spec, i) => spec === this.#specs[i])) return null
    this.#specs = specs
    for (const spec of this.#refused.keys()) if (!specs.includes(spec)) this.#refused.delete(spec)
    this.#parts.changed()
    return null
  }

  /** There are none. */
  resetCounters(): void {}

  async close(): Promise<void> {
    this.setFaults([])
  }

  refuses(fault: FaultSpec): string | undefined {
    const { kinds, allowUnseeded } = this.#parts
    return refusal(fault, kinds.get(fault.kind), allowUnseeded)
  }

  // ---- for its plane

  get server(): ServerProxy {
    return this.#server
  }

  /** How many toxics of ours were there. */
  get toxics(): number {
    return this.#there.size
  }

  /** Takes in what the server says. @returns what was there and is not any more, or is another now */
  found(server: ServerProxy): readonly LostFault[] {
    this.#server = server
    const { mark } = this.#parts
    this.#there = new Map(server.toxics.filter(({ name }) => name.startsWith(mark)).map((one) => [one.name, one]))
    const lost: LostFault[] = []
    const wanted = this.#wanted()
    // Gone without our doing, and nobody minds.
    for (const toxic of this.#written.keys())
      if (!wanted.has(toxic) && !this.#there.has(toxic)) this.#written.delete(toxic)
    for (const [toxic, spec] of wanted) {
      const there = this.#there.get(toxic)
      if (there !== undefined && isAsWanted(spec, there)) {
        this.#written.set(toxic, spec)
        continue
      }
      const written = this.#written.get(toxic)
      if (written === undefined || this.#unanswered.has(toxic)) continue
      if (there === undefined) lost.push({ name: spec.name, why: 'it is not on the server any more' })
      else if (!isAsWanted(written, there)) lost.push({ name: spec.name, why: 'it was changed on the server' })
    }
    return lost
  }

  /** What is to be done about the last reading. */
  steps(): readonly Step[] {
    const wanted = this.#wanted()
    const steps: Step[] = []
    for (const name of this.#there.keys()) {
      const spec = wanted.get(name)
      const there = this.#there.get(name) as ServerToxic
      if (spec === undefined || !sameToxic(spec, there))
        steps.push({ do: 'remove', name, stray: !this.#written.has(name) })
    }
    for (const [name, spec] of wanted) {
      if (this.#refused.has(spec) || this.#unanswered.has(name)) continue
      const there = this.#there.get(name)
      const toxic = toxicBody(name, spec)
      if (there === undefined) steps.push({ do: 'add', toxic, spec })
      else if (sameToxic(spec, there) && !isAsWanted(spec, there)) steps.push({ do: 'update', toxic, spec })
    }
    return steps
  }

  /** Whether a step is still wanted: much may have changed since it was found. */
  wants(step: Step): boolean {
    if (step.do !== 'remove') return this.#wanted().get(step.toxic.name) === step.spec
    const spec = this.#wanted().get(step.name)
    const there = this.#there.get(step.name)
    return spec === undefined || there === undefined || !sameToxic(spec, there)
  }

  took(name: string, spec: FaultSpec): void {
    this.#written.set(name, spec)
  }

  /** Whatever was known of it is so no more. */
  forget(name: string): void {
    this.#written.delete(name)
  }

  refused(spec: FaultSpec, why: string): void {
    this.#refused.set(spec, why)
  }

  unanswered(name: string): void {
    this.forget(name)
    this.#unanswered.set(name, (this.#unanswered.get(name) ?? 0) + 1)
  }

  answered(name: string): void {
    const left = (this.#unanswered.get(name) ?? 0) - 1
    if (left > 0) this.#unanswered.set(name, left)
    else this.#unanswered.delete(name)
  }

  /** Whether the last reading showed what is wanted and nothing else of ours, and no call can change that any more. */
  get agrees(): boolean {
    const wanted = this.#wanted()
    if (this.#unanswered.size > 0 || this.#there.size !== wanted.size) return false
    return [...wanted].every(([name, spec]) => {
      const there = this.#there.get(name)
      return there !== undefined && isAsWanted(spec, there)
    })
  }

  /** Why it will not come to agree: the server would not take a fault. */
  get refusal(): string | undefined {
    const [first] = this.#refused
    return first === undefined ? undefined : `${first[0].name}: ${first[1]}`
  }

  /** A toxic cannot be disabled: one that rests is taken off. */
  #wanted(): ReadonlyMap<string, FaultSpec> {
    const { mark } = this.#parts
    return new Map(this.#specs.filter(({ enabled }) => enabled).map((spec) => [mark + spec.name, spec]))
  }
}
