/** A bound on memory: forgetting the oldest only gives it a fresh state when it comes back. */
const MOST = 10_000

/** What a fault keeps over all connections of its proxy, or over those of one client. */
export class FaultStates {
  readonly #states = new Map<string, unknown>()

  of<S>(key: string, make: () => S): S {
    let state = this.#states.get(key)
    if (state === undefined) {
      if (this.#states.size >= MOST) this.#states.delete(this.#states.keys().next().value ?? '')
      state = make()
      this.#states.set(key, state)
    }
    return state as S
  }
}
