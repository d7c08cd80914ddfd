/** As many as a person would look up. */
const MOST = 10

/** Ids of the connections and exchanges on which a fault acted last, oldest first. */
export class Evidence {
  #ids: string[] = []

  get ids(): readonly string[] {
    return this.#ids
  }

  add(id: string): void {
    this.#ids = [...this.#ids.slice(1 - MOST), id]
  }

  /** It did not act on that one after all. */
  drop(id: string): void {
    this.#ids = this.#ids.filter((one) => one !== id)
  }

  clear(): void {
    this.#ids = []
  }
}
