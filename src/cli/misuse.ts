/** The command line itself is wrong. Exit code 2. */
export class MisuseError extends Error {
  override readonly name = 'MisuseError'
  readonly remedy: string

  constructor(message: string, remedy = '`faultline --help` shows how it is used.') {
    super(message)
    this.remedy = remedy
  }
}

export const EXIT = { fine: 0, failed: 1, misuse: 2, unreachable: 3 } as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
