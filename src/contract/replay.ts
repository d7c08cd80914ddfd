/** Where a replay is no longer what the journal says. */
export interface Divergence {
  /** `file:line` of the record. */
  readonly at: string
  /** Id of the event, where it is one. */
  readonly event?: string
  readonly what: string
}

/** What became of a replay. */
export interface ReplayView {
  readonly run: string
  readonly profile: string
  readonly seed: string
  /** `taken_again`: worked out anew from the journal; `carried_out`: compared with another run of the profile. */
  readonly how: 'taken_again' | 'carried_out'
  /** The run that it is compared with. */
  readonly with?: string
  /** Decisions that are the same. */
  readonly same: number
  /** Decisions that rest on a value which is not in the journal because it is secret or long. */
  readonly hidden: number
  /** Carried out: decisions on connections or exchanges that only one of the two runs had. */
  readonly only_before: number
  readonly only_now: number
  /** Whether the journal goes to the end of its run; not told where the replay did not go to its end. */
  readonly journal?: 'complete' | 'interrupted'
  readonly divergence?: Divergence
}
