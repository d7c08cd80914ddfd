import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { builtPackage } from '../support/built-package.ts'
import { addressOf, describeService } from './service.ts'

const root = join(import.meta.dirname, '..', '..')
const redis = addressOf({ name: 'Redis', env: 'FAULTLINE_TEST_REDIS', port: 6379 })

/** The example as whoever copied it has it after `npm install`, without the install. test/packaging does that. */
function useExample(): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-orders-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const packages = join(folder, 'node_modules')
  cpSync(join(root, 'examples', 'orders'), folder, {
    recursive: true,
    filter: (path) => !path.endsWith('node_modules'),
  })
  mkdirSync(packages)
  symlinkSync(builtPackage(), join(packages, 'faultline'))
  for (const name of ['vitest', 'pg', 'ioredis']) symlinkSync(join(root, 'node_modules', name), join(packages, name))
  return folder
}

interface Suite {
  readonly code: number
  readonly said: string
  /** By title, what became of each test. */
  readonly tests: Readonly<Record<string, string>>
}

function run(
  folder: string,
  env: Readonly<Record<string, string>>,
  more: readonly string[] = [],
  before: readonly string[] = [],
): Promise<Suite> {
  const { VITEST: _, VITEST_POOL_ID: __, VITEST_WORKER_ID: ___, FAULTLINE_URL: ____, ...rest } = process.env
  const report = join(folder, 'report.json')
  const vitest = [
    join('node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--reporter',
    'json',
    '--outputFile',
    report,
    ...more,
  ]
  const args = before.length === 0 ? vitest : [...before, process.execPath, ...vitest]
  const options = { cwd: folder, env: { ...rest, ...env, NO_COLOR: '1' }, maxBuffer: 2 ** 24, timeout: 80_000 }
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
        testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[]
      }
      const results = testResults.flatMap(({ assertionResults }) => assertionResults)
      const failed = results.flatMap(({ failureMessages }) => failureMessages).join('\n')
      resolve({
        code: error === null ? 0 : Number(error.code ?? 1),
        said: `${stdout}${stderr}${failed}`,
        tests: Object.fromEntries(results.map(({ title, status }) => [title, status])),
      })
    })
  })
}

/** What the service does for each recipe, and what a careless one does instead. */
const CARELESS = [
  ['payments.js', "'idempotency-key': key", "'idempotency-key': crypto.randomUUID()"],
  ['payments.js', 'signal: AbortSignal.timeout(timeoutMs),', ''],
  ['payments.js', 'if (response.status === 429) return', 'if (response.status === 0) return'],
  ['breaker.js', 'failures = 3', 'failures = Infinity'],
  ['cache.js', '.catch(() => null)', ''],
  ['cache.js', 'commandTimeout: timeoutMs,', ''],
  ['database.js', '!isLost(error) || lost >= connections', 'true'],
  ['database.js', 'connectionTimeoutMillis: timeoutMs,', ''],
  ['database.js', 'query_timeout: timeoutMs,', ''],
  ['service.js', ' on conflict (key) do update set key = excluded.key', ''],
] as const

/** The recipes of docs/recipes.md, which are these tests. */
const recipes = [...readFileSync(join(root, 'docs', 'recipes.md'), 'utf8').matchAll(/^test\('([^']+)'/gm)].map(
  ([, title = '']) => title,
)
const allPassed = Object.fromEntries(recipes.map((title) => [title, 'passed']))

await describeService({ name: 'The orders example', env: 'FAULTLINE_TEST_POSTGRES', port: 5432 }, (upstream) => {
  const env = {
    DATABASE_URL: `postgres://postgres@${upstream}/postgres`,
    REDIS_URL: `redis://${redis.host}:${redis.port}`,
  }
  beforeAll(() => void builtPackage())

  test('shows ten recipes, each green, with an engine in each of its test processes', async () => {
    expect(recipes).toHaveLength(10)
    const suite = await run(useExample(), env)
    expect(suite, suite.said).toMatchObject({ code: 0, tests: allPassed })
  }, 90_000)

  test('is as green when its files, twice each and at once, share one daemon and one set of names', async () => {
    const folder = useExample()
    for (const name of ['payments', 'storage']) {
      const text = readFileSync(join(folder, 'test', `${name}.test.js`), 'utf8')
      writeFileSync(join(folder, 'test', `${name}-again.test.js`), text)
    }
    const bin = join(builtPackage(), 'dist', 'cli', 'bin.js')
    const suite = await run(folder, env, [], [bin, 'exec', '--'])
    expect(suite, suite.said).toMatchObject({ code: 0, tests: allPassed })
    expect(suite.said).toContain('node ended with code 0')
  }, 90_000)

  test('goes red in every recipe where the service takes no care', async () => {
    const folder = useExample()
    for (const [name, care, none] of CARELESS) {
      const file = join(folder, 'src', name)
      const text = readFileSync(file, 'utf8')
      expect(text, `${name} has no ${care}`).toContain(care)
      writeFileSync(file, text.replace(care, none))
    }
    const suite = await run(folder, env, ['--testTimeout', '5000'])
    expect(suite.tests).toEqual(Object.fromEntries(recipes.map((title) => [title, 'failed'])))
    expect(suite.said).toMatch(/repeat it with FAULTLINE_SEED=\d+ npx vitest run test\/payments\.test\.js -t/)
  }, 90_000)
})
