import type { Histogram } from '../contract/ports.ts'
import type { Family } from './family.ts'
import { KEPT_MS, OTHER, SERIES_LIMIT } from './family.ts'

/** One line of a scrape, as prom-client formats it. */
export interface Sample {
  readonly metricName: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A histogram's buckets above its bounds, its sum and its count. */
const LINES_BESIDES_BOUNDS = 3
const LONGEST_BOUNDS = 16

/** One series (a histogram: its buckets, sum and count), added up over all that was ever counted for it. */
export class Series {
  value = 0
  count = 0
  buckets: number[] | undefined
  bounds: readonly number[] = []
  touchedAt = 0
  /** The scrape that a gauge's value belongs to. */
  scrape = 0
  readonly labels: Readonly<Record<string, string>>
  readonly lasting: boolean

  constructor(labels: Readonly<Record<string, string>>, lasting: boolean) {
    this.labels = labels
    this.lasting = lasting
  }

  addHistogram(from: Histogram, before: Histogram | undefined): void {
    this.bounds = from.bounds
    this.buckets ??= from.counts.map(() => 0)
    for (let i = 0; i < from.counts.length; i++) {
      this.buckets[i] = (this.buckets[i] ?? 0) + (from.counts[i] ?? 0) - (before?.counts[i] ?? 0)
    }
    this.value += (from.sum - (before?.sum ?? 0)) / 1000
    this.count += from.count - (before?.count ?? 0)
  }
}

/** The series of one family, at most SERIES_LIMIT; those that come later are summed into one named "(other)". */
export class FamilySeries<F extends Family = Family> {
  readonly family: F
  readonly #series = new Map<string, Series>()
  readonly #capacity: number
  #overflowed = 0

  constructor(family: F) {
    this.family = family
    const lines = family.type === 'histogram' ? LONGEST_BOUNDS + LINES_BESIDES_BOUNDS : 1
    // Room is kept for "(other)" with every value of the closed labels.
    const others = family.labels.reduce((product, label) => product * (label.values?.length ?? 1), 1)
    this.#capacity = Math.floor(SERIES_LIMIT / lines) - others
  }

  /** Series that were refused a name of their own, since the boot. */
  get overflowed(): number {
    return this.#overflowed
  }

  /** The series with these label values; the one named "(other)" when the family is full. */
  bind(values: readonly string[]): Series {
    const key = JSON.stringify(values)
    const found = this.#series.get(key)
    if (found !== undefined) return found
    const { labels } = this.family
    const other = values.map((value, i) => (labels[i]?.values === undefined ? OTHER : value))
    const isOther = other.every((value, i) => value === values[i])
    if (!isOther && this.#series.size >= this.#capacity) {
      this.#overflowed++
      return this.bind(other)
    }
    // What was summed up from many must not fall back when they are gone.
    const series = new Series(Object.fromEntries(labels.map((label, i) => [label.name, values[i] ?? ''])), isOther)
    this.#series.set(key, series)
    return series
  }

  forgetUntouched(now: number): void {
    for (const [key, series] of this.#series) {
      if (!series.lasting && now - series.touchedAt > KEPT_MS) this.#series.delete(key)
    }
  }

  samples(scrape: number): Sample[] {
    const { name, type } = this.family
    const samples: Sample[] = []
    for (const series of this.#series.values()) {
      const { labels } = series
      if (type === 'histogram') pushHistogram(samples, name, series)
      // A gauge that nobody set in this scrape belongs to something that is gone.
      else
        samples.push({
          metricName: name,
          labels,
          value: type === 'gauge' && series.scrape !== scrape ? 0 : series.value,
        })
    }
    return samples
  }
}

function pushHistogram(samples: Sample[], name: string, { labels, bounds, buckets = [], value, count }: Series): void {
  let below = 0
  bounds.forEach((bound, i) => {
    below += buckets[i] ?? 0
    samples.push({ metricName: `${name}_bucket`, labels: { ...labels, le: String(bound / 1000) }, value: below })
  })
  samples.push({ metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count })
  samples.push({ metricName: `${name}_sum`, labels, value })
  samples.push({ metricName: `${name}_count`, labels, value: count })
}
