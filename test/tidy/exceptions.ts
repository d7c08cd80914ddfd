/** A rule is broken on purpose in one file. One that is no longer needed is a violation itself. */
export interface Exception {
  readonly file: string
  /** What stands at the end of the violation's line: the module, global, room or word. */
  readonly what: string
  readonly because: string
}

/** What is left of the violations, and which exceptions of this rule no violation needs any more. */
export function judge(found: readonly string[], exceptions: readonly Exception[]): string[] {
  const covers = ({ file, what }: Exception, violation: string): boolean =>
    violation.startsWith(`${file}:`) && violation.endsWith(` ${what}`)
  return [
    ...found.filter((violation) => !exceptions.some((exception) => covers(exception, violation))),
    ...exceptions
      .filter((exception) => !found.some((violation) => covers(exception, violation)))
      .map(({ file, what }) => `test/tidy: the exception for ${what} in ${file} is no longer needed`),
  ]
}
