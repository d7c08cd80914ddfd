import { spawnSync } from 'node:child_process'
import { cpSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * What a user of faultline installs, held to its budget: measured on a real production install, not on the lock file,
 * since only the disk knows the size. Needs the package registry.
 */
const BUDGET = { packages: 100, megabytes: 35 }
const LICENCES = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0'])
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall']

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string | { readonly type?: string }
  readonly scripts?: Readonly<Record<string, string>>
}

interface Installed {
  readonly name: string
  readonly licence: string
  readonly scripts: readonly string[]
}

/** Every package below a node_modules folder, nested ones too. */
function* installed(modules: string): Generator<Installed> {
  for (const entry of readdirSync(modules)) {
    if (entry.startsWith('.')) continue
    const folders = entry.startsWith('@') ? readdirSync(join(modules, entry)).map((name) => join(entry, name)) : [entry]
    for (const folder of folders) {
      const files = readdirSync(join(modules, folder))
      const manifest = JSON.parse(readFileSync(join(modules, folder, 'package.json'), 'utf8')) as Manifest
      const { license } = manifest
      yield {
        name: `${manifest.name}@${manifest.version}`,
        licence: (typeof license === 'string' ? license : license?.type) ?? 'none given',
        // npm itself runs node-gyp where a binding.gyp lies, script or not.
        scripts: [
          ...INSTALL_SCRIPTS.filter((script) => manifest.scripts?.[script] !== undefined),
          ...(files.includes('binding.gyp') ? ['binding.gyp'] : []),
        ],
      }
      if (files.includes('node_modules')) yield* installed(join(modules, folder, 'node_modules'))
    }
  }
}

/** Disk blocks, as `du` counts them. */
function bytesOnDisk(path: string): number {
  const status = lstatSync(path)
  const inside = status.isDirectory() ? readdirSync(path).map((name) => bytesOnDisk(join(path, name))) : []
  return inside.reduce((sum, size) => sum + size, status.blocks * 512)
}

/** "MIT OR Apache-2.0" is fine when one of them is; "MIT AND GPL-3.0" when both are. */
function isAllowed(licence: string): boolean {
  const bare = licence.replaceAll(/[()]/g, '')
  if (bare.includes(' OR ')) return bare.split(' OR ').some(isAllowed)
  return bare.split(' AND ').every((part) => LICENCES.has(part.trim()))
}

const folder = mkdtempSync(join(tmpdir(), 'faultline-deps-'))
try {
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) cpSync(file, join(folder, file))
  const npm = spawnSync('npm', ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (npm.status !== 0) throw new Error(`npm ci --omit=dev failed:\n${npm.stderr}`)

  const modules = join(folder, 'node_modules')
  const packages = [...installed(modules)]
  const megabytes = bytesOnDisk(modules) / 1024 ** 2
  const problems = [
    ...(packages.length > BUDGET.packages ? [`${packages.length} packages, ${BUDGET.packages} are allowed`] : []),
    ...(megabytes > BUDGET.megabytes ? [`${megabytes.toFixed(1)} MB, ${BUDGET.megabytes} are allowed`] : []),
    ...packages.flatMap(({ name, scripts }) => scripts.map((script) => `${name} runs ${script} when installed`)),
    ...packages.filter(({ licence }) => !isAllowed(licence)).map(({ name, licence }) => `${name}: licence ${licence}`),
  ]
  const counts = new Map<string, number>()
  for (const { licence } of packages) counts.set(licence, (counts.get(licence) ?? 0) + 1)
  const licences = [...counts].map(([licence, count]) => `${licence} ${count}`).join(', ')
  console.log(`production install: ${packages.length} packages, ${megabytes.toFixed(1)} MB; ${licences}`)
  for (const problem of problems) console.error(`over budget: ${problem}`)
  process.exitCode = problems.length === 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
