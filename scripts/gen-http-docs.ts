import { readFile } from 'node:fs/promises'
import { stringify } from 'yaml'
import { catalogue } from '../src/faults/catalogue.ts'
import type { Generated } from './gen.ts'

const BEGIN = '<!-- examples of exchange kinds: npm run gen -->'
const END = '<!-- end of examples -->'

/** The examples in docs/http.md, out of the kinds themselves; the rest of the page stays. A test runs each. */
export async function httpDocs(): Promise<Generated> {
  const path = 'docs/http.md'
  const page = await readFile(new URL(`../${path}`, import.meta.url), 'utf8')
  const [before, rest] = page.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`${path} lacks its marks for the examples`)
  const kinds = catalogue.list().filter(({ layer }) => layer === 'exchange')
  const sections = kinds.map(({ kind, summary, examples }) => {
    const faults = examples.map(({ title, attributes }) => {
      const fault = stringify({ kind, attributes }, { collectionStyle: 'flow', lineWidth: 0 })
      return `# ${title}\n- ${fault.trimEnd()}\n`
    })
    return `### ${kind}\n\n${summary} [All it takes](kinds.md#${kind}).\n\n\`\`\`yaml\n${faults.join('').trimEnd()}\n\`\`\``
  })
  return { path, text: `${before}${BEGIN}\n\n${sections.join('\n\n')}\n\n${END}${after}` }
}
