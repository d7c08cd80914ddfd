import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { allowsCommand } from '../../../src/experiment/checks/allow-command.ts'
import { CHECK_KINDS } from '../../../src/experiment/checks/check-kinds.ts'
import { hideCheckSecrets } from '../../../src/experiment/checks/hide-check-secrets.ts'
import { parseExpectation } from '../../../src/experiment/checks/parse-expectation.ts'
import { parseProfile } from '../../../src/experiment/parse-profile.ts'
import { validator } from '../../../src/contract/validate.ts'
import { readWritten } from './use-checks.ts'

const OPEN = { commands: ['pg_isready **'], reaches: () => true }
const http = { url: 'http://127.0.0.1:1/health' }

test('what is left out takes its default', () => {
  const { checks, problems } = readWritten({
    steady_state: [{ name: 'a', http }],
    stop_when: [{ name: 'b', faulted: {}, if: 'count > 3' }],
  })
  expect(problems).toEqual([])
  expect(checks).toMatchObject([
    {
      phases: ['before', 'during', 'after'],
      everyMs: 1000,
      timeoutMs: 1000,
      failures: 1,
      successes: 3,
      recoverMs: 30_000,
      attributes: { method: 'GET', headers: {} },
      expectations: [{ text: 'status in 200..299' }],
    },
    { role: 'stop_when', phases: ['during'], everyMs: 100 },
  ])
})

test('phases are in the order of time, however they are written', () => {
  const { checks } = readWritten({ steady_state: [{ name: 'a', http, when: ['after', 'before'] }] })
  expect(checks[0]?.phases).toEqual(['before', 'after'])
})

test('every mistake is told at once, each with its place', () => {
  const { problems } = readWritten({
    steady_state: [
      { name: 'none' },
      { name: 'two', http, tcp: { address: '127.0.0.1:1' } },
      { name: 'word', http, expect: ['status == 200', 'latncy < 1s'] },
      { name: 'lost', observed: { target: 'aip' }, expect: 'p99 < 1s' },
      { name: 'silent', observed: { target: 'api' } },
      { name: 'late', http, expect: 'latency <= 2 * baseline', when: ['during'] },
      { name: 'lost', tcp: { address: 'nowhere' } },
      { name: 'spelt', http: { url: 'http://user:hunter2@127.0.0.1/' } },
      { name: 'slow', http, every: '1.0005ms' },
    ],
    stop_when: [{ name: 'base', observed: { target: 'api' }, if: 'p99 > 3 * baseline' }],
  })
  expect(problems.map(({ pointer, message }) => `${pointer} ${message}`)).toEqual([
    expect.stringMatching(/^\/steady_state\/0 .*needs one of http, tcp, command/),
    expect.stringMatching(/^\/steady_state\/1 .*looks at http and tcp; it must be one of them/),
    expect.stringMatching(/^\/steady_state\/2\/expect\/1 .*at character 1: .*did you mean latency\?/),
    expect.stringMatching(/^\/steady_state\/3\/observed\/target .*did you mean api\?/),
    expect.stringMatching(/^\/steady_state\/4\/expect .*must say what it expects/),
    expect.stringMatching(/^\/steady_state\/5\/when .*its when must have before/),
    expect.stringMatching(/^\/steady_state\/6\/tcp\/address .*"nowhere" has no port/),
    expect.stringMatching(/^\/steady_state\/7\/http\/url .*put them into headers/),
    expect.stringMatching(/^\/steady_state\/8\/every /),
    expect.stringMatching(/^\/stop_when\/0\/if .*compares with a baseline/),
    expect.stringMatching(/^\/steady_state\/6\/name .*earlier check/),
  ])
  expect(JSON.stringify(problems)).not.toContain('hunter2')
})

describe('what the settings do not allow is refused', () => {
  const command = { name: 'c', command: { argv: ['psql', '-c', 'password=hunter2'] } }

  test('a command while commands are off, and one that is not on the list, without telling its arguments', () => {
    const off = readWritten({ steady_state: [command] }, { ...OPEN, commands: undefined })
    expect(off.problems).toEqual([
      {
        pointer: '/steady_state/0/command',
        message: expect.stringMatching(/command checks are off: checks\.commands/),
      },
    ])
    const other = readWritten({ steady_state: [command] }, OPEN)
    expect(other.problems).toEqual([
      { pointer: '/steady_state/0/command/argv', message: expect.stringMatching(/allowed are "pg_isready \*\*"/) },
    ])
    expect(JSON.stringify([off.problems, other.problems])).not.toContain('hunter2')
    expect(readWritten({ steady_state: [command] }).problems).toEqual([])
  })

  test('an address that allowed_upstreams leaves out', () => {
    const rules = { ...OPEN, reaches: (address: string) => address === '127.0.0.1:1' }
    const { problems } = readWritten(
      {
        steady_state: [
          { name: 'a', http },
          { name: 'b', http: { url: 'https://example.test/x' } },
          { name: 'c', tcp: { address: 'db.test:5432' } },
          { name: 'd', prometheus: { url: 'http://[::1]:9090', query: 'up' }, expect: 'value > 0' },
        ],
      },
      rules,
    )
    expect(problems.map(({ message }) => message.split(',')[0])).toEqual([
      'url is example.test:443',
      'address is db.test:5432',
      'url is [::1]:9090',
    ])
  })
})

test.each([
  ['pg_isready **', ['pg_isready'], true],
  ['pg_isready **', ['pg_isready', '-h', 'a b'], true],
  ['pg_isready', ['pg_isready', '-h'], false],
  ['check *', ['check', 'orders'], true],
  ['check *', ['check', 'a/b'], false],
  ['check *', ['check orders'], false],
  ['check *', ['check'], false],
  ['/opt/checks/* **', ['/opt/checks/a', 'b'], true],
  ['/opt/checks/* **', ['/opt/checks/../../bin/sh'], false],
  ['**', ['sh'], false],
  ['', ['sh'], false],
])('the line %j and the command %j: %s', (line, argv, allowed) => {
  expect(allowsCommand([line], argv)).toBe(allowed)
})

test.each(CHECK_KINDS.map((kind) => [kind.kind, kind] as const))(
  'the example and the default of %s are valid',
  (_, kind) => {
    expect(validator(kind.attributes)(kind.example)).toEqual([])
    if (kind.expect !== undefined) expect(parseExpectation(kind.expect, kind).text).toBe(kind.expect)
  },
)

test('no secret stands in what a check says of itself', () => {
  const { checks } = readWritten({
    steady_state: [
      {
        name: 'a',
        http: { url: 'http://h.test/p?key=hunter2', headers: { authorization: 'hunter2' }, body: 'hunter2' },
      },
      { name: 'b', command: { argv: ['psql', 'hunter2'] } },
      {
        name: 'c',
        prometheus: { url: 'http://h.test/', query: 'up', headers: { authorization: 'hunter2' } },
        expect: 'value > 0',
      },
    ],
  })
  const told = checks.map(({ kind, attributes }) => kind.describe(attributes as never))
  expect(told).toEqual(['GET http://h.test/p?...', 'psql (1 arguments)', 'up at http://h.test/'])
})

describe('docs/checks.md', () => {
  const page = readFileSync(new URL('../../../docs/checks.md', import.meta.url), 'utf8')

  test('begins with a profile that is valid', () => {
    const [, example = ''] = /```yaml\n(name:[\s\S]*?)```/.exec(page) ?? []
    expect(parseProfile('docs/checks.md', example).checks).toHaveLength(3)
  })

  test('tells of expectations that can be read', () => {
    const table = page.slice(page.indexOf('| operator'), page.indexOf('### Baseline'))
    const examples = [...table.matchAll(/`([a-z_]+ [^`]*)`(?=[,\s|])/g)].map(([, text = '']) => text)
    const read = examples.filter((text) =>
      CHECK_KINDS.some((kind) => {
        try {
          return parseExpectation(text, kind).text === text
        } catch {
          return false
        }
      }),
    )
    expect(read.length).toBeGreaterThanOrEqual(11)
    expect(examples.filter((text) => !read.includes(text))).toEqual(['in low..high', 'in [a, b]'])
  })
})

test('what a check sends is hidden in a profile that is kept, and nothing else is', () => {
  const written = {
    name: 'p',
    targets: { a: { proxy: 'a' } },
    steady_state: [
      {
        name: 'a',
        http: { url: 'http://h.test/p?key=hunter2', headers: { 'x-any': 'hunter2' }, body: 'hunter2', method: 'POST' },
        expect: 'status == 200',
      },
      { name: 'b', command: { argv: ['psql', 'hunter2'] } },
      { name: 'c', prometheus: { url: 'http://h.test/', query: 'up', headers: { authorization: 'hunter2' } } },
    ],
  }
  const { shown, hidden } = hideCheckSecrets(written)
  expect(hidden).toBe(true)
  expect(JSON.stringify(shown)).not.toContain('hunter2')
  expect(shown).toMatchObject({
    steady_state: [
      {
        http: { url: 'http://h.test/p?(hidden)', headers: { 'x-any': '(hidden)' }, method: 'POST' },
        expect: 'status == 200',
      },
      { command: { argv: ['psql', '(hidden)'] } },
      { prometheus: { url: 'http://h.test/', query: 'up' } },
    ],
  })
  const plain = { name: 'p', steady_state: [{ name: 'a', tcp: { address: 'a:1' } }], stages: [{ body: 'kept' }] }
  expect(hideCheckSecrets(plain)).toEqual({ shown: plain, hidden: false })
})
