import { after, afterEach, before, beforeEach } from 'node:test'
import type { KeeperOptions, StartEngine } from './keeper.ts'
import { matchers } from './matchers.ts'
import type { Verdict } from './matchers.ts'
import { useHooks } from './use-hooks.ts'
import type { InTests } from './use-hooks.ts'

/** What node:test gives to hooks; its types leave out what newer lines of Node have. */
interface TestAtHand {
  readonly name: string
  readonly passed?: boolean
  diagnostic?(message: string): void
}

/** A daemon for the file and a scope for each test, by the hooks of node:test. */
export function useNodeTest(options: KeeperOptions, start: StartEngine): InTests {
  const hooks = {
    before,
    after,
    beforeEach: (work: (test: TestAtHand) => Promise<void>) => beforeEach((test) => work(test as TestAtHand)),
    afterEach: (work: (test: TestAtHand) => Promise<void>) => afterEach((test) => work(test as TestAtHand)),
    nameOf: ({ name }: TestAtHand) => name,
    passed: ({ passed }: TestAtHand) => passed,
    tell: (test: TestAtHand, report: string) => test.diagnostic?.(report),
    repeat: (name: string) => `node --test --test-name-pattern ${JSON.stringify(name)}`,
  }
  return useHooks(hooks, options, start)
}

type Asserts = {
  readonly [name in keyof typeof matchers]: (...given: Parameters<(typeof matchers)[name]>) => Promise<void>
}

const asserting =
  <A extends readonly unknown[]>(matcher: (...given: A) => Promise<Verdict>) =>
  async (...given: A): Promise<void> => {
    const { pass, message } = await matcher(...given)
    if (!pass) throw new Error(message())
  }

/** The matchers, as functions that throw: `await faults.toHaveFired(fault, { times: 2 })`. */
export const expecting: Asserts = {
  toHaveFired: asserting(matchers.toHaveFired),
  toHaveSeen: asserting(matchers.toHaveSeen),
  toHaveLatency: asserting(matchers.toHaveLatency),
  toHaveNoOpenConnections: asserting(matchers.toHaveNoOpenConnections),
}
