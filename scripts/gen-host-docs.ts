import { readFile } from 'node:fs/promises'
import type { JsonSchema } from '../src/contract/attributes.ts'
import type { AnyHostKind } from '../src/contract/host.ts'
import { hostCatalogue } from '../src/faults/host-catalogue.ts'
import { attributes, paragraphs, table } from './gen-kinds-docs.ts'
import type { Generated } from './gen.ts'

const BEGIN = '<!-- host kinds: npm run gen -->'
const END = '<!-- end of host kinds -->'

/** The kinds in docs/host-faults.md, out of the kinds themselves; the rest of the page stays. */
export async function hostDocs(): Promise<Generated> {
  const path = 'docs/host-faults.md'
  const page = await readFile(new URL(`../${path}`, import.meta.url), 'utf8')
  const [before, rest] = page.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`${path} lacks its marks for the kinds`)
  const kinds = hostCatalogue.list()
  const overview = table(
    ['kind', 'does', 'reach'],
    kinds.map(({ kind, summary, reaches }) => [
      `[\`${kind}\`](#${kind})`,
      summary,
      reaches.map((reach) => `\`${reach}\``).join(' or '),
    ]),
  )
  return { path, text: `${before}${BEGIN}\n\n${overview}\n${kinds.map(section).join('\n')}\n${END}${after}` }
}

function section(kind: AnyHostKind): string {
  return [
    `### ${kind.kind}\n`,
    `${kind.summary}\n`,
    ...(kind.notes === undefined ? [] : [`${paragraphs(kind.notes)}\n`]),
    attributes(kind.attributes.properties as Readonly<Record<string, JsonSchema>>),
    ...kind.examples.map(
      ({ title, attributes: given }) => `- ${title}: \`${JSON.stringify({ kind: kind.kind, attributes: given })}\``,
    ),
    '',
    `Given back: ${kind.undo}\n`,
  ].join('\n')
}
