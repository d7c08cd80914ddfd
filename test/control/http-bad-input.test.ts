import { METHODS } from 'node:http'
import { beforeEach, describe, expect, test } from 'vitest'
import { KNOWN_METHODS } from '../../src/contract/methods.ts'
import { useControl } from './use-control.ts'

let url: string

beforeEach(async () => {
  url = await useControl().listen()
  expect((await ask('PUT', '/v1/proxies/web', { upstream: '127.0.0.1:1', protocol: 'http' })).status).toBe(201)
})

async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; json: any }> {
  const answer = await fetch(url + path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  return { status: answer.status, json: await answer.json() }
}

const attached = async (): Promise<unknown[]> => (await ask('GET', '/v1/proxies/web')).json.faults

/** What is wrong, where the answer says it is, and what it must say. Matches and weights are no words of Toxiproxy's. */
const CASES: readonly (readonly [what: string, fault: object, pointer: string, said: RegExp])[] = [
  ['an unknown method', { match: { method: ['GET', 'GTE'] } }, '/match/method/1', /"GTE".*did you mean GET\?/],
  [
    'a method in lower case',
    { match: { not: { method: ['post'] } } },
    '/match/not/method/0',
    /"post".*did you mean POST/,
  ],
  ['an impossible status', { attributes: { status: 42 } }, '/attributes/status', /42.*from 200 to 599/],
  ['a status above all', { attributes: { status: 1000 } }, '/attributes/status', /1000.*from 200 to 599/],
  ['a status of an interim answer', { attributes: { status: 101 } }, '/attributes/status', /from 200 to 599/],
  [
    'a patch on a binary type',
    { kind: 'http_body', attributes: { merge_patch: { a: 1 }, content_type: 'image/png' } },
    '/attributes',
    /a patched body keeps its type/,
  ],
  [
    'a change of fields on a binary type',
    { kind: 'http_body', attributes: { mutate: [{ to: 'drop' }], content_type: 'application/octet-stream' } },
    '/attributes',
    /a patched body keeps its type/,
  ],
  [
    'two ways to change a body',
    { kind: 'http_body', attributes: { replace: 'x', merge_patch: { a: 1 } } },
    '/attributes',
    /exclude each other/,
  ],
  ['a chance above 1', { toxicity: 1.5 }, '/toxicity', /1\.5.*from 0 to 1/],
  ['a weight above 1', { one_of: { group: 'g', weight: 1.5 } }, '/one_of/weight', /1\.5.*from 0 to 1/],
  ['a pattern that looks back', { match: { path_regex: '(a+)\\1' } }, '/match/path_regex', /linear time/],
  ['a pattern that looks ahead', { match: { path_regex: '(?=a)b' } }, '/match/path_regex', /linear time/],
  ['a pattern with endless repeats', { match: { path_regex: '(a{1000}){1000}' } }, '/match/path_regex', /linear time/],
  ['a pattern that does not end', { match: { any: [{ path_regex: '(' }] } }, '/match/any/0/path_regex', /Unterminated/],
  ['a pattern for bodies that looks back', { match: { body: { regex: '(a+)\\1' } } }, '/match/body/regex', /linear/],
]

const OURS = new Set(['match', 'one_of'])

describe.each(CASES)('%s', (_what, fault, pointer, said) => {
  test('is refused over the native API, with its field and reason, and nothing is attached', async () => {
    const { status, json } = await ask('POST', '/v1/proxies/web/faults', { kind: 'http_abort', ...fault })
    expect([status, json.code, json.pointer]).toEqual([422, 'invalid_fault', pointer])
    expect(json.detail).toMatch(said)
    expect(await attached()).toEqual([])
  })

  if (Object.keys(fault).some((field) => OURS.has(field))) return
  test('is refused over Toxiproxy’s API, with its field and reason, and nothing is attached', async () => {
    const { kind, ...rest } = { kind: 'http_abort', ...fault }
    const { status, json } = await ask('POST', '/proxies/web/toxics', { type: kind, ...rest })
    expect(status).toBe(400)
    expect(json.error).toMatch(said)
    expect(await attached()).toEqual([])
  })
})

test('weights of a group that sum to more than 1 are refused, whether they come together or one by one', async () => {
  const weighing = (name: string, weight: number): object => ({
    name,
    kind: 'http_abort',
    one_of: { group: 'g', weight },
  })
  const whole = await ask('PUT', '/v1/proxies/web', {
    upstream: '127.0.0.1:1',
    protocol: 'http',
    faults: [weighing('a', 0.5), weighing('b', 0.6)],
  })
  expect(whole.status).toBe(422)
  expect(whole.json.detail).toMatch(/1\.1/)
  expect((await ask('POST', '/v1/proxies/web/faults', weighing('a', 0.5))).status).toBe(201)
  const second = await ask('POST', '/v1/proxies/web/faults', weighing('b', 0.6))
  expect(second.status).toBe(422)
  expect(second.json.detail).toMatch(/1\.1/)
  expect(await attached()).toHaveLength(1)
})

test('every method that Node reads may be matched', () => {
  expect(METHODS.filter((method) => !KNOWN_METHODS.includes(method))).toEqual([])
})
