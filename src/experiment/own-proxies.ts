import type { Owner } from '../contract/model.ts'
import type { Plan } from './plan.ts'
import type { RunRegistry } from './run-parts.ts'

/** The proxies that are made for a run and go with it. */
export class OwnProxies {
  readonly #registry: Pick<RunRegistry, 'create' | 'find' | 'remove'>
  readonly #owner: Owner
  readonly #inline: Plan['inline']
  #creating: Promise<void> = Promise.resolve()

  constructor(registry: Pick<RunRegistry, 'create' | 'find' | 'remove'>, { owner, inline }: Plan) {
    this.#registry = registry
    this.#owner = owner
    this.#inline = inline
  }

  get names(): readonly string[] {
    return this.#inline.map(({ name }) => name)
  }

  /** @param isWanted asked before each: the run may have been ended meanwhile */
  create(isWanted: () => boolean): Promise<void> {
    this.#creating = (async () => {
      for (const { name, input } of this.#inline) {
        if (!isWanted()) return
        await this.#registry.create(name, input, this.#owner)
      }
    })()
    return this.#creating
  }

  /** Settles when nothing is being made any more, however that ended. */
  async made(): Promise<void> {
    await this.#creating.catch(() => undefined)
  }

  /** @returns what went wrong */
  async remove(): Promise<string[]> {
    const problems: string[] = []
    for (const { name } of this.#inline) {
      // Somebody else's proxy may have taken the name since ours was removed, or before ours could be made.
      if (this.#registry.find(name)?.spec.owner !== this.#owner) continue
      try {
        await this.#registry.remove(name, this.#owner)
      } catch (error) {
        problems.push(`proxy ${name} could not be removed: ${(error as Error).message}`)
      }
    }
    return problems
  }
}
