#!/usr/bin/env node
import module from 'node:module'

// From Node 22.1 on; parsed code is kept between starts.
const { enableCompileCache } = module as { enableCompileCache?: () => void }
enableCompileCache?.()

const args = process.argv.slice(2)
// `serve` has its own small parser, so that a daemon does not load the rest of the command line.
if (args[0] === 'serve') {
  const { growHeapFreely, inlineFreely } = await import('../daemon/v8-settings.ts')
  growHeapFreely(process.version)
  inlineFreely()
  const { serve } = await import('./serve.ts')
  process.exitCode = await serve(args.slice(1))
} else {
  const { runCli } = await import('./program.ts')
  process.exitCode = await runCli(args)
}
