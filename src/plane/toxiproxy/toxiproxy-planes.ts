import type { PlaneView, RemotePlanes } from '../../contract/planes.ts'
import { ToxiproxyPlane } from './toxiproxy-plane.ts'
import type { PlaneConfig, PlaneParts } from './toxiproxy-plane.ts'

/** How long servers may take to give up our toxics at the end; what they keep the next start takes off. */
const CLOSE_PATIENCE_MS = 250

/** All Toxiproxy servers that the daemon drives. */
export class ToxiproxyPlanes implements RemotePlanes {
  readonly #planes: ReadonlyMap<string, ToxiproxyPlane>

  constructor(configs: readonly PlaneConfig[], parts: PlaneParts) {
    this.#planes = new Map(configs.map((config) => [config.name, new ToxiproxyPlane(config, parts)]))
  }

  /** Settles when each was looked at once, or gave no answer in time. */
  async start(): Promise<void> {
    await Promise.all([...this.#planes.values()].map((plane) => plane.start()))
  }

  async close(): Promise<void> {
    await Promise.all([...this.#planes.values()].map((plane) => plane.close(CLOSE_PATIENCE_MS)))
  }

  list(): readonly PlaneView[] {
    return [...this.#planes.values()].map((plane) => plane.view())
  }

  async agree(proxies: readonly string[]): Promise<void> {
    await Promise.all(
      [...this.#planes.values()].map(async (plane) => {
        const own = proxies.filter((name) => name.startsWith(`${plane.name}:`))
        if (own.length > 0) await plane.agree(own.map((name) => name.slice(plane.name.length + 1)))
      }),
    )
  }
}
