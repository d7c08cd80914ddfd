/** The bytes of one head that comes in pieces, in one place: the scanner wants to see them side by side. */
export class SplitHead {
  bytes: Buffer
  filled: number
  private before = 0

  constructor(chunk: Uint8Array, from: number, end: number) {
    this.filled = end - from
    this.bytes = Buffer.allocUnsafe(Math.max(1024, this.filled * 2))
    this.bytes.set(chunk.subarray(from, end))
  }

  /** What the chunks before the present one held. */
  get earlier(): Uint8Array {
    return this.bytes.subarray(0, this.before)
  }

  /** A new chunk begins. */
  turn(): void {
    this.before = this.filled
  }

  add(chunk: Uint8Array, from: number, end: number): void {
    const filled = this.filled + end - from
    if (filled > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(filled, this.bytes.length * 2))
      larger.set(this.bytes.subarray(0, this.filled))
      this.bytes = larger
    }
    this.bytes.set(chunk.subarray(from, end), this.filled)
    this.filled = filled
  }
}
