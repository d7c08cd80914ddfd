import { DAEMON_FAMILIES } from '../src/metrics/daemon-families.ts'
import { FAMILIES, FAULT_FAMILIES, PROXY_FAMILIES } from '../src/metrics/families.ts'
import type { Family, Label } from '../src/metrics/family.ts'
import { KEPT_MS, OTHER, SCOPED, SERIES_LIMIT } from '../src/metrics/family.ts'

const INTRODUCTION = `# Metrics

\`GET /metrics\` on the control port answers in Prometheus' text format. Traffic only counts in place; all is read and
written out at the scrape. \`config/prometheus/prometheus.yml\` shows how to scrape it, and
\`config/grafana/faultline.json\` is a dashboard to import.

- A series whose labels have many combinations (marked _sparse_) is shown from its first value above zero on.
- The series of a deleted proxy or fault are shown for ${KEPT_MS / 60_000} minutes more: counters with their last value, gauges as 0. A
  counter goes on where it was when something of the same name is made again, and a reset does not turn it back.
- A family has at most ${SERIES_LIMIT.toLocaleString('en')} series, each bucket of a histogram being one. What comes later is summed under \`${OTHER}\` and counted in
  \`faultline_series_overflow_total\`.
- Proxies outside the default scope are summed under \`proxy="${SCOPED}"\`.
- No label ever holds a connection, a path, a client's address or the id of a scope.
- With \`runtime_metrics\` (Toxiproxy's \`-runtime-metrics\`) Node's own \`nodejs_*\` and \`process_*\` metrics are added, where
  Toxiproxy has \`go_*\`.
`

/** docs/metrics.md, from the table that the scrape itself is made of. */
export function metricsDocs(): { readonly path: string; readonly text: string } {
  const labels = new Map<string, Label>()
  for (const label of FAMILIES.flatMap((family) => family.labels)) labels.set(`${label.name} ${label.meaning}`, label)
  const text = [
    INTRODUCTION,
    '## Proxies\n',
    table(PROXY_FAMILIES),
    '## Faults\n',
    table(FAULT_FAMILIES),
    '## The daemon\n',
    table(DAEMON_FAMILIES),
    '## Labels\n',
    rows(
      ['label', 'meaning', 'values'],
      [...labels.values()].map(({ name, meaning, values }) => [
        `\`${name}\``,
        meaning,
        values?.map((value) => `\`${value}\``).join(', ') ?? '',
      ]),
    ),
  ].join('\n')
  return { path: 'docs/metrics.md', text }
}

function table(families: readonly Family[]): string {
  return rows(
    ['name', 'type', 'labels', 'unit', 'meaning'],
    families.map(({ name, type, labels, unit, help, meaning, sparse }) => [
      `\`${name}\``,
      type,
      labels.map((label) => `\`${label.name}\``).join(', '),
      unit,
      `${meaning ?? help}${sparse === true ? ' _Sparse._' : ''}`,
    ]),
  )
}

/** A Markdown table, its columns aligned as Prettier would. */
function rows(head: readonly string[], body: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(3, title.length, ...body.map((row) => row[i]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line), ''].join('\n')
}
