/** Which methods a path takes, whatever method it was called with: Fastify itself answers 404 for a wrong one. */
export class RouteTable {
  readonly #routes: { readonly pattern: RegExp; readonly methods: Set<string> }[] = []
  readonly #byPath = new Map<string, Set<string>>()

  /** @param path parameters in braces */
  add(method: string, path: string): void {
    const known = this.#byPath.get(path)
    if (known !== undefined) {
      known.add(method)
      return
    }
    const methods = new Set([method])
    this.#byPath.set(path, methods)
    const source = path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')
    this.#routes.push({ pattern: new RegExp(`^${source}$`), methods })
  }

  methods(path: string): readonly string[] {
    return this.#routes.flatMap(({ pattern, methods }) => (pattern.test(path) ? [...methods] : []))
  }

  paths(): readonly string[] {
    return [...this.#byPath.keys()]
  }
}
