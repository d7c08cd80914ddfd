import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { validator } from '../../src/contract/validate.ts'
import { catalogue } from '../../src/faults/catalogue.ts'
import { faultInputSchema, proxyInputSchema } from '../../src/faults/fault-schema.ts'

const folder = join(import.meta.dirname, '../../src/faults/kinds')

test('the catalogue lists what is in the folder, and nothing else', () => {
  const files = ['connection', 'exchange', 'stream'].flatMap((layer) =>
    readdirSync(join(folder, layer)).map((file) => `${layer}/${file}`),
  )
  expect(
    catalogue
      .list()
      .map(({ layer, kind }) => `${layer}/${kind}.ts`)
      .sort(),
  ).toEqual(files.sort())
})

test('every kind has a test file of its own', () => {
  const tests = readdirSync(import.meta.dirname)
  expect(catalogue.names().filter((kind) => !tests.includes(`${kind}.test.ts`))).toEqual([])
})

test('the docs page has a section for every kind, with each of its attributes', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/kinds.md'), 'utf8')
  for (const { kind, attributes } of catalogue.list()) {
    const section = page.split(`\n## ${kind}\n`)[1]?.split('\n## ')[0] ?? ''
    const missing = Object.keys(attributes.properties).filter((name) => !section.includes(`\`${name}\``))
    expect([kind, missing]).toEqual([kind, []])
  }
})

test('a kind that is not there is refused with the nearest', () => {
  expect(() => catalogue.require('latncy')).toThrow('did you mean latency?')
  expect(catalogue.get('constructor')).toBeUndefined()
})

test('the published schema of a fault takes every example, and names what is wrong in the branch of its kind', () => {
  const judge = validator(faultInputSchema())
  for (const { kind, examples } of catalogue.list()) {
    for (const { attributes } of examples) expect(judge({ kind, attributes, toxicity: 0.5 })).toEqual([])
  }
  expect(judge({ kind: 'latency', attributes: { latncy: 5 } }, '/faults/0')).toEqual([
    {
      pointer: '/faults/0/attributes/latncy',
      message: 'latncy is not known here (known are latency, jitter); did you mean latency?',
    },
  ])
  const [wrong] = judge({ kind: 'latencyy' })
  expect(wrong?.pointer).toBe('/kind')
  expect(wrong?.message).toContain('did you mean latency?')
  expect(judge({})[0]?.pointer).toBe('/kind')
  expect(judge(5)).toEqual([{ pointer: '', message: 'the value is 5, but must be an object' }])
  expect(judge({ kind: 'slow_dial', stream: 'upstream' })[0]?.pointer).toBe('/stream')
})

test('the published schema of a proxy holds its faults', () => {
  const judge = validator(proxyInputSchema())
  expect(judge({ upstream: 'localhost:5432', faults: [{ kind: 'latency', attributes: { latency: '1s' } }] })).toEqual(
    [],
  )
  expect(
    judge({ faults: [{ kind: 'loss', attributes: { rate: 2 } }], upsteam: 'x' }).map(({ pointer }) => pointer),
  ).toEqual(['/upstream', '/upsteam', '/faults/0/attributes/rate'])
})

test('published schemas are plain JSON', () => {
  expect(JSON.parse(JSON.stringify(proxyInputSchema()))).toEqual(proxyInputSchema())
})
