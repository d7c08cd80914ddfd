import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { useControl } from './use-control.ts'

interface Example {
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: string | undefined
  /** What the comment behind it says; else anything that is no error. */
  readonly status: number | undefined
}

/** The curl commands of a document, in order. They know no more of the shell than quotes. */
function examples(file: string): Example[] {
  const text = readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8')
  const blocks = [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block)
  return blocks
    .flatMap((block) => block.split(/^(?=curl )/m).filter((command) => command.startsWith('curl ')))
    .map(parse)
}

function parse(command: string): Example {
  const status = /#\s*(\d{3})\s*$/.exec(command)?.[1]
  const words = [...command.replace(/\s+#\s*\d{3}\s*$/, '').matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? '',
  )
  const after = (flag: string): string | undefined =>
    words.includes(flag) ? words[words.indexOf(flag) + 1] : undefined
  const header = after('-H')
  const body = after('-d')
  return {
    method: after('-X') ?? (body === undefined ? 'GET' : 'POST'),
    url: words.find((word) => word.startsWith('http://')) ?? '',
    headers: header === undefined ? {} : Object.fromEntries([header.split(': ')]),
    body,
    status: status === undefined ? undefined : Number(status),
  }
}

test('every example of docs/api.md does what it says', async () => {
  const control = useControl()
  const url = await control.listen()
  const all = examples('api.md')
  expect(all.length).toBeGreaterThan(30)
  let scope = ''
  for (const example of all) {
    const abort = new AbortController()
    const response = await fetch(example.url.replace('http://127.0.0.1:8474', url).replace('$SCOPE', scope), {
      method: example.method,
      headers: example.headers,
      signal: abort.signal,
      ...(example.body === undefined ? {} : { body: example.body }),
    })
    const streams = response.headers.get('content-type') === 'text/event-stream'
    const text = streams ? '' : await response.text()
    abort.abort()
    if (example.method === 'POST' && example.url.endsWith('/v1/scopes')) scope = (JSON.parse(text) as { id: string }).id
    const told = `${example.method} ${example.url}: ${response.status} ${text}`
    if (example.status === undefined) expect(response.ok, told).toBe(true)
    else expect(response.status, told).toBe(example.status)
  }
})

test('the problem that docs/api.md shows is what is answered', async () => {
  const { call } = useControl()
  await call('PUT', '/v1/proxies/cache', { body: { upstream: '127.0.0.1:6379' } })
  const text = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8')
  const shown = JSON.parse(/```json\n(.*?)```/s.exec(text)?.[1] ?? '') as object
  const { json } = await call('POST', '/v1/proxies/cache/faults', {
    body: { kind: 'latency', attributes: { latncy: 5 } },
  })
  expect({ ...json, request_id: '' }).toEqual({ ...shown, request_id: '' })
})

test('docs/api.md names no route that there is not', async () => {
  const { app } = useControl()
  await app.ready()
  const text = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8')
  const { OPENAPI } = await import('../../src/control/openapi.gen.ts')
  const known = Object.keys(OPENAPI['paths'] as object)
  const named = [...text.matchAll(/`(?:GET|PUT|POST|PATCH|DELETE) (\/v1[^`\s?]*)`/g)].map((match) => match[1] ?? '')
  expect(named.length).toBeGreaterThan(3)
  for (const path of named) expect(known).toContain(path)
})
