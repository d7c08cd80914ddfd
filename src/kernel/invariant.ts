/** A broken invariant is a bug of ours: it tears down one connection and is logged with its stack. */
export class Bug extends Error {
  override readonly name = 'Bug'
}

export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Bug(message)
}

/** Closes an exhaustive switch: a new member of the union becomes a compile error here. */
export function unreachable(value: never): never {
  throw new Bug(`unexpected value ${JSON.stringify(value)}`)
}
