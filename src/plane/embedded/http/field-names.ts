/** Names of header fields, in lower case. Most others are told from them by their length, which costs next to nothing. */
export class FieldNames {
  readonly #names: ReadonlySet<string>
  /** One bit for each length, modulo 32. */
  readonly #lengths: number

  constructor(names: Iterable<string>) {
    this.#names = new Set(names)
    let lengths = 0
    for (const { length } of this.#names) lengths |= 1 << length
    this.#lengths = lengths
  }

  /** In whatever case. */
  has(name: string): boolean {
    return (this.#lengths & (1 << name.length)) !== 0 && this.#names.has(name.toLowerCase())
  }

  with(more: readonly string[]): FieldNames {
    return new FieldNames([...this.#names, ...more])
  }
}
