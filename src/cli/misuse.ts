/** The command line itself is wrong. Exit code 2. */
export class MisuseError extends Error {
  override readonly name = 'MisuseError'
  readonly remedy: string

  constructor(message: string, remedy = '`faultline --help` shows how it is used.') {
    super(message)
    this.remedy = remedy
  }
}

/** Every exit code, with what it means. `faultline run` ends with those of its run's status. */
export const EXITS = {
  fine: { code: 0, means: 'fine; of a run: it completed, its checks held, and it was healed' },
  failed: {
    code: 1,
    means:
      'failed: the daemon refused, or a file is not valid; of a run: a check did not hold, a stage could not begin, or it was not healed',
  },
  misuse: {
    code: 2,
    means: 'misuse: a flag, a command or an argument is wrong, or `serve` has a setting that is not valid',
  },
  unreachable: { code: 3, means: 'no daemon answers' },
  stopped: { code: 4, means: 'the run was stopped: by a stop condition, by somebody, or by Ctrl-C' },
  aborted: {
    code: 5,
    means: 'the run was aborted: a proxy was removed under it, everything was reset or halted, or the daemon stopped',
  },
  inconclusive: { code: 6, means: 'the run proved nothing: no fault acted, or a check had nothing to measure' },
} as const

type Exits = typeof EXITS
export const EXIT = Object.fromEntries(Object.entries(EXITS).map(([name, { code }]) => [name, code])) as {
  readonly [name in keyof Exits]: Exits[name]['code']
}
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
