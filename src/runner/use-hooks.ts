import type { Faultline } from '../client/connect.ts'
import type { Scope } from '../client/scope.ts'
import { Keeper } from './keeper.ts'
import type { KeeperOptions, StartEngine } from './keeper.ts'

/** What runners with hooks have in common; `T` is what they tell a hook about the test at hand. */
export interface Hooks<T> {
  before(work: () => Promise<void>): void
  after(work: () => Promise<void>): void
  beforeEach(work: (test: T) => Promise<void>): void
  afterEach(work: (test: T) => Promise<void>): void
  nameOf(test: T): string
  /** Whether it passed; undefined where the runner does not say. */
  passed(test: T): boolean | undefined
  /** Tells about a test that failed. */
  tell(test: T, report: string): void
  /** The command that runs one test again, behind FAULTLINE_SEED=... */
  repeat(name: string): string
}

/** Read inside of tests; each test finds a scope of its own. */
export interface InTests {
  readonly chaos: Faultline
  readonly scope: Scope
}

/** A daemon for the file and a scope for each test, set up by the runner's own hooks. */
export function useHooks<T>(hooks: Hooks<T>, options: KeeperOptions, start: StartEngine): InTests {
  const keeper = new Keeper(options, process.env, Math.random, start)
  let chaos: Faultline | undefined
  let scope: Scope | undefined
  hooks.before(async () => {
    chaos = await keeper.open()
  })
  hooks.after(() => keeper.close())
  hooks.beforeEach(async (test) => {
    scope = await keeper.begin({ test: hooks.nameOf(test).slice(0, 500) })
  })
  hooks.afterEach(async (test) => {
    const mine = scope
    scope = undefined
    if (mine === undefined) return
    const repeat = hooks.repeat(hooks.nameOf(test))
    const passed = hooks.passed(test)
    if (passed === false) hooks.tell(test, await keeper.report(mine, repeat))
    await keeper.finish(mine, passed !== false, repeat)
  })
  const there = <V>(value: V | undefined, what: string): V => {
    if (value === undefined) throw new Error(`${what} is there only inside of a test`)
    return value
  }
  return {
    get chaos() {
      return there(chaos, 'chaos')
    },
    get scope() {
      return there(scope, 'scope')
    },
  }
}
