import { defineConfig } from 'vitest/config'

/** A suite that needs more than Node, or more than seconds; `npm test` leaves these out. */
const slow = ['services', 'soak', 'packaging', 'host', 'crash']

const suite = (
  name: string,
  include: string[],
  limits: { test: number; parallel: boolean; shared?: boolean },
  exclude: string[] = [],
) => ({
  test: {
    name,
    include,
    exclude,
    pool: 'forks' as const,
    // A test that passes the second time has found a race: it must fail.
    retry: 0,
    testTimeout: limits.test,
    hookTimeout: limits.test,
    fileParallelism: limits.parallel,
    isolate: limits.shared !== true,
  },
})

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      suite(
        'fast',
        ['test/**/*.test.ts'],
        // Files of one worker share its modules: to load them for each took a third of the time.
        { test: 10_000, parallel: true, shared: true },
        slow.map((name) => `test/${name}/**`),
      ),
      suite('services', ['test/services/**/*.test.ts'], { test: 30_000, parallel: true }),
      suite('soak', ['test/soak/**/*.test.ts'], { test: 240_000, parallel: false }),
      // What takes a machine's resources is measured alone, one test after another.
      suite('host', ['test/host/**/*.test.ts'], { test: 120_000, parallel: false }),
      // Daemons that are killed, hundreds of them: one after another.
      suite('crash', ['test/crash/**/*.test.ts'], { test: 180_000, parallel: false }),
      suite('packaging', ['test/packaging/**/*.test.ts'], { test: 300_000, parallel: false }),
    ],
  },
})
