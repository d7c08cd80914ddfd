import type { JsonSchema } from '../src/contract/attributes.ts'
import type { Kind } from '../src/contract/kind.ts'
import { catalogue } from '../src/faults/catalogue.ts'
import { SETTINGS } from '../src/faults/fault-schema.ts'
import type { Generated } from './gen.ts'

const INTRODUCTION = `# Kinds of fault

A fault is a kind, attached to a proxy with attributes. This page is made from the kinds themselves (\`npm run gen\`);
\`GET /v1/kinds\` and \`faultline kinds\` say the same about the daemon at hand.

- Stream kinds act on the bytes of one direction: \`stream: downstream\` (server to client, the default) or \`upstream\`.
  Connection kinds act on whole connections and take no stream. Exchange kinds act on single HTTP requests and their answers,
  on proxies with \`protocol: http\` only.
- A quantity is a whole number in the unit that its row names, or a text with a unit of its own: \`"250ms"\`, \`"1.5s"\`, \`"2m"\`,
  \`"64KiB"\`, \`"1MB"\`. Toxiproxy's API takes whole numbers only.
- *Bytes* is a promise: \`kept\` bytes all arrive, in order and unchanged, if late; \`changed\` arrive in the same number;
  \`lost\` may not arrive.
- *Fidelity* says how near a kind comes to the real thing: \`exact\`, \`emulated\` (the notes say in what it differs) or \`unsupported\`.
- Kinds that act on the machine itself, not on traffic, have [a page of their own](host-faults.md).
- A fault that is removed lets go of what it held, at once and in order. Kinds that lose bytes close the connections on which they lost some.
`

const LAYERS = ['stream', 'connection', 'exchange'] as const

/** docs/kinds.md: all that there is to say about a kind stands in its file. */
export function kindsDocs(): Generated {
  const kinds = catalogue.list()
  const text = [
    INTRODUCTION,
    ...LAYERS.flatMap((layer) => [
      `## ${layer[0]?.toUpperCase()}${layer.slice(1)} kinds\n`,
      table(
        ['kind', 'does', ...(layer === 'stream' ? ['bytes'] : []), 'fidelity'],
        kinds
          .filter((kind) => kind.layer === layer)
          .map((kind) => [
            `[\`${kind.kind}\`](#${kind.kind})`,
            kind.summary,
            ...(kind.layer === 'stream' ? [kind.bytes] : []),
            fidelity(kind),
          ]),
      ),
    ]),
    '## What every fault takes besides\n',
    attributes(SETTINGS),
    ...LAYERS.flatMap((layer) => kinds.filter((kind) => kind.layer === layer).map(section)),
  ]
  return { path: 'docs/kinds.md', text: text.join('\n') }
}

function section(kind: Kind): string {
  const properties = kind.attributes.properties as Readonly<Record<string, JsonSchema>>
  return [
    `## ${kind.kind}\n`,
    `${kind.summary}\n`,
    ...(kind.notes === undefined ? [] : [`${paragraphs(kind.notes)}\n`]),
    Object.keys(properties).length === 0 ? 'It has no attributes.\n' : attributes(properties),
    ...kind.examples.map(
      ({ title, attributes: given }) => `- ${title}: \`${JSON.stringify({ kind: kind.kind, attributes: given })}\``,
    ),
    '',
    `Fidelity: ${fidelity(kind)}.${kind.layer === 'stream' ? ` Bytes: ${kind.bytes}.` : ''}\n`,
  ].join('\n')
}

/** Each line of the notes is a paragraph, but tables and formulas stay as they are. */
export const paragraphs = (notes: string): string => notes.replace(/(?<![|\n])\n(?![|\n ])/g, '\n\n')

export function attributes(properties: Readonly<Record<string, JsonSchema>>): string {
  const rows = Object.entries(properties).flatMap(([name, schema]) => [row(name, schema), ...inner(name, schema)])
  return table(['attribute', 'takes', 'default', 'meaning'], rows)
}

function inner(name: string, schema: JsonSchema): string[][] {
  const items = (schema['items'] as JsonSchema | undefined)?.['properties'] as
    Readonly<Record<string, JsonSchema>> | undefined
  const own = schema['properties'] as Readonly<Record<string, JsonSchema>> | undefined
  return Object.entries(items ?? own ?? {}).map(([key, property]) =>
    row(`${name}${items === undefined ? '' : '[]'}.${key}`, property),
  )
}

function row(name: string, schema: JsonSchema): string[] {
  const standard = schema['default'] as unknown
  return [
    `\`${name}\``,
    takes(schema),
    standard === undefined ? '' : `\`${typeof standard === 'string' ? standard : JSON.stringify(standard)}\``,
    String(schema['description'] ?? ''),
  ]
}

const UNITS: Readonly<Record<string, string>> = { ms: 'milliseconds', us: 'microseconds', bytes: 'bytes' }

function takes(schema: JsonSchema): string {
  const values = schema['enum'] as readonly string[] | undefined
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(' or ')
  const unit = UNITS[String(schema['x-unit'])]
  const [low, high] = [schema['minimum'] as number | undefined, schema['maximum'] as number | undefined]
  const range =
    low === undefined || high === undefined
      ? ''
      : high === Number.MAX_SAFE_INTEGER
        ? `, ${low} or more`
        : `, ${plain(low)} to ${plain(high)}`
  if (unit !== undefined) return `${unit}${range}`
  if (schema['type'] === 'array') return `a list of ${String(schema['minItems'])} to ${String(schema['maxItems'])}`
  if (schema['type'] === 'boolean') return '`true` or `false`'
  if (schema['type'] === 'object') return 'an object'
  return `${schema['type'] === 'integer' ? 'a whole number' : schema['type'] === 'number' ? 'a number' : 'a text'}${range}`
}

const plain = (value: number): string => value.toLocaleString('en')

const fidelity = ({ fidelity: said }: Kind): string =>
  typeof said === 'string'
    ? said
    : Object.entries(said)
        .map(([platform, word]) => `${word} on ${platform}`)
        .join(', ')
        .replace('on other', 'elsewhere')

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n')
}
