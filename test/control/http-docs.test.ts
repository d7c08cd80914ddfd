import { connect } from 'node:net'
import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { parse } from 'yaml'
import { catalogue } from '../../src/faults/catalogue.ts'
import { httpDocs } from '../../scripts/gen-http-docs.ts'
import { resolveFault } from '../../src/faults/resolve.ts'
import type { Match } from '../../src/contract/model.ts'
import type { FaultInput } from '../../src/contract/wire.ts'
import { useCaller, useHttpServer } from '../plane/http/use-http.ts'
import { useControl } from './use-control.ts'

const page = readFileSync(new URL('../../docs/http.md', import.meta.url), 'utf8')
const examples = [...(page.split('## Kinds')[1] ?? '').matchAll(/```yaml\n(.*?)```/gs)].flatMap(
  ([, text = '']) => parse(text) as FaultInput[],
)

test('docs/http.md has an example of every kind that acts on exchanges, as the kinds give them', async () => {
  const kinds = catalogue.list().filter(({ layer }) => layer === 'exchange')
  expect([...new Set(examples.map(({ kind }) => kind))]).toEqual(kinds.map(({ kind }) => kind))
  expect(examples).toHaveLength(kinds.flatMap((kind) => kind.examples).length)
  const { text } = await httpDocs()
  for (const block of text.matchAll(/```yaml\n(.*?)```/gs)) expect(() => parse(block[1] ?? '') as unknown).not.toThrow()
})

test('every match on the page can be attached', () => {
  const blocks = [...(page.split('## Kinds')[0] ?? '').matchAll(/```yaml\n(match:.*?)```/gs)]
  expect(blocks.length).toBeGreaterThan(1)
  for (const [, text = ''] of blocks) {
    const { match } = parse(text) as { match: Match }
    expect(resolveFault({ kind: 'hang', match }, { owner: 'api' }).match).toMatchObject(match)
  }
})

test.each(examples.map((fault) => [JSON.stringify(fault), fault] as const))(
  'it acts when attached, and when it is removed traffic is whole again: %s',
  async (_, fault) => {
    const { call } = useControl()
    const [type, answer] = answerFor(fault.kind)
    const upstream = await useHttpServer((req, res) => {
      res.setHeader('content-type', type)
      req.resume().on('end', () => res.end(answer))
    })
    const { json } = await call('PUT', '/v1/proxies/web', { body: { upstream, protocol: 'http' } })
    const port = Number(json.listen.split(':')[1])
    const added = await call('POST', '/v1/proxies/web/faults', { body: { ...fault, name: 'one' } })
    expect(added.status, added.text).toBe(201)
    const caller = connect(port, '127.0.0.1')
    onTestFinished(() => void caller.destroy())
    caller.on('error', () => {})
    caller.write('POST /a HTTP/1.1\r\nHost: x\r\nX-Api-Key: k\r\nContent-Length: 2\r\n\r\n{}')
    await vi.waitFor(async () =>
      expect((await call('GET', '/v1/proxies/web/faults/one')).json).toMatchObject({ seen: 1, applied: 1 }),
    )
    await call('DELETE', '/v1/proxies/web/faults/one')
    expect(await useCaller(port)('/a')).toMatchObject({ status: 200, body: answer })
    // None of them only seemed to act.
    const { events } = (await call('GET', '/v1/events')).json
    expect(events.filter(({ type }: { type: string }) => type === 'fault_unable')).toEqual([])
  },
)

/** What the kind can act on: some want many events, some a long document with what their examples name. */
function answerFor(kind: string): [type: string, body: string] {
  if (kind === 'sse_cut') return ['text/event-stream', ': hello\n\ndata: a\n\n'.repeat(30)]
  const items = Array.from({ length: 10_000 }, (_, price) => ({ price }))
  return ['application/json', JSON.stringify({ customer: { address: 'x' }, items, total: 2 })]
}
