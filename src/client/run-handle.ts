import type { RunView } from '../contract/run-wire.ts'
import type { FaultlineClient } from './client.ts'
import { waitOrThrow } from './wait.ts'
import type { WaitOptions } from './wait.ts'

/** A profile being carried out. */
export class RunHandle implements AsyncDisposable {
  readonly id: string
  readonly #client: FaultlineClient

  constructor(client: FaultlineClient, { id }: RunView) {
    this.#client = client
    this.id = id
  }

  view(): Promise<RunView> {
    return this.#client.run(this.id)
  }

  /** Settles when it has ended and healed. @throws WaitError when it has not in time */
  async ended(options: WaitOptions = {}): Promise<RunView> {
    await waitOrThrow(this.#client, { event: { type: 'run_ended', run: this.id } }, options)
    return this.view()
  }

  /** Settles when a stage of this name has begun. @throws WaitError when it has not in time */
  async stage(name: string, options: WaitOptions = {}): Promise<RunView> {
    await waitOrThrow(this.#client, { event: { type: 'stage_started', run: this.id, stage: name } }, options)
    return this.view()
  }

  /** Ends it; settles when it is healed. */
  stop(): Promise<RunView> {
    return this.#client.stopRun(this.id)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}
