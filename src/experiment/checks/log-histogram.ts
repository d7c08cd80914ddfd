/** Each bucket ends 2 % above where it begins, so that its middle is off by 1 % at most. */
const GROWTH = Math.log(1.02)
/** From 10 us to more than a day, ms. */
const LEAST = 0.01
const BUCKETS = 1160

/** Where times fell, on a scale of even percentages: percentiles within 1 %, in bounded memory. */
export class LogHistogram {
  readonly #counts = new Uint32Array(BUCKETS)
  count = 0

  add(ms: number): void {
    const bucket = ms <= LEAST ? 0 : Math.min(BUCKETS - 1, 1 + Math.floor(Math.log(ms / LEAST) / GROWTH))
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    this.count++
  }

  addAll(other: LogHistogram): void {
    for (let bucket = 0; bucket < BUCKETS; bucket++)
      this.#counts[bucket] = (this.#counts[bucket] ?? 0) + (other.#counts[bucket] ?? 0)
    this.count += other.count
  }

  clear(): void {
    if (this.count > 0) this.#counts.fill(0)
    this.count = 0
  }

  /** The time that a share of all is not above; undefined when there is none. */
  quantile(share: number): number | undefined {
    if (this.count === 0) return undefined
    let left = Math.max(1, Math.ceil(share * this.count))
    let bucket = 0
    while (bucket < BUCKETS - 1 && left > (this.#counts[bucket] ?? 0)) left -= this.#counts[bucket++] ?? 0
    return bucket === 0 ? LEAST : LEAST * Math.exp((bucket - 0.5) * GROWTH)
  }
}
