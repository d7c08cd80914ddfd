import type { KeeperOptions, StartEngine } from './keeper.ts'
import { matchers } from './matchers.ts'
import { useHooks } from './use-hooks.ts'
import type { InTests } from './use-hooks.ts'

/** The globals of jest that are used; jest gives them to every test file. */
interface JestGlobals {
  beforeAll(work: () => Promise<void>): void
  afterAll(work: () => Promise<void>): void
  beforeEach(work: () => Promise<void>): void
  afterEach(work: () => Promise<void>): void
  readonly expect: {
    extend(more: object): void
    getState(): { readonly currentTestName?: string }
  }
}

/** A daemon for the file and a scope for each test, by jest's hooks. @throws Error outside of a test file of jest */
export function useJest(options: KeeperOptions, start: StartEngine): InTests {
  const jest = globalThis as unknown as Partial<JestGlobals>
  const { beforeAll, afterAll, beforeEach, afterEach, expect } = jest
  if (!beforeAll || !afterAll || !beforeEach || !afterEach || !expect) {
    throw new Error("faultline/jest needs jest's globals; call useFaultline() in a test file, with injectGlobals on")
  }
  expect.extend(matchers)
  return useHooks<undefined>(
    {
      before: beforeAll,
      after: afterAll,
      beforeEach: (work) => beforeEach(() => work(undefined)),
      afterEach: (work) => afterEach(() => work(undefined)),
      nameOf: () => expect.getState().currentTestName ?? '',
      passed: () => undefined,
      tell: () => undefined,
      repeat: (name) => `npx jest -t ${JSON.stringify(name)}`,
    },
    options,
    start,
  )
}
