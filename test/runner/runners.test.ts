import { execFile } from 'node:child_process'
import { describe, expect, test } from 'vitest'

interface Ended {
  readonly code: number
  readonly out: string
}

/** A runner in a process of its own: some of its tests are to be red. */
function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const { NODE_TEST_CONTEXT: _, VITEST: __, VITEST_POOL_ID: ___, ...rest } = process.env
  const options = { env: { ...rest, ...env, NO_COLOR: '1' }, maxBuffer: 2 ** 24 }
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out: `${stdout}${stderr}` })
    })
  })
}

describe('faultline/vitest', () => {
  test('fails tests whose faults never acted, and tells how to repeat a failure and what happened', async () => {
    const config = 'test/runner/cases/vitest-config.ts'
    const { out } = await run(['node_modules/vitest/vitest.mjs', 'run', '--config', config], { FAULTLINE_SEED: '77' })
    const report = JSON.parse(out.slice(out.indexOf('{"num'))) as {
      testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[]
    }
    const results = report.testResults[0]?.assertionResults ?? []
    expect(results.map(({ title, status }) => [title, status])).toEqual([
      ['red: a fault that nobody met', 'failed'],
      ['green: the same, allowed', 'passed'],
      ['red: an expectation that fails', 'failed'],
      ['red: a matcher that fails', 'failed'],
    ])
    const told = new Map(results.map(({ title, failureMessages }) => [title, failureMessages.join('\n')]))
    expect(told.get('red: a fault that nobody met')).toContain(
      'a fault of this test never acted: latency_downstream on proxy db.',
    )
    const failed = told.get('red: an expectation that fails') ?? ''
    expect(failed).toContain(
      'repeat it with FAULTLINE_SEED=77 npx vitest run test/runner/cases/failing.ts -t "red: an expectation that fails"',
    )
    expect(failed).toContain('GET /tea?token=(hidden) -> 418, injected by http_abort')
    expect(told.get('red: a matcher that fails')).toContain(
      'saw no exchange like {"method":"POST","path":"/pay/**"}; lately: none at all',
    )
  }, 60_000)
})

describe('faultline/node-test', () => {
  test('gives each test a scope, and fails the one whose fault never acted', async () => {
    const { out } = await run(['--import', 'tsx', '--test-reporter', 'tap', 'test/runner/cases/node.ts'])
    expect(out).toMatch(/ok 1 - green: has one\n/)
    expect(out).toMatch(/ok 2 - green: has another\n/)
    expect(out).toMatch(/not ok 3 - red: a fault that nobody met\n/)
    expect(out).toContain('a fault of this test never acted: latency_downstream on proxy db.')
    expect(out).toContain('node --test --test-name-pattern')
  }, 60_000)
})
