import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { startBench } from './bench.ts'
import { ROOT } from './child.ts'
import { ACCURACY } from './measures/accuracy.ts'
import { CONTROL } from './measures/control.ts'
import { HOST } from './measures/host.ts'
import { MEMORY } from './measures/memory.ts'
import { RELAYING } from './measures/relaying.ts'
import { START } from './measures/start.ts'
import { TIMELINE } from './measures/timeline.ts'
import { installed } from './installed.ts'
import { SCOPES } from './measures/scopes.ts'
import { REQUESTS } from './measures/requests.ts'
import type { Result } from './result.ts'
import { skipped } from './result.ts'
import { measureItself } from './subjects.ts'
import { table } from './table.ts'

const USAGE = `Usage: npm run bench -- [options]

  --only <name>   only these measurements; may be given several times
  --quick         fewer and shorter samples: for a first look, not for a verdict
  --gate          exit with 1 when a gate is missed or a measurement fails
  --itself        the bare relay in faultline's place: what the bench finds where there is nothing to find
  --list          names the measurements
`
const MEASUREMENTS = [
  ...START,
  ...RELAYING,
  ...REQUESTS,
  ...MEMORY,
  ...CONTROL,
  ...SCOPES,
  ...HOST,
  ...ACCURACY,
  ...TIMELINE,
]

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    gate: { type: 'boolean', default: false },
    itself: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

/** The programs beside faultline run as plain JavaScript: a loader in their process would be measured too. */
function buildPrograms(): void {
  const compiler = `${ROOT}node_modules/typescript/bin/tsc`
  const built = spawnSync(process.execPath, [compiler, '-p', `${ROOT}bench/processes/tsconfig.json`], {
    stdio: 'inherit',
  })
  if (built.status !== 0) throw new Error('the programs of the bench do not compile')
  // The nearest package.json decides that these are ES modules.
  writeFileSync(`${ROOT}reports/bench-build/package.json`, '{ "type": "module" }\n')
}

async function main(): Promise<number> {
  const unknown = (values.only ?? []).filter((name) => !MEASUREMENTS.some((measurement) => measurement.name === name))
  if (values.help || unknown.length > 0) {
    process.stderr.write(`${unknown.map((name) => `no measurement is named ${name}\n`).join('')}${USAGE}`)
    return values.help ? 0 : 2
  }
  if (values.list) {
    process.stdout.write(`${MEASUREMENTS.map(({ name }) => name).join('\n')}\n`)
    return 0
  }
  buildPrograms()
  if (values.itself) measureItself()
  const results: Result[] = []
  const failures: string[] = []
  const wanted = MEASUREMENTS.filter(({ name }) => values.only?.includes(name) ?? true)
  for (const [i, measurement] of wanted.entries()) {
    process.stderr.write(`[${i + 1}/${wanted.length}] ${measurement.name}\n`)
    const missing = (measurement.needs ?? []).filter((program) => installed(program) === undefined)
    if (missing.length > 0) {
      const why = `not installed: ${missing.join(', ')}`
      results.push(...(measurement.rows ?? []).map((row) => skipped(row, why)))
      process.stderr.write(`skipped, ${why}\n`)
      continue
    }
    // Upstream and load generator are fresh each time: what one measurement left in them is not the next one's.
    const bench = await startBench(values.quick)
    try {
      const found = await measurement.run(bench)
      results.push(...found)
      process.stderr.write(`${table(found)}\n`)
    } catch (error) {
      failures.push(`${measurement.name}: ${error instanceof Error ? error.message : String(error)}`)
      process.stderr.write(`${failures.at(-1)}\n`)
    } finally {
      await bench.stop()
    }
  }
  const gates = results.filter(({ gate }) => gate !== undefined)
  const count = (which: (result: Result) => boolean): number => gates.filter(which).length
  const missed = count(({ pass }) => pass === false)
  const left = count((one) => one.skipped === true)
  const machine = { node: process.version, processors: cpus().length, model: cpus()[0]?.model }
  mkdirSync(`${ROOT}reports`, { recursive: true })
  writeFileSync(
    `${ROOT}reports/bench.json`,
    `${JSON.stringify({ at: new Date().toISOString(), machine, quick: values.quick, results, failures }, null, 2)}\n`,
  )
  process.stdout.write(`\n${table(results)}\n`)
  for (const failure of failures) process.stdout.write(`could not be measured: ${failure}\n`)
  process.stdout.write(
    `\n${count(({ pass }) => pass === true)} gates passed, ${missed} missed${left > 0 ? `, ${left} skipped` : ''}; reports/bench.json\n`,
  )
  return values.gate && missed + failures.length > 0 ? 1 : 0
}

process.exit(await main())
