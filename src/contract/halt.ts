/** `GET /v1/halt` */
export interface HaltView {
  readonly halted: boolean
  /** ISO 8601. */
  readonly since?: string
  readonly reason?: string
}

/** `POST /v1/halt` */
export interface HaltInput {
  readonly reason?: string
}

/** `POST /v1/halt`: what it ended. Halting again ends what is left, and keeps since and reason. */
export interface HaltDone extends HaltView {
  readonly runs_ended: number
  readonly partitions_healed: number
  /** Of every owner, those of runs and partitions included. */
  readonly faults_removed: number
  /** Faults on the machine, those of runs included. */
  readonly host_faults_ended: number
  /** Whether nothing is left and the listeners that were closed are back. */
  readonly verified: boolean
  readonly left: readonly string[]
}

/** The safety lever: ends all that breaks traffic, and keeps it ended until it is lifted. */
export interface Halt {
  state(): HaltView
  /** Everything is ended in the turn of the call; settles when that has been seen to. */
  halt(reason?: string): Promise<HaltDone>
  /** Lets faults in again. Those that were ended do not come back. */
  lift(): HaltView
}
