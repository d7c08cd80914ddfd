import { defaultText, typeText } from '../daemon/setting-text.ts'
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
  schema['type'] === 'boolean' ? `--${flag}` : `--${flag} <${typeText(schema)}>`

function textOf({ schema }: Setting): string {
  const value = schema['type'] === 'boolean' ? undefined : defaultText(schema)
  return `${String(schema['description'])}${value === undefined ? '' : ` (default: ${value})`}`
}
