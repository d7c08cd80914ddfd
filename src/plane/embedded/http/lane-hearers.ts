import type { Hearer } from '../relay.ts'

/** A lane that hears both sides of a connection. */
export interface HeardLane {
  fromClient(bytes: Uint8Array): void
  clientEnded(): void
  fromServer(bytes: Uint8Array): void
  serverEnded(): void
}

// Classes, since closures of each connection are calls that the compiler cannot see through.

export class ClientHearer implements Hearer {
  readonly #lane: HeardLane

  constructor(lane: HeardLane) {
    this.#lane = lane
  }

  data(bytes: Uint8Array): void {
    this.#lane.fromClient(bytes)
  }

  end(): void {
    this.#lane.clientEnded()
  }
}

export class ServerHearer implements Hearer {
  readonly #lane: HeardLane

  constructor(lane: HeardLane) {
    this.#lane = lane
  }

  data(bytes: Uint8Array): void {
    this.#lane.fromServer(bytes)
  }

  end(): void {
    this.#lane.serverEnded()
  }
}
