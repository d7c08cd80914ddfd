import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'

/** How each says that it is there. */
const ASKED = { nginx: '-v', curl: '--version' } as const

/**
 * Tests that need commands which are not everywhere. Where one is absent they are skipped by its name; with
 * FAULTLINE_REQUIRE_SERVICES=1 that is a failure.
 */
export function describeWith(commands: readonly (keyof typeof ASKED)[], name: string, tests: () => void): void {
  const missing = commands.filter((command) => spawnSync(command, [ASKED[command]]).status !== 0).join(', ')
  if (missing !== '' && process.env['FAULTLINE_REQUIRE_SERVICES'] === '1') {
    test(`${name}: its commands are there`, () =>
      expect.fail(`${missing} not on the path, and FAULTLINE_REQUIRE_SERVICES=1 requires it`))
    return
  }
  describe.skipIf(missing !== '')(missing === '' ? name : `${name} (not on the path: ${missing})`, () => {
    tests()
  })
}
