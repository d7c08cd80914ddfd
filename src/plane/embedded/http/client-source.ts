import type { Socket } from 'node:net'
import type { Transport } from '../transport.ts'

/** The client as its upstream link sees it: at rest while the link or the lane wants it so. */
export class ClientSource implements Transport {
  readonly writableLength = 0
  readonly #client: Socket
  #linkRests: boolean
  #laneRests = false

  constructor(client: Socket, linkRests: boolean) {
    this.#client = client
    this.#linkRests = linkRests
  }

  write(): boolean {
    return true
  }

  pause(): void {
    this.#linkRests = true
    this.#client.pause()
  }

  resume(): void {
    this.#linkRests = false
    if (!this.#laneRests) this.#client.resume()
  }

  hold(): void {
    this.#laneRests = true
    this.#client.pause()
  }

  letGo(): void {
    this.#laneRests = false
    if (!this.#linkRests) this.#client.resume()
  }
}
