import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { publint } from 'publint'
import { expect, test } from 'vitest'
import { run, succeed, useBuiltCheckout, useCheckout, useFolder, VERSION } from './checkout.ts'

const says = (folder: string): string => succeed(folder, process.execPath, 'dist/cli/bin.js', '--version').out.trim()

test('npm ci leaves a runnable build, and production dependencies alone run it', async () => {
  const full = useCheckout()
  succeed(full, 'npm', 'ci')
  expect(says(full)).toBe(VERSION)
  expect((await publint({ pkgDir: full, strict: true })).messages).toEqual([])

  const production = useCheckout()
  cpSync(join(full, 'dist'), join(production, 'dist'), { recursive: true })
  succeed(production, 'npm', 'ci', '--omit=dev', '--ignore-scripts')
  expect(existsSync(join(production, 'node_modules', 'typescript'))).toBe(false)
  expect(says(production)).toBe(VERSION)

  // With scripts, prepare finds the build that is there.
  rmSync(join(production, 'node_modules'), { recursive: true })
  succeed(production, 'npm', 'ci', '--omit=dev')
  expect(says(production)).toBe(VERSION)

  rmSync(join(production, 'dist'), { recursive: true })
  const without = run(production, 'npm', 'ci', '--omit=dev')
  expect(without.code).not.toBe(0)
  expect(without.err).toContain('there is no build in dist, and TypeScript is not installed to make one')

  const home = useFolder()
  const [tarball = ''] = succeed(full, 'npm', 'pack', '--silent', '--pack-destination', home).out.trim().split('\n')
  const user = join(home, 'user')
  mkdirSync(user)
  writeFileSync(join(user, 'package.json'), '{"private":true}')
  succeed(user, 'npm', 'install', join(home, tarball))
  expect(succeed(user, 'npx', 'faultline', '--version').out.trim()).toBe(VERSION)

  const packed = readdirSync(join(user, 'node_modules', 'faultline')).sort()
  expect(packed).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'chaos-profiles',
    'config',
    'dist',
    'docs',
    'package.json',
  ])
  expect(succeed(user, 'npx', 'faultline', 'demo').out).not.toBe('')
})

test('a build that fails says so and leaves the one before it', () => {
  const folder = useBuiltCheckout()
  writeFileSync(join(folder, 'src', 'kernel', 'broken.ts'), "export const broken: number = 'not a number'\n")
  const built = run(folder, 'node', 'scripts/prepare.mjs')
  expect(built.code).toBe(1)
  expect(built.err).toContain('the build failed')
  expect(built.out).toContain('src/kernel/broken.ts')
  expect(says(folder)).toBe(VERSION)
})
