import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Kind } from '../src/contract/kind.ts'
import type { Generated } from './gen.ts'

const KINDS = 'src/faults/kinds'
const LAYERS = ['connection', 'exchange', 'stream']

/** src/faults/kinds.gen.ts: the listing of the folder, so that the import graph stays visible. */
export async function kindsIndex(): Promise<Generated> {
  const names: { layer: string; kind: string }[] = []
  for (const layer of LAYERS) {
    const files = (await readdir(join(import.meta.dirname, '..', KINDS, layer))).filter((file) => file.endsWith('.ts'))
    for (const file of files.sort()) names.push({ layer, kind: await kindOf(layer, file) })
  }
  const text = [
    '// Made by "npm run gen" from src/faults/kinds. Do not edit.',
    "import type { Kind } from '../contract/kind.ts'",
    ...names.map(({ layer, kind }) => `import ${identifier(kind)} from './kinds/${layer}/${kind}.ts'`),
    '',
    `export const KINDS: readonly Kind[] = [${names.map(({ kind }) => identifier(kind)).join(', ')}]`,
    '',
  ]
  return { path: 'src/faults/kinds.gen.ts', text: text.join('\n') }
}

async function kindOf(layer: string, file: string): Promise<string> {
  const path = join(KINDS, layer, file)
  const { default: kind } = (await import(join(import.meta.dirname, '..', path))) as { default?: Kind }
  const name = file.slice(0, -'.ts'.length)
  if (kind?.kind !== name)
    throw new Error(`${path} must export a kind called ${name} by default, and exports ${String(kind?.kind)}`)
  if (kind.layer !== layer) throw new Error(`${path} is a ${kind.layer} kind: move it to ${KINDS}/${kind.layer}`)
  return name
}

/** `slow_close` as TypeScript writes it, and never a reserved word. */
const identifier = (kind: string): string => kind.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
