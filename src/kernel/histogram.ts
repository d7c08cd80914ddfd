/** Upper bounds in ms that suit delays from the loop's resolution up to a minute. */
const DELAY_BOUNDS = Object.freeze([0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000])

/** A fixed-bucket histogram filled in place: no allocation per observation. The last count is for all above. */
export class DelayHistogram {
  readonly bounds = DELAY_BOUNDS
  readonly counts: number[] = new Array<number>(DELAY_BOUNDS.length + 1).fill(0)
  sum = 0
  count = 0

  observe(value: number): void {
    let bucket = 0
    while (bucket < DELAY_BOUNDS.length && value > (DELAY_BOUNDS[bucket] ?? 0)) bucket++
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1
    this.sum += value
    this.count++
  }
}
