import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FaultlineError } from '../../src/contract/errors.ts'
import { readConfig } from '../../src/daemon/config-file.ts'
import { loadSettings, type SettingLayers } from '../../src/daemon/load-settings.ts'
import { planeLimits } from '../../src/daemon/machine-limits.ts'
import { SETTING_LIST } from '../../src/daemon/settings.ts'

const problemsOf = (layers: SettingLayers): readonly string[] => {
  try {
    loadSettings(layers)
  } catch (error) {
    if (error instanceof FaultlineError) return error.problems.map(({ message }) => message)
    throw error
  }
  throw new Error('the settings were taken')
}

describe('where a setting comes from', () => {
  test('a flag is stronger than the environment, that than the file, and that than the default', () => {
    const config = readConfig('f.yaml', 'port: 1\nhost: 127.0.0.2\nlimits: { dial: 1s }\n')
    const env = { FAULTLINE_PORT: '2', FAULTLINE_LIMITS_DIAL: '2s' }
    const flags = new Map([['port', '3']])
    const { settings, sources } = loadSettings({ config, env, flags })
    expect(settings.port).toBe(3)
    expect(settings.limits.dial).toBe(2000)
    expect(settings.host).toBe('127.0.0.2')
    expect(settings.log_level).toBe('info')
    expect(Object.fromEntries(sources)).toEqual({ port: 'flag', host: 'config', 'limits.dial': 'environment' })
  })

  test('every setting can be set by its variable and by its flag, to the same value', () => {
    for (const { path, env, schema } of SETTING_LIST) {
      const text = sampleOf(schema)
      const byEnv = loadSettings({ env: { [env]: text } })
      const byFlag = loadSettings({ flags: new Map([[path, text]]) })
      expect([path, byEnv.sources.get(path), byEnv.settings]).toEqual([path, 'environment', byFlag.settings])
    }
  })

  test('an empty variable is as good as none', () => {
    expect(loadSettings({ env: { FAULTLINE_TOKEN: '', FAULTLINE_PORT: '' } }).settings).toEqual(
      loadSettings({}).settings,
    )
  })

  test('lists are separated by commas', () => {
    const { settings } = loadSettings({ env: { FAULTLINE_ALLOWED_HOSTS: 'a.test, b.test' } })
    expect(settings.allowed_hosts).toEqual(['a.test', 'b.test'])
  })
})

function sampleOf(schema: Readonly<Record<string, unknown>>): string {
  if (Array.isArray(schema['enum'])) return String(schema['enum'].at(-1))
  if (schema['type'] === 'boolean') return 'true'
  if ((schema['items'] as { type?: unknown } | undefined)?.type === 'object')
    return '[{"name":"edge","toxiproxy":"http://127.0.0.1:8474"}]'
  if (schema['type'] === 'array') return 'one,two'
  return [schema['type']].flat().includes('integer')
    ? String(Math.min((schema['minimum'] as number) + 5000, schema['maximum'] as number))
    : 'text'
}

describe('what is wrong with a setting is said', () => {
  test('with the flag or the variable, the value and what is allowed', () => {
    expect(problemsOf({ flags: new Map([['port', '70000']]) })).toEqual([
      '--port is 70000, but must be a whole number from 0 to 65535',
    ])
    expect(problemsOf({ env: { FAULTLINE_LOG_LEVEL: 'wran' } })[0]).toMatch(
      /^FAULTLINE_LOG_LEVEL is "wran".*did you mean warn\?$/,
    )
    expect(problemsOf({ env: { FAULTLINE_LIMITS_DIAL: 'soon' } })[0]).toMatch(
      /^FAULTLINE_LIMITS_DIAL is "soon".*"250ms"/,
    )
    expect(problemsOf({ env: { FAULTLINE_INSECURE: 'perhaps' } })).toEqual([
      'FAULTLINE_INSECURE is "perhaps", but must be true or false',
    ])
  })

  test('all at once', () => {
    expect(
      problemsOf({
        flags: new Map([
          ['port', 'x'],
          ['limits.dial', '-1'],
          ['limits.body', '1PB'],
        ]),
      }),
    ).toHaveLength(3)
  })

  test('without the token, when that is what is wrong', () => {
    const layers = { config: readConfig('f.yaml', 'host: 127.0.0.1'), flags: new Map([['token', '']]) }
    expect(problemsOf(layers)).toEqual(['--token is something else, but must be a text that is not empty'])
  })

  test('whatever text is given, it is taken or refused, and nothing else happens', () => {
    const setting = fc.constantFrom(...SETTING_LIST)
    fc.assert(
      fc.property(
        setting,
        fc.oneof(fc.string(), fc.double().map(String), fc.constantFrom('__proto__', '[', '[1,', '1e999')),
        ({ env }, text) => {
          try {
            loadSettings({ env: { [env]: text } })
          } catch (error) {
            expect(error).toBeInstanceOf(FaultlineError)
          }
        },
      ),
    )
  })
})

describe('variables that others set', () => {
  test('the service link that Kubernetes puts into FAULTLINE_PORT is passed over, and said', () => {
    const { settings, warnings } = loadSettings({ env: { FAULTLINE_PORT: 'tcp://10.0.0.1:8474' } })
    expect(settings.port).toBe(8474)
    expect(warnings).toEqual([expect.stringContaining('Kubernetes')])
  })

  test("LOG_LEVEL is understood in Toxiproxy's words, and one that is no level is passed over", () => {
    const level = (env: Record<string, string>) => loadSettings({ env }).settings.log_level
    expect(level({ LOG_LEVEL: 'warning' })).toBe('warn')
    expect(level({ LOG_LEVEL: 'DEBUG' })).toBe('debug')
    expect(level({ LOG_LEVEL: 'disabled' })).toBe('silent')
    expect(level({ LOG_LEVEL: 'panic', FAULTLINE_LOG_LEVEL: 'error' })).toBe('error')
    expect(loadSettings({ env: { LOG_LEVEL: 'verbose' } }).warnings).toEqual([
      expect.stringContaining('LOG_LEVEL=verbose was ignored'),
    ])
  })

  test('a name near to one of ours is a warning, one that is far is not ours', () => {
    expect(
      loadSettings({ env: { FAULTLINE_PROT: '1', FAULTLINE_SOMETHING_ELSE: '1', FAULTLINE_URL: 'x' } }).warnings,
    ).toEqual(['FAULTLINE_PROT was ignored: it is no setting; did you mean FAULTLINE_PORT?'])
  })
})

describe('limits that this machine decides', () => {
  test('are whole and above nothing', () => {
    const limits = planeLimits(loadSettings({}).settings)
    expect(Object.entries(limits).filter(([, value]) => !Number.isSafeInteger(value) || value <= 0)).toEqual([])
    expect(limits.connectionsPerProxy).toBe(limits.connections)
    expect(limits.heldBytesTotal).toBeLessThanOrEqual(512 * 1024 ** 2)
  })

  test('give way to what is set', () => {
    const { settings } = loadSettings({
      env: { FAULTLINE_LIMITS_CONNECTIONS: '7', FAULTLINE_LIMITS_HELD_BYTES_TOTAL: '1MiB' },
    })
    expect(planeLimits(settings)).toMatchObject({
      connections: 7,
      connectionsPerProxy: 7,
      heldBytesTotal: 1024 ** 2,
      dialMs: 10_000,
    })
  })
})
