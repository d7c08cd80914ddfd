import type { FactSink } from '../../contract/events.ts'
import { PlaneGround } from './plane-ground.ts'
import type { PlaneGroundOptions } from './plane-ground.ts'
import { PlaneRoom } from './plane-room.ts'

export interface EmbeddedPlaneOptions extends PlaneGroundOptions {
  readonly sink: FactSink
}

/** Carries traffic in this process. It is itself the room of the default scope. */
export class EmbeddedPlane extends PlaneRoom {
  readonly #ground: PlaneGround

  constructor({ sink, ...options }: EmbeddedPlaneOptions) {
    const ground = new PlaneGround(options)
    super(ground, sink)
    this.#ground = ground
  }

  override async close(): Promise<void> {
    await super.close()
    this.#ground.close()
  }
}
