import { expect, test as base } from 'vitest'
import type { Faultline } from '../client/connect.ts'
import type { Often } from '../client/fault-handle.ts'
import type { Duration } from '../client/fault.ts'
import type { Scope } from '../client/scope.ts'
import type { ExchangeFilter } from '../contract/ports.ts'
import { Keeper } from './keeper.ts'
import type { KeeperOptions, StartEngine } from './keeper.ts'
import { matchers } from './matchers.ts'

export interface FaultlineFixtures {
  /** The daemon of the file: the one at FAULTLINE_URL, or an engine in this process. */
  readonly chaos: Faultline
  /** The test's own scope, ended after it. The test fails when a fault of it never acted. */
  readonly scope: Scope
}

interface FileFixtures {
  readonly $keeper: Keeper
  readonly chaos: Faultline
}

/** vitest's `test` with a scope for each test. */
export function useVitest(options: KeeperOptions, start: StartEngine) {
  return base.extend<{ readonly scope: Scope } & FileFixtures>({
    $keeper: [
      // vitest reads the names of the fixtures it is to give out of these braces.
      async ({}, use) => {
        const keeper = new Keeper(options, process.env, Math.random, start)
        await use(keeper)
        await keeper.close()
      },
      { scope: 'file' },
    ],
    chaos: [async ({ $keeper }, use) => use(await $keeper.open()), { scope: 'file' }],
    scope: async ({ $keeper, task }, use) => {
      const file = task.file.name
      const scope = await $keeper.begin({ test: task.name.slice(0, 500), file: file.slice(-500) })
      await use(scope)
      const [error] = task.result?.errors ?? []
      const repeat = `npx vitest run ${file} -t ${JSON.stringify(task.name)}`
      if (error !== undefined) append(error, `\n\n${await $keeper.report(scope, repeat)}`)
      await $keeper.finish(scope, error === undefined, repeat)
    },
  })
}

/** Some reporters print the message, others the stack that begins with it. */
function append(error: { message: string; stack?: string }, more: string): void {
  const before = error.message
  error.message += more
  if (error.stack?.includes(before) === true) error.stack = error.stack.replace(before, () => error.message)
}

expect.extend(matchers)

interface FaultlineMatchers<R> {
  /** The fault acted: at least once, or as often as said. Awaited. */
  toHaveFired(often?: Often): Promise<R>
  /** The proxy saw such an exchange. Awaited. */
  toHaveSeen(request?: Omit<ExchangeFilter, 'proxy'>): Promise<R>
  /** A percentile of the total time of the proxy's exchanges is at most so much. Awaited. */
  toHaveLatency(percentile: number, bound: Duration): Promise<R>
  /** Awaited. */
  toHaveNoOpenConnections(): Promise<R>
}

declare module 'vitest' {
  // vitest's own type parameters, which must be named alike.
  interface Matchers<T = any> extends FaultlineMatchers<T> {}
}
