/** Lets changes to one name wait for each other, and changes to different names go side by side. */
export class Locks {
  readonly #tails = new Map<string, Promise<unknown>>()

  /** Runs `work` once all earlier work on these names is over. */
  hold<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
    const before = Promise.all(names.flatMap((name) => this.#tails.get(name) ?? []))
    const done = before.then(work)
    const tail = done
      .catch(() => {})
      .then(() => {
        for (const name of names) if (this.#tails.get(name) === tail) this.#tails.delete(name)
      })
    for (const name of names) this.#tails.set(name, tail)
    return done
  }
}
