import { onTestFinished } from 'vitest'
import type { CommandRunner, HttpAnswer, Probed, Prober } from '../../../src/contract/probes.ts'
import type { Fact } from '../../../src/contract/events.ts'
import type { Problem } from '../../../src/contract/errors.ts'
import type { CheckRole } from '../../../src/contract/checks.ts'
import type { ProfileInput } from '../../../src/contract/profile-wire.ts'
import type { CheckRules } from '../../../src/experiment/checks/check-kind.ts'
import type { Check } from '../../../src/experiment/checks/check.ts'
import { readChecks } from '../../../src/experiment/checks/read-checks.ts'
import { RunChecks } from '../../../src/experiment/checks/run-checks.ts'
import type { CheckCounts } from '../../../src/experiment/checks/run-checks.ts'
import { TrafficTap } from '../../../src/experiment/checks/traffic-tap.ts'
import { TrafficWatch } from '../../../src/experiment/checks/traffic-watch.ts'
import { ManualClock } from '../../support/manual-clock.ts'

type Written = Partial<Pick<ProfileInput, CheckRole>>

/** Checks as a profile writes them, for targets api (proxies a and b) and db (proxy d). */
export function readWritten(
  written: Written,
  rules?: CheckRules,
): { checks: readonly Check[]; problems: readonly Problem[] } {
  const problems: Problem[] = []
  const checks = readChecks({ targets: { api: { to: 'api' }, db: { proxy: 'd' } }, ...written }, problems, rules)
  return { checks, problems }
}

export const answer = (status: number, body = '', ms = 1): Probed<HttpAnswer> => ({
  answered: true,
  ms,
  status,
  headers: new Map(),
  body: Buffer.from(body),
  cut: false,
})

export const NO_ANSWER: Probed<never> = { answered: false, ms: 1, why: 'ECONNREFUSED' }

type Answers = (nth: number) => Probed<HttpAnswer> | Promise<Probed<HttpAnswer>>

/** A prober in memory, whose answers a test gives; it keeps what it was asked. */
export class FakeProber implements Prober {
  readonly asked: { readonly url: string; readonly at: number }[] = []
  answers: Answers = () => answer(200)
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  async http({ url }: { url: string }, { signal }: { signal: AbortSignal }): Promise<Probed<HttpAnswer>> {
    this.asked.push({ url, at: this.#now() })
    const given = this.answers(this.asked.length)
    const givenUp = new Promise<Probed<never>>((resolve) =>
      signal.addEventListener('abort', () => resolve({ answered: false, ms: 0, why: 'given up' })),
    )
    return Promise.race([givenUp, given])
  }

  async connect(): Promise<Probed<object>> {
    const { answered, ms } = await this.answers(0)
    return answered ? { answered, ms } : NO_ANSWER
  }
}

export interface ChecksBench {
  readonly clock: ManualClock
  readonly prober: FakeProber
  readonly facts: Fact[]
  readonly tap: TrafficTap
  readonly traffic: TrafficWatch
  readonly counts: CheckCounts
  readonly checks: RunChecks
  /** Advances step by step, so that answers get between the steps. */
  pass(ms: number, step?: number): Promise<void>
}

/** Lets all that is settled be told. */
export const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

export function useChecks(written: Written, commands?: CommandRunner): ChecksBench {
  const { checks: read, problems } = readWritten(written)
  if (problems.length > 0) throw new Error(JSON.stringify(problems))
  const clock = new ManualClock()
  const facts: Fact[] = []
  const tap = new TrafficTap({ emit: (fact) => void facts.push(fact) })
  const prober = new FakeProber(() => clock.now())
  const traffic = new TrafficWatch(clock, tap, {
    targets: new Map([
      ['api', ['a', 'b']],
      ['db', ['d']],
    ]),
    isOurs: (fault) => fault.startsWith('trial.'),
    seesExchanges: (proxy) => proxy !== 'd',
    connectionsOpen: () => 2,
  })
  const counts = { passed: 0, failed: 0, no_data: 0, met: 0, not_met: 0 }
  const means = { prober, commands, counts, rules: { commands: undefined, reaches: () => true } }
  const checks = new RunChecks(read, { run: 'run_1', clock, sink: tap, means, traffic })
  onTestFinished(() => {
    checks.close()
    traffic.close()
  })
  return {
    clock,
    prober,
    facts,
    tap,
    traffic,
    counts,
    checks,
    async pass(ms, step = 100) {
      for (let left = ms; left > 0; left -= step) {
        clock.advance(Math.min(step, left))
        await settle()
      }
    },
  }
}
