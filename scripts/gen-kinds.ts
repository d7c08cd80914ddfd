import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { AnyHostKind } from '../src/contract/host.ts'
import type { Kind } from '../src/contract/kind.ts'
import type { Generated } from './gen.ts'

const KINDS = 'src/faults/kinds'

/** Kinds that act on traffic, and those that act on the machine: the two are attached in different ways. */
const INDICES = [
  {
    path: 'src/faults/kinds.gen.ts',
    list: 'KINDS',
    type: 'Kind',
    from: 'kind',
    layers: ['connection', 'exchange', 'stream'],
  },
  { path: 'src/faults/host-kinds.gen.ts', list: 'HOST_KINDS', type: 'AnyHostKind', from: 'host', layers: ['host'] },
]

/** The listings of the folder, so that the import graph stays visible. */
export const kindsIndices = (): Promise<readonly Generated[]> => Promise.all(INDICES.map(index))

async function index({ path, list, type, from, layers }: (typeof INDICES)[number]): Promise<Generated> {
  const names: { layer: string; kind: string }[] = []
  for (const layer of layers) {
    const files = (await readdir(join(import.meta.dirname, '..', KINDS, layer))).filter((file) => file.endsWith('.ts'))
    for (const file of files.sort()) names.push({ layer, kind: await kindOf(layer, file) })
  }
  const text = [
    '// Made by "npm run gen" from src/faults/kinds. Do not edit.',
    `import type { ${type} } from '../contract/${from}.ts'`,
    ...names.map(({ layer, kind }) => `import ${identifier(kind)} from './kinds/${layer}/${kind}.ts'`),
    '',
    `export const ${list}: readonly ${type}[] = [${names.map(({ kind }) => identifier(kind)).join(', ')}]`,
    '',
  ]
  return { path, text: text.join('\n') }
}

async function kindOf(layer: string, file: string): Promise<string> {
  const path = join(KINDS, layer, file)
  const { default: kind } = (await import(join(import.meta.dirname, '..', path))) as { default?: Kind | AnyHostKind }
  const name = file.slice(0, -'.ts'.length)
  if (kind?.kind !== name)
    throw new Error(`${path} must export a kind called ${name} by default, and exports ${String(kind?.kind)}`)
  if (kind.layer !== layer) throw new Error(`${path} is a ${kind.layer} kind: move it to ${KINDS}/${kind.layer}`)
  return name
}

/** `slow_close` as TypeScript writes it, and never a reserved word. */
const identifier = (kind: string): string => kind.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
