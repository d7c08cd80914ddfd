import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { scan, type Scan } from './scan.ts'

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const NOT_OURS = new Set(['node_modules', '.git', 'coverage', 'reports'])

export interface SourceFile extends Scan {
  /** From the project's top, with forward slashes. */
  readonly path: string
  readonly text: string
}

/** Every file of the project but what is installed, built or written by a run. */
export function allFiles(folder = ''): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name)
    if (NOT_OURS.has(entry.name) || entry.name.startsWith('dist')) return []
    return entry.isDirectory() ? allFiles(path) : entry.isFile() ? [path] : []
  })
}

export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

let sources: readonly SourceFile[] | undefined

/** The TypeScript of the given folders, scanned once. */
export function sourceFiles(...folders: readonly string[]): readonly SourceFile[] {
  sources ??= allFiles()
    // The document of the API is data in the shape of a module, as long as all the code together.
    .filter((path) => path.endsWith('.ts') && path !== 'src/control/openapi.gen.ts')
    .map((path) => {
      const text = read(path)
      return { path, text, ...scan(text) }
    })
  return sources.filter(({ path }) => folders.some((folder) => path.startsWith(`${folder}/`)))
}

/** Where a relative import leads, from the project's top. */
export const resolve = (from: string, specifier: string): string => posix.join(posix.dirname(from), specifier)

/** The name of the package (or `node:...` module) a specifier belongs to; undefined for a relative one. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('/')) return undefined
  if (specifier.startsWith('node:')) return specifier
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}
