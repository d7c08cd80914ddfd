import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { metricsDocs } from '../../scripts/gen-metrics-docs.ts'
import { FAMILIES } from '../../src/metrics/families.ts'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

/** Each metric as a query may name it, with the labels it has. */
const known = new Map<string, readonly string[]>()
for (const { name, type, labels } of FAMILIES) {
  const own = labels.map((label) => label.name)
  if (type === 'histogram') {
    known
      .set(`${name}_bucket`, [...own, 'le'])
      .set(`${name}_sum`, own)
      .set(`${name}_count`, own)
  } else known.set(name, own)
}

/** Every string in a JSON value that stands under one of these keys. */
function textsUnder(value: unknown, keys: readonly string[]): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'string' ? (keys.includes(key) ? [inner] : []) : textsUnder(inner, keys),
  )
}

const queries = [
  ...new Set(textsUnder(JSON.parse(read('config/grafana/faultline.json')), ['expr', 'query', 'definition'])),
].filter((query) => query.includes('_'))

test('the dashboard asks only for metrics that exist, by labels that they have', () => {
  expect(queries.length).toBeGreaterThan(20)
  const wrong = queries.flatMap((query) => {
    const names = query.match(/\b(faultline|toxiproxy)_[a-z_]+\b/g) ?? []
    const labels = new Set(names.flatMap((name) => known.get(name) ?? []))
    const asked = [
      ...[...query.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(',')),
      ...[...query.matchAll(/\{([^}]*)\}/g)].flatMap(([, list = '']) =>
        list.split(',').map((pair) => pair.split(/[=!]/)[0] ?? ''),
      ),
    ].map((label) => label.trim())
    return [
      ...(names.length === 0 ? [`no metric in ${query}`] : []),
      ...names.filter((name) => !known.has(name)).map((name) => `no metric ${name}: ${query}`),
      ...asked.filter((label) => !labels.has(label)).map((label) => `no label ${label}: ${query}`),
    ]
  })
  expect(wrong).toEqual([])
})

test('the dashboard shows most of what there is', () => {
  const shown = FAMILIES.filter(({ name }) => queries.some((query) => query.includes(name)))
  const left = FAMILIES.filter((family) => !shown.includes(family)).map(({ name }) => name)
  expect(left).toEqual([
    'toxiproxy_proxy_received_bytes_total',
    'toxiproxy_proxy_sent_bytes_total',
    'faultline_series_overflow_total',
  ])
})

test('the panels lie on the grid without covering one another', () => {
  const { panels } = JSON.parse(read('config/grafana/faultline.json')) as {
    panels: { id: number; gridPos: { x: number; y: number; w: number; h: number } }[]
  }
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  const taken = new Set<string>()
  for (const { x, y, w, h } of panels.map(({ gridPos }) => gridPos)) {
    expect(x + w).toBeLessThanOrEqual(24)
    for (let i = x; i < x + w; i++) {
      for (let j = y; j < y + h; j++) {
        expect(taken.has(`${i},${j}`)).toBe(false)
        taken.add(`${i},${j}`)
      }
    }
  }
})

test('the scrape example points at the control port and its path', () => {
  const { scrape_configs } = parse(read('config/prometheus/prometheus.yml')) as {
    scrape_configs: { job_name: string; metrics_path: string; static_configs: { targets: string[] }[] }[]
  }
  expect(scrape_configs[0]).toMatchObject({
    job_name: 'faultline',
    metrics_path: '/metrics',
    static_configs: [{ targets: ['127.0.0.1:8474'] }],
  })
})

test('docs/metrics.md is what the table of families says', () => {
  const { path, text } = metricsDocs()
  expect(read(path)).toBe(text)
})
