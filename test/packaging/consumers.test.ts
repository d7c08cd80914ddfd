import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publint } from 'publint'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run, succeed, useBuiltCheckout } from './checkout.ts'
import { SOURCES } from './consumer-sources.ts'

/** What users have beside the package. */
const TOOLS = ['typescript@5.9', '@types/node@20', 'jest@30', 'vitest@4', 'esbuild', '@arethetypeswrong/cli@0.18']

const ROOT_COMPILER = join(import.meta.dirname, '..', '..', 'node_modules', 'typescript', 'bin', 'tsc')

/** A project of its own, with what `npm pack` made of the package. Installed once: it takes half a minute. */
let home = ''
let user = ''
let tarball = ''

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'faultline-consumer-'))
  user = join(home, 'user')
  mkdirSync(user)
  const checkout = useBuiltCheckout(home)
  const packed = succeed(checkout, 'npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', home)
  tarball = join(home, packed.out.trim())
  writeFileSync(join(user, 'package.json'), '{"private":true}')
  succeed(user, 'npm', 'install', '--no-audit', '--no-fund', tarball, ...TOOLS)
  for (const [name, text] of Object.entries(SOURCES)) writeFileSync(join(user, name), `${text.trim()}\n`)
})

afterAll(() => rmSync(home, { recursive: true, force: true }))

const node = (...args: readonly string[]) => succeed(user, process.execPath, '--throw-deprecation', ...args)
const bundle = (...args: readonly string[]) =>
  succeed(user, join(user, 'node_modules', '.bin', 'esbuild'), '--bundle', ...args)

describe('the packed package', () => {
  test.each(['esm.mjs', 'commonjs.cjs'])('runs in %s', (file) => {
    const { out, err } = node(file)
    expect([out.trim(), err]).toEqual(['true function', ''])
  })

  const compile = (compiler: string, module: string, resolution: string, files: readonly string[], out: string) => {
    const kind = ['--module', module, '--moduleResolution', resolution, '--target', 'es2022', '--types', 'node']
    const strict = ['--strict', '--exactOptionalPropertyTypes', '--lib', 'es2023,esnext.disposable']
    return run(user, process.execPath, compiler, ...kind, ...strict, '--outDir', out, ...files)
  }

  test.each([
    ['node16', 'node16', '5.9'],
    ['nodenext', 'nodenext', '5.9'],
    ['esnext', 'bundler', '5.9'],
    ['nodenext', 'nodenext', 'of this repository'],
  ] as const)('compiles and runs as %s with moduleResolution %s, by TypeScript %s', (module, resolution, version) => {
    const compiler = version === '5.9' ? join('node_modules', 'typescript', 'bin', 'tsc') : ROOT_COMPILER
    const out = `out-${module}-${resolution}-${version.length}`
    const files = {
      esnext: ['typed.ts'],
      // vitest's own types for CommonJS do not compile there.
      node16: ['typed.ts', 'typed-commonjs.cts'],
      nodenext: ['typed.ts', 'typed-commonjs.cts', 'vitest-commonjs.cts'],
    }[module]
    writeFileSync(
      join(user, 'package.json'),
      readFileSync(join(user, 'package.json'), 'utf8').replace(/^\{(?!"type")/, '{"type":"module",'),
    )
    const compiled = compile(compiler, module, resolution, files, out)
    expect(compiled, compiled.out).toMatchObject({ code: 0 })
    const script = join(out, 'typed.js')
    writeFileSync(join(user, out, 'package.json'), '{"type":"module"}')
    if (module === 'esnext') {
      // A bundler puts our own together and leaves what Node and the package bring.
      bundle(script, '--platform=node', '--format=esm', '--packages=external', '--outfile=bundled.mjs')
      expect(node('bundled.mjs').out).toBe('true\n')
      return
    }
    expect(node(script).out).toBe('true\n')
    expect(node(join(out, 'typed-commonjs.cjs')).out).toBe('function latency function\n')
  })

  test('brings only what is imported: one maker is a few hundred bytes', () => {
    bundle('small.mjs', '--minify', '--format=esm', '--outfile=small.js')
    const text = readFileSync(join(user, 'small.js'), 'utf8')
    expect(node('small.js').out).toBe('{"kind":"latency","attributes":{"latency":5}}\n')
    expect(text.length).toBeLessThan(500)
    expect(text).not.toContain('fetch')
  })

  test.each([
    ['CommonJS', 'commonjs.test.js', ''],
    ['ESM', 'esm.test.mjs', '--experimental-vm-modules'],
  ])('works in jest, by %s', (_, file, flag) => {
    const { code, err } = run(
      user,
      process.execPath,
      ...[flag, 'node_modules/jest/bin/jest.js', '--config', 'jest.config.json', file].filter((word) => word !== ''),
    )
    expect(code, err).toBe(1)
    expect(err).toMatch(/✓ green: has a scope/)
    expect(err).toMatch(/✕ red: a fault that nobody met/)
    expect(err).toContain('a fault of this test never acted: latency_downstream on proxy db.')
  })

  test('works in vitest', () => {
    const { out } = run(user, process.execPath, 'node_modules/vitest/vitest.mjs', 'run')
    expect(out).toMatch(/^ok 1 - .*green: has a scope/m)
    expect(out).toMatch(/^not ok 2 - .*red: a fault that nobody met/m)
    expect(out).toContain('a fault of this test never acted: latency_downstream on proxy db.')
  })

  test.each(['node-test.cjs', 'node-test.mjs'])('works in %s of node:test', (file) => {
    const { code, out } = run(user, process.execPath, '--test', '--test-reporter', 'tap', file)
    expect(code, out).toBe(1)
    expect(out).toMatch(/^ok 1 - green: has a scope/m)
    expect(out).toMatch(/^not ok 2 - red: a fault that nobody met/m)
    expect(out).toContain('a fault of this test never acted: latency_downstream on proxy db.')
  })

  test('names nothing in its package.json that is not there', async () => {
    const { messages } = await publint({ pkgDir: join(user, 'node_modules', 'faultline'), strict: true })
    expect(messages).toEqual([])
  })

  test('has the right types for every way of loading it', () => {
    const { out } = run(
      user,
      process.execPath,
      join('node_modules', '.bin', 'attw'),
      tarball,
      '--profile',
      'node16',
      '--format',
      'json',
    )
    const { analysis } = JSON.parse(out) as {
      analysis: { problems: { kind: string; entrypoint: string; resolutionKind: string }[] }
    }
    const wrong = analysis.problems
      .filter(({ resolutionKind }) => resolutionKind !== 'node10')
      .map(({ kind, entrypoint }) => `${kind} ${entrypoint}`)
    expect(wrong).toEqual([])
  })
})
