import { readFile } from 'node:fs/promises'
import { stringify } from 'yaml'
import type { JsonSchema } from '../src/contract/attributes.ts'
import { EXITS } from '../src/cli/misuse.ts'
import { CHECK_KINDS } from '../src/experiment/checks/check-kinds.ts'
import type { AnyCheckKind } from '../src/experiment/checks/check-kind.ts'
import { defaultText, typeText, valueText } from '../src/daemon/setting-text.ts'
import type { Generated } from './gen.ts'

const PATH = 'docs/checks.md'

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
const table = (rows: readonly (readonly string[])[]): string =>
  rows
    .flatMap((row, i) => [`| ${row.map(cell).join(' | ')} |`, ...(i === 0 ? [`|${' --- |'.repeat(row.length)}`] : [])])
    .join('\n')

/** The kinds of check and the exit codes in docs/checks.md; the rest of the page stays. */
export async function checksDocs(): Promise<Generated> {
  let text = await readFile(new URL(`../${PATH}`, import.meta.url), 'utf8')
  text = between(text, 'kinds of check', CHECK_KINDS.map(section).join('\n\n'))
  text = between(
    text,
    'exit codes',
    table([['exit code', 'means'], ...Object.values(EXITS).map(({ code, means }) => [String(code), means])]),
  )
  return { path: PATH, text }
}

function between(text: string, what: string, made: string): string {
  const [begin, end] = [`<!-- ${what}: npm run gen -->`, `<!-- end of ${what} -->`]
  const [before, rest] = text.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error(`${PATH} lacks its marks for the ${what}`)
  return `${before}${begin}\n\n${made}\n\n${end}${after}`
}

function section(kind: AnyCheckKind): string {
  const example = stringify(
    { name: 'example', [kind.kind]: kind.example },
    { collectionStyle: 'flow', lineWidth: 0 },
  ).trimEnd()
  const fields = Object.entries<JsonSchema>(kind.attributes.properties).map(([name, schema]) => [
    `\`${name}\``,
    schema['type'] === 'object' ? 'map' : typeText(schema),
    schema['default'] === undefined || typeof schema['default'] === 'object' ? '' : `\`${defaultText(schema) ?? ''}\``,
    String(schema['description']),
  ])
  const measures = Object.entries(kind.measures).map(([name, { is, says }]) => [`\`${name}\``, MEASURED[is], says])
  if (kind.parts?.includes('json') === true)
    measures.push([
      '`json <path>`',
      'JSON',
      'what stands at a path of the body: `/items/0/price` or `items[0].price`; `*` is every member, and all must hold',
    ])
  if (kind.parts?.includes('header') === true) measures.push(['`header <name>`', 'text', 'a field of the answer'])
  const every = valueText({ 'x-unit': 'ms' }, kind.every)
  const expected =
    kind.expect === undefined ? 'What is expected must be said.' : `Expected unless told otherwise: \`${kind.expect}\`.`
  return [
    `### ${kind.kind}`,
    `${kind.summary}${kind.onlyStops === true ? ' For stop conditions only.' : ''} Looked at every ${every} unless told otherwise. ${expected}`,
    `\`\`\`yaml\n- ${example}\n\`\`\``,
    table([['field', 'takes', 'default', 'what it is'], ...fields]),
    table([['measure', 'is', 'what it measures'], ...measures]),
  ].join('\n\n')
}

const MEASURED = {
  number: 'number',
  ms: 'time',
  share: 'share',
  text: 'text',
  truth: 'true or false',
  json: 'JSON',
} as const
