import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { FaultlineError } from '../../src/contract/errors.ts'
import { checkConfig } from '../../src/daemon/check-files.ts'
import { readConfig } from '../../src/daemon/config-file.ts'
import { loadSettings } from '../../src/daemon/load-settings.ts'

const lines = (...text: string[]): string => text.join('\n')

async function problemsOf(text: string, file = 'f.yaml'): Promise<readonly string[]> {
  try {
    await checkConfig(file, text)
  } catch (error) {
    if (error instanceof FaultlineError) return error.problems.map(({ message }) => message)
    throw error
  }
  throw new Error('the config was taken')
}

describe('a config file', () => {
  test('gives settings in base units, and proxies', async () => {
    const { values, proxies } = await checkConfig(
      'f.yaml',
      lines('limits:', '  dial: 1.5s', '  body: 64KiB', 'proxies:', '  db:', '    upstream: 127.0.0.1:1'),
    )
    expect(Object.fromEntries(values)).toEqual({ 'limits.dial': 1500, 'limits.body': 65536 })
    expect(proxies).toEqual({ db: { upstream: '127.0.0.1:1' } })
  })

  test('may be empty, name its schema, and have groups with nothing in them', async () => {
    for (const text of ['', '# nothing\n', '$schema: x.json\nlimits:\nproxies:\n', '{}']) {
      expect((await checkConfig('f.yaml', text)).values.size).toBe(0)
    }
  })

  test('that is wrong is told by line and column, in their order, with the nearest name', async () => {
    const text = lines('prot: 1', 'limits:', '  conections: 5', '  dial: ten', 'log_level: wran', 'watch: "yes"')
    expect(await problemsOf(text)).toEqual([
      'f.yaml:1:1: prot is no setting; did you mean port?',
      'f.yaml:3:3: limits.conections is no setting; did you mean connections?',
      expect.stringMatching(/^f\.yaml:4:9: limits\.dial is "ten", but must be /),
      expect.stringMatching(/^f\.yaml:5:12: log_level is "wran".*did you mean warn\?$/),
      'f.yaml:6:8: watch is "yes", but must be true or false',
    ])
  })

  test('whose proxies are wrong is told by line and column, every problem of every proxy', async () => {
    const text = lines(
      'proxies:',
      '  a:',
      '    upstrem: 127.0.0.1:1',
      '  b:',
      '    upstream: 127.0.0.1:1',
      '    faults:',
      '      - kind: latancy',
      '      - kind: latency',
      '        attributes: { latency: 5x }',
      '  c:',
      '    upstream: nowhere',
    )
    expect(await problemsOf(text)).toEqual([
      expect.stringMatching(/^f\.yaml:3:5: upstream is missing/),
      expect.stringMatching(/^f\.yaml:3:5: upstrem is not known here.*did you mean upstream\?/),
      expect.stringMatching(/^f\.yaml:7:9: kind is "latancy".*did you mean latency\?/),
      expect.stringMatching(/^f\.yaml:9:23: latency is "5x"/),
      expect.stringMatching(/^f\.yaml:11:5: .*"nowhere"/),
    ])
  })

  test('with broken YAML is told where it breaks, duplicate keys and alias bombs too', async () => {
    expect((await problemsOf(lines('port: 1', 'host: [')))[0]).toMatch(/^f\.yaml:2:\d+: /)
    expect((await problemsOf(lines('port: 1', 'port: 2')))[0]).toMatch(/^f\.yaml:2:1: .*unique/)
    const bomb = lines(
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghi'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`),
    )
    expect(await problemsOf(bomb)).toHaveLength(1)
  })

  test('with an alias inside of what it stands for is a mistake, not a bug', async () => {
    for (const text of ['&a [*a]', 'proxies: &a { db: *a }', '&a { limits: *a }']) {
      expect(await problemsOf(text)).toEqual(['f.yaml:1:1: an alias stands inside of what it stands for'])
    }
  })

  test('that is no map is refused', async () => {
    expect(await problemsOf('just a text')).toEqual([
      'f.yaml:1:1: a config is a map of settings and proxies, found "just a text"',
    ])
    expect(await problemsOf('proxies: [a]')).toEqual([
      'f.yaml:1:10: proxies must be a map of proxies by name, found ["a"]',
    ])
    expect(await problemsOf('limits: 5')).toEqual(['f.yaml:1:9: limits must be a map of settings, found 5'])
  })

  test('takes a seed as a text or a number, but not as a number that YAML has rounded', async () => {
    const seedOf = async (text: string) => String((await checkConfig('f.yaml', `seed: ${text}`)).values.get('seed'))
    expect(await seedOf('42')).toBe('42')
    expect(await seedOf('"15231864341780263990"')).toBe('15231864341780263990')
    expect((await problemsOf('seed: 15231864341780263990'))[0]).toMatch(/quoted/)
  })

  test('of any content is taken or refused, and nothing else happens', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `proxies: { a: ${json} }`),
        ),
        async (text) => {
          await checkConfig('f.yaml', text).catch((error: unknown) => expect(error).toBeInstanceOf(FaultlineError))
        },
      ),
    )
  })
})

describe("Toxiproxy's config file", () => {
  test('is taken in any case of its keys, with null left out, others ignored, and its toxics honoured', async () => {
    const text = JSON.stringify([
      { Name: 'a', UPSTREAM: '127.0.0.1:1', listen: '127.0.0.1:7000', enabled: null, Logger: {} },
      {
        name: 'b',
        upstream: '127.0.0.1:2',
        enabled: false,
        toxics: [{ type: 'latency', stream: 'UpStream', attributes: { latency: 5 }, toxicity: 0.5 }],
      },
    ])
    expect((await checkConfig('t.json', text)).proxies).toEqual({
      a: { upstream: '127.0.0.1:1', listen: '127.0.0.1:7000', faults: [] },
      b: {
        upstream: '127.0.0.1:2',
        enabled: false,
        faults: [{ kind: 'latency', stream: 'upstream', attributes: { latency: 5 }, toxicity: 0.5 }],
      },
    })
  })

  test('may call a proxy __proto__, as the API may: it is not lost', async () => {
    const text = JSON.stringify([{ name: '__proto__', upstream: '127.0.0.1:1' }])
    expect(Object.keys((await checkConfig('f.json', text)).proxies)).toEqual(['__proto__'])
  })

  test('that is wrong is told by line and column too', async () => {
    const text = lines(
      '[',
      '  {"name": "a", "upstream": "127.0.0.1:1",',
      '   "toxics": [{"type": "latancy"}]},',
      '  {"name": "b"},',
      '  {"name": "a", "upstream": 5}',
      ']',
    )
    expect(await problemsOf(text, 't.json')).toEqual([
      't.json:4:3: missing required field: upstream at proxy 2',
      't.json:5:3: missing required field: upstream at proxy 3',
      't.json:5:29: upstream must be of type string, found 5',
    ])
    const toxics = lines('[{"name": "a", "upstream": "127.0.0.1:1", "toxics": [', '  {"type": "latancy"}]}]')
    expect((await problemsOf(toxics, 't.json'))[0]).toMatch(/^t\.json:2:4: kind is "latancy".*did you mean latency\?/)
  })
})

describe('config/default.yaml', () => {
  const text = readFileSync(new URL('../../config/default.yaml', import.meta.url), 'utf8')

  test('changes nothing when it is loaded', async () => {
    const config = await checkConfig('config/default.yaml', text)
    expect(loadSettings({ config }).settings).toEqual(loadSettings({}).settings)
    expect(config.proxies).toEqual({})
  })

  test('is valid by the schema that editors use, and that schema refuses what we refuse', () => {
    const schema = JSON.parse(
      readFileSync(new URL('../../config/schema/config.schema.json', import.meta.url), 'utf8'),
    ) as object
    const check = new Ajv({ strict: false, allowUnionTypes: true }).compile(schema)
    expect(check(parse(text))).toBe(true)
    expect(
      check({ proxies: { db: { upstream: 'h:1', faults: [{ kind: 'latency', attributes: { latency: '5ms' } }] } } }),
    ).toBe(true)
    expect(check({ prot: 1 })).toBe(false)
    expect(check({ limits: { dial: 'soon' } })).toBe(false)
    expect(check({ proxies: { db: { upstream: 'h:1', faults: [{ kind: 'latancy' }] } } })).toBe(false)
  })
})

test('what a registry finds wrong is told by the lines of the file', () => {
  const config = readConfig(
    'f.yaml',
    lines('proxies:', '  db:', '    upstream: 127.0.0.1:1', '    listen: 127.0.0.1:80'),
  )
  const located = config.locate(new FaultlineError('address_in_use', 'it is taken', { pointer: '/proxies/db/listen' }))
  expect(located.code).toBe('address_in_use')
  expect(located.problems).toEqual([{ pointer: '/proxies/db/listen', message: 'f.yaml:4:5: it is taken' }])
})
