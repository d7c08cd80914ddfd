import { SETTING_LIST, type Setting } from '../daemon/settings.ts'

/** Made of the settings, as is everything else about them. */
export function serveHelp(): string {
  const rows: [string, string][] = [
    ['--config <file>', 'YAML with settings and proxies, or a config file of Toxiproxy (env FAULTLINE_CONFIG)'],
    ...SETTING_LIST.map((setting): [string, string] => [flagOf(setting), textOf(setting)]),
    ['--help, --version', ''],
  ]
  const width = Math.max(...rows.map(([flag]) => flag.length))
  return [
    'faultline serve [flags]',
    '',
    "Starts the daemon: the control API (native under /v1, Toxiproxy's at the root) and the proxies of the config.",
    'Every flag can also stand in the config file or in the environment (FAULTLINE_LIMITS_DIAL=5s); flags are stronger',
    "than the environment, which is stronger than the file. Toxiproxy's single dashes (-host, -port) work too.",
    '',
    ...rows.map(([flag, text]) => `  ${flag.padEnd(width)}  ${text}`.trimEnd()),
    '',
    'Examples:',
    '  faultline serve --config faultline.yaml --watch',
    '  faultline serve --port 0 --seed 42 --log-level debug',
    '  FAULTLINE_TOKEN=secret faultline serve --host 0.0.0.0',
  ].join('\n')
}

const flagOf = ({ flag, schema }: Setting): string =>
  schema['type'] === 'boolean' ? `--${flag}` : `--${flag} <${wordFor(schema)}>`

function wordFor(schema: Setting['schema']): string {
  if (Array.isArray(schema['enum'])) return schema['enum'].join('|')
  if (schema['x-unit'] === 'ms') return 'duration'
  if (schema['x-unit'] === 'bytes') return 'size'
  if (schema['type'] === 'array') return 'a,b'
  return [schema['type']].flat().includes('integer') && schema['type'] === 'integer' ? 'number' : 'text'
}

function textOf({ schema }: Setting): string {
  const { default: standard, description } = schema as { default?: unknown; description: string }
  const rule = schema['x-computed']
  const value =
    typeof rule === 'string'
      ? rule
      : standard === undefined || standard === false
        ? undefined
        : readable(schema, standard)
  return value === undefined ? description : `${description} (default: ${value})`
}

/** 33554432 as 32MiB and 10000 as 10s, where that is exact. */
export function readable(schema: Setting['schema'], value: unknown): string {
  if (typeof value !== 'number') return String(value)
  const steps: readonly (readonly [number, string])[] =
    schema['x-unit'] === 'bytes'
      ? [
          [1024 ** 3, 'GiB'],
          [1024 ** 2, 'MiB'],
          [1024, 'KiB'],
        ]
      : schema['x-unit'] === 'ms'
        ? [
            [3_600_000, 'h'],
            [60_000, 'm'],
            [1000, 's'],
          ]
        : []
  const step = steps.find(([size]) => value >= size && value % size === 0)
  return step === undefined ? String(value) : `${value / step[0]}${step[1]}`
}
