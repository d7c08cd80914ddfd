// npm runs this after `npm ci` and before `npm pack`. Afterwards `faultline` can be run, or the install has failed.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, findCompiler } from './build.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const compiler = findCompiler()

if (compiler === undefined) {
  if (!existsSync(join(root, 'dist', 'cli', 'bin.js'))) {
    console.error(
      'faultline: there is no build in dist, and TypeScript is not installed to make one.\n' +
        'Run `npm ci` with dev dependencies once (it builds), or copy a built dist here and use `--ignore-scripts`.',
    )
    process.exit(1)
  }
} else if (!build(compiler)) {
  console.error('faultline: the build failed; see the errors of the compiler above.')
  process.exit(1)
}
