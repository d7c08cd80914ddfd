import { describe, expect, test } from 'vitest'
import { FaultlineError } from '../../src/contract/errors.ts'
import { parseProfile } from '../../src/experiment/parse-profile.ts'

/** What is wrong with a profile, one line each, as the user reads it. */
function problemsOf(text: string): string[] {
  try {
    parseProfile('p.yaml', text)
  } catch (error) {
    if (!(error instanceof FaultlineError)) throw error
    expect(error.code).toBe('invalid_profile')
    return error.problems.length > 0 ? error.problems.map(({ message }) => message) : [error.message]
  }
  throw new Error('the profile was taken')
}

const SOUND = `name: trial
targets:
  db: { to: db }
stages:
  - name: slow
    duration: 1.5s
    faults:
      - { target: db, kind: latency, attributes: { latency: 200ms } }
`

test('a profile is read with its durations in milliseconds and its seed as text', () => {
  const profile = parseProfile('p.yaml', `seed: 7\n${SOUND}`)
  expect(profile).toMatchObject({ name: 'trial', seed: '7', description: '', watch: undefined })
  expect(profile.stages).toMatchObject([
    {
      name: 'slow',
      durationMs: 1500,
      faults: [{ target: 'db', input: { kind: 'latency', attributes: { latency: '200ms' } } }],
    },
  ])
  expect([...profile.targets]).toEqual([['db', { is: 'existing', selector: { to: 'db' } }]])
})

test('JSON is YAML too', () => {
  const json = JSON.stringify({
    name: 'j',
    targets: { a: { proxy: 'a' } },
    stages: [{ name: 's', duration: 1, faults: [{ target: 'a', kind: 'noop' }] }],
  })
  expect(parseProfile('p.json', json).name).toBe('j')
})

describe('mistakes carry file, line and column', () => {
  test('all of them at once, each with the nearest known name', () => {
    const text = `name: trial
target:
  db: { to: db }
targets:
  db: { too: db }
stages:
  - name: slow
    duration: 5 seconds
    fautls: []
`
    const found = problemsOf(text).join('\n')
    expect(found).toMatch(/^p\.yaml:2:1: target is not known here.*; did you mean targets\?$/m)
    expect(found).toMatch(/^p\.yaml:5:9: too is not known here.*; did you mean to\?$/m)
    expect(found).toMatch(/^p\.yaml:9:5: fautls is not known here.*; did you mean faults\?$/m)
    expect(found).toMatch(/p\.yaml:8:5: duration is "5 seconds", but must be a whole number of milliseconds/)
  })

  test('those of faults too when a name or a duration is wrong besides', () => {
    const text = `name: bad name
targets: { db: { to: db } }
stages:
  - { name: slow, duration: 5 parsecs, faults: [{ target: bd, kind: latncy }, null, 7, { kind: latency }] }
  - null
`
    const found = problemsOf(text).join('\n')
    expect(found).toMatch(/^p\.yaml:1:1: name is "bad name"/m)
    expect(found).toMatch(/^p\.yaml:4:\d+: duration is "5 parsecs"/m)
    expect(found).toMatch(/^p\.yaml:4:\d+: target is "bd".*; did you mean db\?$/m)
    expect(found).toMatch(/^p\.yaml:4:\d+: kind is "latncy".*; did you mean latency\?$/m)
  })

  test('in the attributes of a fault, each in its line', () => {
    const text = SOUND.replace('{ latency: 200ms }', '{ latncy: 200ms, jitter: -5 }').replace(
      'kind: latency',
      'kind: latency, toxicity: 2',
    )
    const found = problemsOf(text)
    expect(found).toHaveLength(3)
    expect(found.join('\n')).toMatch(/^p\.yaml:8:65: latncy is not known here.*; did you mean latency\?$/m)
    expect(found.join('\n')).toMatch(/p\.yaml:8:80: jitter is -5, but must be/)
    expect(found.join('\n')).toMatch(/p\.yaml:8:38: toxicity is 2, but must be a number from 0 to 1/)
  })

  test.each([
    [
      'an unknown kind',
      SOUND.replace('kind: latency', 'kind: latncy'),
      /p\.yaml:8:23: kind is "latncy".*did you mean latency\?/,
    ],
    [
      'an unknown target',
      SOUND.replace('target: db', 'target: bd'),
      /p\.yaml:8:11: target is "bd", which the profile does not have; did you mean db\?/,
    ],
    ['a duration of nothing', SOUND.replace('1.5s', '0s'), /p\.yaml:6:5: duration is "0s", which is 0 ms, but must be/],
    ['a duration of days', SOUND.replace('1.5s', '90000s'), /p\.yaml:6:5: duration is "90000s"/],
    [
      'a duration finer than it can be',
      SOUND.replace('1.5s', '1.5us'),
      /p\.yaml:6:5: duration is "1\.5us", which is no whole number of ms/,
    ],
    [
      'no stage',
      SOUND.replace(/stages:[^]*/, 'stages: []\n'),
      /p\.yaml:4:1: stages is \[\], but must be a list of 1 to 10000 items/,
    ],
    ['nothing to inject', SOUND.replace(/ {4}faults:[^]*/, ''), /p\.yaml:4:1: no stage has a fault/],
    [
      'two stages of one name',
      `${SOUND}  - { name: slow, duration: 1s }\n`,
      /p\.yaml:9:7: name is "slow", as is that of an earlier stage/,
    ],
    [
      'a target that is two things',
      SOUND.replace('{ to: db }', '{ to: db, proxy: x }'),
      /p\.yaml:3:3: a target is either \{ proxy: name \} or labels/,
    ],
    [
      'a whole proxy without an upstream',
      SOUND.replace('{ to: db }', '{ listen: "127.0.0.1:0" }'),
      /p\.yaml:3:3: a target that is a whole proxy needs an upstream/,
    ],
    [
      'a whole proxy that exists',
      SOUND.replace('{ to: db }', '{ proxy: x, upstream: "127.0.0.1:1" }'),
      /p\.yaml:3:3: a target is either/,
    ],
    [
      'an empty target',
      SOUND.replace('{ to: db }', '{}'),
      /p\.yaml:3:3: db is \{\}, but must be an object that is not empty/,
    ],
    [
      'a name with a slash',
      SOUND.replace('trial', 'a/b'),
      /p\.yaml:1:1: name is "a\/b", but must be a name: letters, digits/,
    ],
    [
      'a stream where there is none',
      SOUND.replace('kind: latency, attributes: { latency: 200ms }', 'kind: refuse, stream: upstream'),
      /p\.yaml:8:\d+: stream is "upstream", but refuse acts on whole connections/,
    ],
    [
      'attributes that do not go together',
      SOUND.replace(
        'kind: latency, attributes: { latency: 200ms }',
        'kind: variable_latency, attributes: { distribution: table }',
      ),
      /p\.yaml:8:\d+: distribution table needs/,
    ],
    ['a key given twice', `${SOUND}name: again\n`, /p\.yaml:9:1: Map keys must be unique/],
    ['broken YAML', 'name: [\n', /^p\.yaml:\d+:\d+: /],
    ['no map at all', '- 1\n', /^p\.yaml:1:1: the value is \[1\], but must be an object/],
    ['nothing', '', /^p\.yaml:1:1: the value is null, but must be an object/],
  ])('%s', (_, text, expected) => {
    expect(problemsOf(text).join('\n')).toMatch(expected)
  })

  test('aliases that would grow without bound are a mistake, not the end of the daemon', () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefgh'.split('').map((name, i) => `${name}: &${name} [${`*${'abcdefg'[i]}, `.repeat(8)}*${'abcdefg'[i]}]`),
    ]
    expect(problemsOf(bomb.join('\n'))[0]).toMatch(/^p\.yaml:\d+:\d+: .*alias/i)
  })

  test('a text too long for a profile is not parsed at all', () => {
    expect(problemsOf(`# ${'x'.repeat(300_000)}`)[0]).toMatch(/has 300002 characters; at most 262144 are read/)
  })
})
