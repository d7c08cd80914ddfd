import type { AttributesSchema } from '../../contract/attributes.ts'
import type { CommandRunner, Prober, ProbeLimits } from '../../contract/probes.ts'
import type { Path } from '../../kernel/json-path.ts'
import type { Json } from '../../kernel/json.ts'
import type { ObservedTraffic } from './observed-traffic.ts'
import type { FaultedTraffic } from './faulted-traffic.ts'

/** What a measure is: that says which values it can be compared with. */
export type MeasureType = 'number' | 'ms' | 'share' | 'text' | 'truth' | 'json'

export interface Measure {
  readonly is: MeasureType
  readonly says: string
}

export type Value = number | string | boolean

/** What one look found. A measure that is not there could not be had: `why` says the reason. */
export interface Found {
  readonly values: Readonly<Record<string, Value | undefined>>
  readonly json?: (path: Path) => readonly Json[] | string
  readonly header?: (name: string) => string | undefined
  /** Why measures are missing. `no_data` is no failure: there was nothing to measure. */
  readonly missing?: { readonly because: 'no_answer' | 'no_data'; readonly why: string }
}

/** What kinds look with. */
export interface CheckTools {
  readonly prober: Prober
  /** Undefined where commands are not allowed. */
  readonly commands: CommandRunner | undefined
  /** Traffic of a target, watched since the check began. */
  readonly observed: (target: string, windowMs: number, injected: 'included' | 'excluded') => ObservedTraffic
  /** What the faults of the run did to a target; to all where none is named. */
  readonly faulted: (target: string | undefined) => FaultedTraffic
}

/** What the settings allow of checks. */
export interface CheckRules {
  /** Command lines that may be carried out; undefined: none at all. */
  readonly commands: readonly string[] | undefined
  /** Whether a check may reach host:port. */
  readonly reaches: (address: string) => boolean
}

/** A kind of check, in one file: what it takes, what it measures, and how. */
export interface CheckKind<A = never> {
  readonly kind: string
  readonly summary: string
  readonly attributes: AttributesSchema<A>
  /** `answered` is among them where there is somebody to answer. */
  readonly measures: Readonly<Record<string, Measure>>
  /** Measures that take an argument: `json /path` and `header name`. */
  readonly parts?: readonly ('json' | 'header')[]
  /** What is expected where nothing is said; undefined: it must be said. */
  readonly expect?: string
  /** Makes no sense as a steady state. */
  readonly onlyStops?: true
  /** How often it is looked at where nothing is said, ms. */
  readonly every: number
  /** Chance is in its values: a baseline is the median of several looks. */
  readonly varies?: true
  /** Counts traffic as it passes, from the start of the run on. */
  readonly watches?: true
  /** How long it must have watched before it says something, ms. */
  readonly warmUp?: (attributes: A) => number
  readonly example: Readonly<Record<string, unknown>>
  /** What the schema cannot say. @returns what is wrong, each with a pointer behind that of the attributes */
  judge?(attributes: A, context: { readonly targets: readonly string[] }): readonly Wrong[]
  /** Whether the settings allow it. */
  permit?(attributes: A, rules: CheckRules): readonly Wrong[]
  /** In a few words, without secrets. */
  describe(attributes: A): string
  look(attributes: A, tools: CheckTools, limits: ProbeLimits): Promise<Found> | Found
}

export interface Wrong {
  readonly pointer: string
  readonly message: string
}

/** Kinds differ in their attributes; a list of them knows no more than that each reads its own. */
export type AnyCheckKind = CheckKind<Readonly<Record<string, unknown>>>

export const checkKind = <A>(kind: CheckKind<A>): AnyCheckKind => kind as unknown as AnyCheckKind
