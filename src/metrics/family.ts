import type { MeasuredProxy, MetricsSource } from '../contract/metrics.ts'
import type { FaultStatus, Histogram } from '../contract/ports.ts'

/** Labels with a closed list of values cannot grow; those without one are bounded by the limit of series. */
export interface Label {
  readonly name: string
  readonly meaning: string
  readonly values?: readonly string[]
}

/**
 * Hands one series' number over, with label values in the family's order. A family emits the same series in the
 * same order each time, zeros too, so that its place says which number came before.
 */
export type Emit = (value: number | Histogram, ...labels: string[]) => void

export interface Family {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** The HELP text. */
  readonly help: string
  /** What the docs say where HELP must stay empty. */
  readonly meaning?: string
  readonly unit:
    | 'bytes'
    | 'seconds'
    | 'connections'
    | 'exchanges'
    | 'dials'
    | 'faults'
    | 'delays'
    | 'proxies'
    | 'runs'
    | 'scopes'
    | 'bugs'
    | 'partitions'
    | 'looks'
    | 'series'
    | '1'
  readonly labels: readonly Label[]
  /** A series is shown from its first value above zero on: most combinations of its labels never occur. */
  readonly sparse?: boolean
}

/** A proxy whose name, listen and upstream are fit to be label values. */
export interface ProxySubject {
  readonly proxy: string
  readonly listener: string
  readonly upstream: string
  readonly status: MeasuredProxy['status']
}

export interface FaultSubject {
  readonly proxy: string
  readonly fault: string
  readonly status: FaultStatus
}

export interface DaemonSubject {
  readonly source: MetricsSource
  readonly proxies: number
  /** Series that were summed into "(other)", by family. */
  readonly overflows: readonly { readonly family: string; readonly count: number }[]
}

/** Families are read from one sort of subject: a proxy, a fault on it, or the daemon. */
export interface FamilyOf<Subject> extends Family {
  read(subject: Subject, emit: Emit): void
  /**
   * For counts of which some may be taken back: a number that falls only where all of them start anew. Without it a
   * fall is such a start.
   */
  whole?(subject: Subject): number
}

/** Series a family may have at most, each bucket of a histogram counted as one. */
export const SERIES_LIMIT = 2000
/** How long the series of a deleted proxy or fault are still shown. */
export const KEPT_MS = 600_000
/** Stands for all that came after the limit of series. */
export const OTHER = '(other)'
/** Stands for every proxy outside the default scope. */
export const SCOPED = '(scoped)'
