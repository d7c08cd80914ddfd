/** What holds for every probe. None waits longer, and none goes on after it was given up. */
export interface ProbeLimits {
  readonly timeoutMs: number
  /** Gives the probe up: it settles at once. */
  readonly signal: AbortSignal
}

/** Probes never reject: that nobody answers is an answer too. `ms` is the time from the start to the end of it. */
export type Probed<A> =
  | ({ readonly answered: true; readonly ms: number } & A)
  | { readonly answered: false; readonly ms: number; readonly why: string }

export interface HttpProbe {
  readonly method: string
  /** http or https, without credentials. */
  readonly url: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string | undefined
}

export interface HttpAnswer {
  readonly status: number
  /** Names in small letters; of repeated fields all values, with commas between. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Uint8Array
  /** The body is longer than what is read of it. */
  readonly cut: boolean
}

/** How checks reach the network. Redirects are answers, and are not followed. */
export interface Prober {
  http(probe: HttpProbe, limits: ProbeLimits): Promise<Probed<HttpAnswer>>
  /** Connects and lets go again. @param address host:port or unix:/path */
  connect(address: string, limits: ProbeLimits): Promise<Probed<object>>
}

export interface CommandAnswer {
  /** 128 and more where a signal ended it, as in a shell. */
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** How checks carry out programs: an argv array, never a shell. */
export interface CommandRunner {
  /** A program that takes longer is killed with all that it started. */
  run(argv: readonly string[], limits: ProbeLimits): Promise<Probed<CommandAnswer>>
}
