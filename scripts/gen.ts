import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { format, resolveConfig } from 'prettier'

/** A file that is derived from something else, as it ought to be. */
export interface Generated {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
}

type Generator = () => Promise<Generated | readonly Generated[]>

/**
 * In this order: what comes first is there before what comes later is loaded, so that a new kind is in the catalogue
 * by the time its docs are written. To derive one more file, add a line.
 */
const GENERATORS: readonly Generator[] = [
  async () => (await import('./gen-kinds.ts')).kindsIndices(),
  async () => (await import('./gen-client.ts')).clientFaults(),
  async () => (await import('./gen-kinds-docs.ts')).kindsDocs(),
  async () => (await import('./gen-http-docs.ts')).httpDocs(),
  async () => (await import('./gen-host-docs.ts')).hostDocs(),
  async () => (await import('./gen-profile.ts')).profileSchemaFile(),
  async () => (await import('./gen-profile.ts')).profilesDocs(),
  async () => (await import('./gen-settings.ts')).settingsFiles(),
  async () => (await import('./gen-cli-docs.ts')).cliDocs(),
  async () => (await import('./gen-metrics-docs.ts')).metricsDocs(),
  async () => (await import('./gen-openapi.ts')).openapi(),
  async () => (await import('./gen-errors-docs.ts')).errorsDocs(),
  async () => (await import('./gen-checks-docs.ts')).checksDocs(),
  async () => (await import('./gen-recipes.ts')).recipesDocs(),
]

const root = join(import.meta.dirname, '..')

async function formatted({ path, text }: Generated): Promise<string> {
  const file = join(root, path)
  return format(text, { ...(await resolveConfig(file)), filepath: file })
}

/** The first line that differs, for people who wonder what is stale. */
function difference(before: string, after: string): string {
  const [old, now] = [before.split('\n'), after.split('\n')]
  const line = now.findIndex((text, i) => text !== old[i])
  const at = line < 0 ? now.length : line
  return `line ${at + 1}\n    is:        ${old[at] ?? '(nothing)'}\n    should be: ${now[at] ?? '(nothing)'}`
}

async function main(check: boolean): Promise<number> {
  let stale = 0
  for (const generate of GENERATORS) {
    for (const file of [await generate()].flat()) {
      const after = await formatted(file)
      const before = await readFile(join(root, file.path), 'utf8').catch(() => undefined)
      if (before === after) continue
      stale++
      if (check) {
        console.error(`${file.path} is stale: ${before === undefined ? 'it is not there' : difference(before, after)}`)
      } else {
        await mkdir(dirname(join(root, file.path)), { recursive: true })
        await writeFile(join(root, file.path), after)
        console.log(`wrote ${file.path}`)
      }
    }
  }
  if (check && stale > 0)
    console.error(`\n${stale} derived file(s) are stale: run "npm run gen" and commit what it writes`)
  return check && stale > 0 ? 1 : 0
}

process.exitCode = await main(process.argv.includes('--check'))
