import type { JsonSchema } from '../src/contract/attributes.ts'
import { defaultText, typeText, valueText } from '../src/daemon/setting-text.ts'
import { SETTINGS, SETTING_LIST, isGroup, settingsIn } from '../src/daemon/settings.ts'
import { PROXIES } from '../src/daemon/apply-proxies.ts'
import type { Generated } from './gen.ts'

const FROM = 'Made from src/daemon/settings.ts by `npm run gen`; do not edit.'

/** Everything that is derived from the one definition of the settings. */
export const settingsFiles = (): readonly Generated[] => [defaultYaml(), configSchema(), configDocs()]

function defaultYaml(): Generated {
  const head = [
    '# yaml-language-server: $schema=./schema/config.schema.json',
    '# Every setting of faultline at its default: loading this file changes nothing. Settings without a fixed default are',
    '# commented out. Copy what you need. Durations are whole milliseconds or texts such as 250ms, 1.5s, 2m; sizes are',
    `# bytes or texts such as 64KiB, 1MB. ${FROM}`,
  ]
  const tail = [
    '',
    '# Proxies and their faults, by name. For example:',
    '#   db:',
    '#     listen: 127.0.0.1:15432',
    '#     upstream: 127.0.0.1:5432',
    '#     faults:',
    '#       - { kind: latency, attributes: { latency: 200ms, jitter: 50ms }, toxicity: 0.5 }',
    'proxies: {}',
  ]
  return { path: 'config/default.yaml', text: [...head, ...yamlOf(SETTINGS, ''), ...tail, ''].join('\n') }
}

function yamlOf(group: JsonSchema, indent: string): string[] {
  return settingsIn(group).flatMap(([name, schema]) => {
    const comment = wrapped(String(schema['description']), `${indent}# `)
    if (isGroup(schema)) return ['', ...comment, `${indent}${name}:`, ...yamlOf(schema, `${indent}  `)]
    const value = schema['default']
    const line =
      value === undefined ? `# ${name}: ${defaultText(schema) ?? ''}`.trimEnd() : `${name}: ${valueText(schema, value)}`
    return [...(indent === '' ? [''] : []), ...comment, indent + line]
  })
}

function wrapped(text: string, lead: string): string[] {
  const lines = [lead]
  for (const word of text.split(' ')) {
    const last = lines.length - 1
    const longer = `${lines[last] ?? ''}${lines[last] === lead ? '' : ' '}${word}`
    if (longer.length <= 116) lines[last] = longer
    else lines.push(lead + word)
  }
  return lines
}

function configSchema(): Generated {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'A config file of faultline',
    description: FROM,
    ...SETTINGS,
    properties: {
      $schema: { type: 'string', description: 'Where this schema is, for editors.' },
      ...SETTINGS.properties,
      proxies: { ...PROXIES, description: 'Proxies and their faults, by name.' },
    },
    required: [],
  }
  // A group of settings may be left out, and so may what it holds.
  const text = JSON.stringify(schema, (key, value: unknown) =>
    key === 'required' && isSettingNames(value) ? undefined : value,
  )
  return { path: 'config/schema/config.schema.json', text }
}

const isSettingNames = (value: unknown): boolean => Array.isArray(value) && value.length === 0

function configDocs(): Generated {
  const rows = SETTING_LIST.map(({ path, env, flag, schema }) => [
    `\`${path}\``,
    code(typeText(schema)),
    code(defaultText(schema) ?? ''),
    `${String(schema['description'])} \`--${flag}\` \`${env}\``,
  ])
  const table = [['setting', 'takes', 'default', 'what it does, its flag and variable'], ['-', '-', '-', '-'], ...rows]
  return { path: 'docs/config.md', text: `${DOCS}\n${table.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n` }
}

const code = (text: string): string => (text === '' ? '' : `\`${text.replaceAll('|', '\\|')}\``)

const DOCS = `<!-- ${FROM} -->

# Config

A daemon takes its settings from four places. Each is stronger than the one before:

1. the defaults (all of them stand in \`config/default.yaml\`),
2. the config file (\`--config file.yaml\` or \`FAULTLINE_CONFIG\`),
3. the environment (\`FAULTLINE_LIMITS_DIAL=5s\`),
4. flags of \`faultline serve\` (\`--limits-dial 5s\`).

A setting that is not known, or a value that does not fit, keeps the daemon from starting (exit code 2). The message says where
it stands (\`file.yaml:3:5\`), what is allowed, and which name was meant. A misspelt \`FAULTLINE_\` variable is logged as a warning.
\`faultline config check file.yaml\` finds the same problems without a daemon.

Durations are whole milliseconds, or texts with a unit: \`250ms\`, \`1.5s\`, \`2m\`, \`1h30m\`. Sizes are bytes, or \`64KiB\`, \`1MB\`.
Lists are YAML lists in the file, and have commas between their items in flags and variables.

## The file

\`\`\`yaml
# yaml-language-server: $schema=./config/schema/config.schema.json
seed: 42
limits: { dial: 3s }
proxies:
  db:
    listen: 127.0.0.1:15432
    upstream: 127.0.0.1:5432
    from: orders # labels, by which profiles find their targets
    to: db
    faults:
      - { kind: latency, attributes: { latency: 200ms, jitter: 50ms }, toxicity: 0.5 }
\`\`\`

The file is judged as a whole and applied whole or not at all. Its proxies are desired state: \`faultline config apply file.yaml\`
and \`--watch\` make the daemon have these and remove others, made through the API, too; what a run owns stays. Unchanged proxies
are not touched, and their connections stay open. With \`--watch\` the proxies are applied again whenever the content of the file
changes, mounted Kubernetes config maps included; a file that is not valid is logged and changes nothing; changed settings wait
for the next start, which is logged too.

A config file of Toxiproxy (a JSON array of \`name\`, \`listen\`, \`upstream\`, \`enabled\`) is taken as well, as leniently as Toxiproxy
does. Its \`toxics\`, which Toxiproxy ignores there, are honoured. Unlike Toxiproxy the daemon does not start on a file that is wrong.

## In containers

- \`LOG_LEVEL\` is understood beside \`FAULTLINE_LOG_LEVEL\`, with Toxiproxy's words (\`warning\`, \`panic\`, \`disabled\`).
- Kubernetes sets \`FAULTLINE_PORT=tcp://...\` in every pod beside a service called \`faultline\`; that value is passed over.
- An address that is not loopback needs a \`token\`, or \`insecure\` in so many words.

## Settings
`
