import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { JsonSchema } from '../../src/contract/attributes.ts'
import { QUANTITIES } from '../../src/contract/host.ts'
import type { AnyHostKind } from '../../src/contract/host.ts'
import { catalogue } from '../../src/faults/catalogue.ts'
import { hostCatalogue } from '../../src/faults/host-catalogue.ts'
import { resolveFault } from '../../src/faults/resolve.ts'
import { resolveHostFault } from '../../src/faults/resolve-host-fault.ts'
import { admit } from '../../src/host/admit.ts'
import { findProcesses } from '../../src/host/find-processes.ts'
import type { HostLimits } from '../../src/host/limits.ts'

const root = join(import.meta.dirname, '../..')
const platform = 'linux'

/** Nothing is allowed but host faults as such. */
const NOTHING: HostLimits = {
  enabled: true,
  maxDurationMs: 60_000,
  faults: 8,
  cpuWorkers: 0,
  cpuLoad: 1,
  memory: 0,
  memoryReserve: 0,
  disk: 0,
  diskReserve: 0,
  diskRate: 0,
  connections: 0,
  folders: [],
  targets: [],
  processes: [],
  services: { own_cgroup: [], machine: [], filesystem: [] },
}

const FREE = { cpuCores: undefined, memory: undefined }
const BOUNDED = { cpuCores: 2, memory: 2 ** 30 }
const specsOf = ({ kind, examples }: AnyHostKind) =>
  examples.map(({ attributes }) => resolveHostFault({ kind, attributes }, { platform }))

test('the catalogue lists what is in the folder, and no name is that of a fault on traffic', () => {
  const files = readdirSync(join(root, 'src/faults/kinds/host')).map((file) => file.replace(/\.ts$/, ''))
  expect([...hostCatalogue.names()].sort()).toEqual(files.sort())
  expect(hostCatalogue.names().filter((name) => catalogue.get(name) !== undefined)).toEqual([])
})

test('every kind is carried out for real in the suite of the host', () => {
  const suite = readFileSync(join(root, 'test/host/effects.test.ts'), 'utf8')
  expect(hostCatalogue.names().filter((kind) => !suite.includes(`begin('${kind}'`))).toEqual([])
})

test('somebody who attaches one to a proxy is told where it belongs', () => {
  for (const kind of hostCatalogue.names())
    expect(() => resolveFault({ kind }, { owner: 'api' })).toThrow(`kind is ${kind}, which acts on the machine`)
})

describe.each(hostCatalogue.list().map((kind) => [kind.kind, kind] as const))('%s', (name, kind) => {
  const properties = Object.entries(kind.attributes.properties as Readonly<Record<string, JsonSchema>>)

  test('takes its examples', () => {
    expect(kind.examples.length).toBeGreaterThan(0)
    for (const { attributes } of specsOf(kind)) expect(Object.keys(attributes)).not.toEqual([])
  })

  test('refuses fields that it does not know, at either level', () => {
    const [example] = kind.examples
    const attributes = { ...example?.attributes, no_such_thing: 1 }
    expect(() => resolveHostFault({ kind: name, attributes }, { platform })).toThrow('no_such_thing')
    expect(() =>
      resolveHostFault({ kind: name, attributes: example?.attributes, toxicity: 0.5 }, { platform }),
    ).toThrow('toxicity')
  })

  test('bounds every number and every text', () => {
    for (const [field, schema] of properties) {
      const types = [schema['type']].flat()
      if (types.includes('integer'))
        expect([field, typeof schema['minimum'], typeof schema['maximum']]).toEqual([field, 'number', 'number'])
      else expect([field, schema['enum'] ?? schema['maxLength']]).not.toEqual([field, undefined])
      for (const beyond of [Number(schema['minimum']) - 1, Number(schema['maximum']) + 1].filter(
        Number.isSafeInteger,
      )) {
        const attributes = { ...kind.examples[0]?.attributes, [field]: beyond }
        expect(() => resolveHostFault({ kind: name, attributes }, { platform })).toThrow(field)
      }
    }
  })

  test('describes its effect as plain data, the same each time', () => {
    for (const { attributes } of specsOf(kind)) {
      const effect = kind.effect(attributes)
      expect(structuredClone(effect)).toEqual(effect)
      expect(kind.effect(attributes)).toEqual(effect)
      expect(QUANTITIES).toContain(kind.quantity(attributes))
    }
  })

  test('reaches only as far as its catalogue says, and says how it is given back', () => {
    for (const { attributes } of specsOf(kind)) {
      for (const surroundings of [FREE, BOUNDED])
        expect(kind.reaches).toContain(kind.reach(attributes, surroundings).split(':')[0])
    }
    expect(kind.undo).toMatch(/^[A-Z].*\.$/)
  })

  test('is refused where nothing is allowed', async () => {
    for (const spec of specsOf(kind)) {
      const effect = kind.effect(spec.attributes)
      const machine = { cores: 2, memory: 2 ** 34, surroundings: FREE }
      const judged = (): unknown => admit(spec, 1000, { limits: NOTHING, machine, held: [] })
      if ('process' in effect)
        await expect(findProcesses(effect.process, 'all', [])).rejects.toMatchObject({ code: 'host_not_allowed' })
      else expect(judged).toThrow(expect.objectContaining({ code: 'host_not_allowed' }))
    }
  })

  test('is refused for a service outside its reach', () => {
    const limits = { ...NOTHING, cpuWorkers: 99, cpuLoad: 100, memory: 2 ** 40, disk: 2 ** 40, diskRate: 2 ** 40 }
    for (const spec of specsOf(kind)) {
      const machine = { cores: 2, memory: 2 ** 34, surroundings: BOUNDED }
      const aimed = { ...spec, service: 'somebody-else' }
      expect(() => admit(aimed, 1000, { limits: { ...limits, connections: 999 }, machine, held: [] })).toThrow(
        expect.objectContaining({ code: 'host_out_of_reach' }),
      )
    }
  })

  test('works on Linux alone, and says so elsewhere', () => {
    const { attributes } = kind.examples[0] ?? {}
    expect(() => resolveHostFault({ kind: name, attributes }, { platform: 'darwin' })).toThrow(
      'it does not work on darwin, only on linux',
    )
  })

  test('stands on the docs page with all its attributes', () => {
    const page = readFileSync(join(root, 'docs/host-faults.md'), 'utf8')
    const section = page.split(`\n### ${name}\n`)[1]?.split('\n### ')[0] ?? ''
    expect(properties.map(([field]) => field).filter((field) => !section.includes(`\`${field}\``))).toEqual([])
    expect(section).toContain(kind.undo)
  })
})
