import type { Histogram } from '../contract/ports.ts'
import type { Family, FamilyOf } from './family.ts'
import type { FamilySeries, Series } from './series.ts'

/** Where the numbers of one place of a family went last, and what they were. */
interface Cell {
  labels: readonly string[]
  series: Series | undefined
  last: number
  lastWhole: number
  lastHistogram: Histogram | undefined
}

export interface Moment {
  readonly now: number
  readonly scrape: number
  /** A scrape takes both; gauges are of its moment, so they are left out when counts are only put in safety. */
  readonly takes: 'both' | 'counts' | 'gauges'
}

/**
 * What was taken over so far from one proxy, fault or daemon. Series grow by differences, so they go on when a
 * proxy of the same name is made anew, and several subjects can feed one series.
 */
export class Account {
  readonly #cells = new Map<object, Cell[]>()
  /** The scrape that saw it last. */
  scrape = 0

  take<Subject>(into: FamilySeries<FamilyOf<Subject>>, subject: Subject, moment: Moment): void {
    const { family } = into
    if (moment.takes === (family.type === 'gauge' ? 'counts' : 'gauges')) return
    let cells = this.#cells.get(into)
    if (cells === undefined) this.#cells.set(into, (cells = []))
    const places = cells
    const whole = family.whole?.(subject)
    let place = 0
    family.read(subject, (value, ...labels) => {
      const cell = (places[place] ??= { labels, series: undefined, last: 0, lastWhole: 0, lastHistogram: undefined })
      place++
      if (!same(cell.labels, labels)) {
        cell.labels = labels
        cell.series = undefined
      }
      if (cell.series === undefined) {
        if (family.sparse === true && isZero(value)) return
        cell.series = into.bind(labels)
      }
      add(family, cell, cell.series, value, moment, whole)
    })
  }
}

function add(
  family: Family,
  cell: Cell,
  series: Series,
  value: number | Histogram,
  moment: Moment,
  whole: number | undefined,
): void {
  series.touchedAt = moment.now
  if (typeof value !== 'number') {
    const before = cell.lastHistogram
    series.addHistogram(value, before !== undefined && before.count <= value.count ? before : undefined)
    cell.lastHistogram = { bounds: value.bounds, counts: [...value.counts], sum: value.sum, count: value.count }
  } else if (family.type === 'gauge') {
    series.value = series.scrape === moment.scrape ? series.value + value : value
    series.scrape = moment.scrape
  } else {
    const startedAnew = whole === undefined ? value < cell.last : whole < cell.lastWhole
    if (startedAnew) cell.last = 0
    cell.lastWhole = whole ?? 0
    // What was taken back must be made up for before more is counted: a counter never falls.
    if (value <= cell.last) return
    series.value += value - cell.last
    cell.last = value
  }
}

const isZero = (value: number | Histogram): boolean => (typeof value === 'number' ? value : value.count) === 0

function same(a: readonly string[], b: readonly string[]): boolean {
  for (let i = 0; i < b.length; i++) if (a[i] !== b[i]) return false
  return true
}
