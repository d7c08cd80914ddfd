import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
let built: string | undefined

/**
 * The package as it is shipped: compiled once in each test process, since a start through a loader takes seconds.
 * It stands where it finds packages, its version and its profiles as the real one does.
 * @returns its folder
 */
export function builtPackage(): string {
  if (built !== undefined) return built
  const cache = join(root, 'node_modules', '.cache')
  mkdirSync(cache, { recursive: true })
  const home = mkdtempSync(join(cache, 'faultline-test-'))
  process.once('exit', () => rmSync(home, { recursive: true, force: true }))
  copyFileSync(join(root, 'package.json'), join(home, 'package.json'))
  symlinkSync(join(root, 'chaos-profiles'), join(home, 'chaos-profiles'))
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const project = ['-p', join(root, 'tsconfig.build.json'), '--noCheck', '--declaration', 'false']
  const args = [compiler, ...project, '--outDir', join(home, 'dist')]
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the program does not compile:\n${stdout}`)
  built = home
  return home
}
