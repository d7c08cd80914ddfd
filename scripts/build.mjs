// Plain JavaScript: it also runs where nothing but Node and TypeScript is installed (npm's prepare step).
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Where the compiler is, or undefined when only production dependencies are installed. */
export function findCompiler() {
  try {
    const manifest = createRequire(import.meta.url).resolve('typescript/package.json')
    return join(dirname(manifest), 'bin', 'tsc')
  } catch {
    return undefined
  }
}

/**
 * Compiles src to dist and copies what is not TypeScript. The new dist takes the old one's place only when it is
 * whole, so a failing build leaves a runnable one behind, and no deleted file lives on.
 * @returns whether it succeeded; the compiler has said why not
 */
export function build(compiler) {
  const fresh = join(root, `dist.${process.pid}`)
  try {
    // What test code imports is there as CommonJS too; the daemon is not.
    if (!compile(compiler, 'tsconfig.build.json', fresh)) return false
    if (!compile(compiler, 'tsconfig.cjs.json', join(fresh, 'cjs'))) return false
    writeFileSync(join(fresh, 'cjs', 'package.json'), '{ "type": "commonjs" }\n')
    cpSync(join(root, 'src'), fresh, { recursive: true, filter: (path) => !path.endsWith('.ts') })
    const bin = join(fresh, 'cli', 'bin.js')
    if (existsSync(bin)) chmodSync(bin, 0o755)
    rmSync(join(root, 'dist'), { recursive: true, force: true })
    renameSync(fresh, join(root, 'dist'))
    return true
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

function compile(compiler, project, outDir) {
  const args = [compiler, '-p', join(root, project), '--outDir', outDir]
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status === 0
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const compiler = findCompiler()
  if (compiler === undefined) {
    console.error('faultline: cannot build, TypeScript is not installed. Run `npm ci` (with dev dependencies) first.')
    process.exit(1)
  }
  process.exit(build(compiler) ? 0 : 1)
}
