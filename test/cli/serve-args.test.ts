import { describe, expect, test } from 'vitest'
import { MisuseError } from '../../src/cli/misuse.ts'
import { parseServeArgs } from '../../src/cli/serve-args.ts'
import { serveHelp } from '../../src/cli/serve-help.ts'
import { SETTING_LIST } from '../../src/daemon/settings.ts'

const flagsOf = (...args: string[]) => Object.fromEntries(parseServeArgs(args).flags)

describe('the flags of serve', () => {
  test('are those of every setting, with two dashes or one, with = or a space', () => {
    for (const { path, flag, schema } of SETTING_LIST) {
      const isSwitch = schema['type'] === 'boolean'
      for (const args of isSwitch ? [[`--${flag}`], [`-${flag}=true`]] : [[`--${flag}`, 'x'], [`-${flag}=x`]]) {
        expect([args, flagsOf(...args)]).toEqual([args, { [path]: isSwitch ? 'true' : 'x' }])
      }
      expect(serveHelp()).toContain(`--${flag}`)
    }
  })

  test("take Toxiproxy's command line as it is", () => {
    const parsed = parseServeArgs([
      '-host=0.0.0.0',
      '-port',
      '8475',
      '-config',
      '/etc/t.json',
      '-seed=-3',
      '-proxy-metrics',
      '-runtime-metrics',
    ])
    expect(Object.fromEntries(parsed.flags)).toEqual({
      host: '0.0.0.0',
      port: '8475',
      seed: '-3',
      runtime_metrics: 'true',
    })
    expect(parsed.config).toBe('/etc/t.json')
    expect(parseServeArgs(['-version']).version).toBe(true)
    expect(parseServeArgs(['-h']).help && parseServeArgs(['--help']).help).toBe(true)
  })

  test('repeat for lists, where the last wins for others, and --no- turns a switch off', () => {
    expect(flagsOf('--allowed-hosts', 'a', '--allowed-hosts=b,c', '--port=1', '--port=2', '--no-watch')).toEqual({
      allowed_hosts: 'a,b,c',
      port: '2',
      watch: 'false',
    })
  })

  test('that are not known are refused with the nearest', () => {
    expect(() => parseServeArgs(['--prot', '1'])).toThrow('there is no flag --prot; did you mean --port?')
    expect(() => parseServeArgs(['-limit-dial=1'])).toThrow('did you mean --limits-dial?')
    expect(() => parseServeArgs(['--port'])).toThrow('--port needs a value')
    expect(() => parseServeArgs(['db'])).toThrow(MisuseError)
    expect(() => parseServeArgs(['--', 'x'])).toThrow(MisuseError)
  })
})
