export interface StationRule {
  /** Per second. */
  readonly rate: number
  readonly concurrency: number
  readonly queue: number
  readonly metastable: boolean
  readonly degraded: number
  readonly recovery: number
}

/** Workers and their queue, known from when requests begin. Plain data. */
export interface Station {
  /** Those that wait, and behind them as many that began as there are workers. In order. */
  begun: { readonly ordinal: number; readonly start: number }[]
  down: boolean
  /** Until when, at the least, a request had to wait or was refused. */
  troubledUntil: number
}

export const newStation = (): Station => ({ begun: [], down: false, troubledUntil: -Infinity })

type Verdict =
  | { readonly admitted: true; readonly start: number }
  /** ms until the queue has drained. */
  | { readonly admitted: false; readonly drained: number }

/** When a request may begin, or that it may not. One that asks again gets the same moment. */
export function admit(station: Station, rule: StationRule, ordinal: number, now: number): Verdict {
  const known = station.begun.find((one) => one.ordinal === ordinal)
  if (known !== undefined) return { admitted: true, start: known.start }
  recover(station, rule, now)
  const start = nextStart(station, rule, now)
  const waiting = station.begun.length - countBegun(station, now)
  if (start > now && waiting >= rule.queue) return refuse(station, rule, now)
  if (start > now) station.troubledUntil = Math.max(station.troubledUntil, start)
  station.begun.push({ ordinal, start })
  // What is further back than there are workers says nothing about when one is free.
  const past = Math.min(countBegun(station, now), station.begun.length - rule.concurrency)
  if (past > 0) station.begun.splice(0, past)
  return { admitted: true, start }
}

function countBegun({ begun }: Station, now: number): number {
  const waiting = begun.findIndex(({ start }) => start > now)
  return waiting < 0 ? begun.length : waiting
}

/** A worker is free again when it has finished the request that began so many before. */
function nextStart({ begun, down }: Station, { rate, concurrency, degraded }: StationRule, now: number): number {
  const speed = down ? rate * degraded : rate
  if (speed === 0) return Infinity
  const before = begun[begun.length - concurrency]
  const free = before === undefined ? now : before.start + (concurrency / speed) * 1000
  // In order of arrival, also where the speed has just changed.
  return Math.max(now, free, begun.at(-1)?.start ?? now)
}

function refuse(station: Station, { metastable, recovery }: StationRule, now: number): Verdict {
  if (metastable) station.down = true
  station.troubledUntil = Math.max(station.troubledUntil, now)
  const last = station.begun.at(-1)?.start ?? now
  const drained = Math.max(last, station.down ? station.troubledUntil + recovery : now)
  return { admitted: false, drained: drained - now }
}

function recover(station: Station, { metastable, recovery }: StationRule, now: number): void {
  if (station.down && (!metastable || now - station.troubledUntil >= recovery)) station.down = false
}
