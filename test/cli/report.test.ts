import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { markdownReport } from '../../src/cli/report/markdown-report.ts'
import { markdown } from '../../src/cli/report/escape-markdown.ts'
import { junitReport } from '../../src/cli/report/junit-report.ts'
import type { CheckView } from '../../src/contract/checks.ts'
import type { RunView } from '../../src/contract/run-wire.ts'
import { all, parseXml } from './xml-check.ts'

const check = (more: Partial<CheckView> = {}): CheckView => ({
  name: 'answers',
  role: 'steady_state',
  kind: 'http',
  looks_at: 'GET http://127.0.0.1:1/',
  expects: ['status == 200', 'latency < 100', 'json.ok == true'],
  phases: { before: 'passed', during: 'failed', after: 'passed' },
  counts: { passed: 4, failed: 1 },
  recovery_ms: 120,
  ...more,
})

const run = (more: Partial<RunView> = {}): RunView => ({
  id: 'run_abcdefgh1234',
  profile: 'slow-database',
  seed: '7',
  status: 'failed',
  started_at: '2026-01-01T00:00:00.000Z',
  ended_at: '2026-01-01T00:00:12.500Z',
  max_duration_ms: 1000,
  stages: [],
  healed: true,
  heal: { verified: true, ms: 3, left: [] },
  rollback: 'always',
  detail: 'check answers failed',
  checks: [
    check(),
    check({ name: 'budget', role: 'stop_when', expects: ['share > 0.5'], phases: {}, counts: { not_met: 3 } }),
  ],
  faults: [{ stage: 'slow', proxy: 'db', fault: 'slow-database.latency', kind: 'latency', seen: 10, applied: 5 }],
  evidence: {
    run: [{ what: 'run_ended', event: 'boot-9' }],
    checks: [
      {
        check: 'answers',
        phase: 'during',
        outcome: 'failed',
        event: 'boot-7',
        detail: 'latency < 100: latency is 140',
      },
      { check: 'answers', phase: 'after', outcome: 'passed', event: 'boot-8' },
    ],
    faults: [{ proxy: 'db', fault: 'slow-database.latency', event: 'boot-5' }],
  },
  ...more,
})

const results = (view: RunView): Record<string, string> =>
  Object.fromEntries(
    all(parseXml(junitReport(view)), 'testcase').map(({ attributes, children }) => [
      `${attributes['classname']} ${attributes['name']}`,
      children.find(({ name }) => ['failure', 'error', 'skipped'].includes(name))?.name ?? 'passed',
    ]),
  )

/** All that somebody else may have written. */
const hostile = (text: string): RunView =>
  run({
    profile: text,
    seed: text,
    detail: text,
    parameters: { [text]: text },
    checks: [check({ name: text, expects: [text], phases: { during: 'failed' } })],
    faults: [{ stage: text, proxy: text, fault: text, kind: 'latency', seen: 1, applied: 1 }],
  })

describe('a JUnit report', () => {
  test('has a case for the run, its healing, and each expectation of each check in each phase', () => {
    expect(results(run())).toEqual({
      'slow-database.run completes': 'failure',
      'slow-database.run a fault acts': 'passed',
      'slow-database.run is healed': 'passed',
      'slow-database.answers before: status == 200': 'passed',
      'slow-database.answers before: latency < 100': 'passed',
      'slow-database.answers before: json.ok == true': 'passed',
      'slow-database.answers during: status == 200': 'passed',
      'slow-database.answers during: latency < 100': 'failure',
      'slow-database.answers during: json.ok == true': 'skipped',
      'slow-database.answers after: status == 200 after 120 ms': 'passed',
      'slow-database.answers after: latency < 100 after 120 ms': 'passed',
      'slow-database.answers after: json.ok == true after 120 ms': 'passed',
      'slow-database.budget is not met: share > 0.5': 'passed',
    })
  })

  test('says with each failure why, the seed, and the events that show it; and its numbers add up', () => {
    const root = parseXml(junitReport(run()))
    const [, failure] = all(root, 'failure')
    expect(failure?.attributes['message']).toBe('latency < 100: latency is 140')
    expect(failure?.text).toContain('run run_abcdefgh1234\nseed 7\nevent boot-7')
    expect(root.attributes).toMatchObject({ tests: '13', failures: '2', errors: '0', skipped: '1', time: '12.500' })
  })

  test('of a run that proved nothing has an error, and none of one that left its faults on purpose', () => {
    const proved = results(run({ status: 'inconclusive', checks: [], faults: [] }))
    expect(proved['slow-database.run completes']).toBe('error')
    const nothing = { stage: 's', proxy: 'p', fault: 'f', kind: 'latency', seen: 3, applied: 0 }
    expect(results(run({ faults: [nothing] }))['slow-database.run a fault acts']).toBe('error')
    const { heal: _, ...left } = run({ healed: false, kept: true })
    expect(results(left)['slow-database.run is healed']).toBe('skipped')
    expect(results(run({ healed: false }))['slow-database.run is healed']).toBe('failure')
    const none = check({ phases: { during: 'no_data' } })
    expect(results(run({ checks: [none] }))['slow-database.answers during: status == 200']).toBe('error')
  })

  test('is well formed whatever stands in it, and says it as it is where XML can', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const root = parseXml(junitReport(hostile(text)))
        const [suite] = all(root, 'testsuite')
        // oxlint-disable-next-line no-control-regex -- what XML cannot hold
        const shown = text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu, '\ufffd')
        expect(suite?.attributes['name']).toBe(shown)
      }),
    )
    const nasty = `]]></failure><script>"'&lt;&#0;\u0000\ud800<!--`
    expect(() => parseXml(junitReport(hostile(nasty)))).not.toThrow()
  })
})

describe('a Markdown summary', () => {
  test('says how it went, what held and what did not, with the events, and how to do it again', () => {
    const text = markdownReport(run())
    expect(text).toContain('## slow-database: failed\n\ncheck answers failed\n')
    expect(text).toContain('| seed | 7 |')
    expect(text).toContain('| recovered after | 120 ms |')
    expect(text).toContain(
      '| answers | during: latency &lt; 100 | **fails** | latency &lt; 100: latency is 140 | `boot-7` |',
    )
    expect(text).toContain('| slow | db | slow-database.latency | 10 | 5 |')
    expect(text).toContain('faultline replay run_abcdefgh1234')
  })

  test('keeps its tables whole whatever stands in them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shape = (view: RunView): string[] =>
          markdownReport(view)
            .split('\n')
            .map((line) => line.replaceAll(/\\./gsu, '').replaceAll(/[^|]/gu, ''))
        expect(shape(hostile(text))).toEqual(shape(hostile('x')))
      }),
    )
  })

  test.each([
    ['<img src=x onerror=alert(1)>', /^&lt;img .*\\\(1\\\)&gt;$/],
    ['[click](https://evil.test)', String.raw`\[click\]\(https:&#47;&#47;evil.test\)`],
    ['@everyone #12', '@<!-- -->everyone #<!-- -->12'],
    ['a | b\n# c', String.raw`a \| b # c`],
    ['`code` *x* _y_ ~z~', '\\`code\\` \\*x\\* \\_y\\_ \\~z\\~'],
    ['&lt;b&gt;', '&amp;lt;b&amp;gt;'],
  ])('shows %j as text', (text, shown) => {
    if (typeof shown === 'string') expect(markdown(text)).toBe(shown)
    else expect(markdown(text)).toMatch(shown)
  })
})
