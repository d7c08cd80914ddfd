import { describe, expect, test } from 'vitest'
import { FaultlineError } from '../../src/contract/errors.ts'
import type { ParameterValues } from '../../src/contract/profile-wire.ts'
import { parseProfile } from '../../src/experiment/parse-profile.ts'

const profile = (parameters: string, fault = 'attributes: { latency: "${latency}" }'): string => `name: trial
parameters: ${parameters}
targets: { db: { proxy: db } }
stages:
  - { name: slow, duration: 1s, faults: [{ target: db, kind: latency, ${fault} }] }
`

const DEFAULT = '{ latency: { default: 200ms, description: How slow. } }'

const inputOf = (text: string, set: ParameterValues = {}): unknown => {
  const [stage] = parseProfile('p.yaml', text, set).stages
  return stage !== undefined && 'faults' in stage ? stage.faults[0]?.input : undefined
}

function refusal(text: string, set: ParameterValues = {}): FaultlineError {
  try {
    parseProfile('p.yaml', text, set)
  } catch (error) {
    if (error instanceof FaultlineError) return error
  }
  throw new Error('it was taken')
}

const told = (text: string, set?: ParameterValues): readonly string[] =>
  refusal(text, set).problems.map(({ message }) => message)

describe('parameters', () => {
  test('stand for their default, or for what is set', () => {
    expect(inputOf(profile(DEFAULT))).toMatchObject({ attributes: { latency: '200ms' } })
    expect(inputOf(profile(DEFAULT), { latency: '1s' })).toMatchObject({ attributes: { latency: '1s' } })
    expect(inputOf(profile(DEFAULT), { latency: 5 })).toMatchObject({ attributes: { latency: 5 } })
  })

  test('alone keep their type, which a text on a command line takes; within a text they are written out', () => {
    const text = profile(
      '{ p: { default: 0.5 }, n: { default: a }, on: { default: true } }',
      'name: "x-${n}-${p}", toxicity: "${p}", enabled: "${on}"',
    )
    expect(inputOf(text)).toMatchObject({ name: 'x-a-0.5', toxicity: 0.5, enabled: true })
    expect(inputOf(text, { p: '1', on: 'false' })).toMatchObject({ name: 'x-a-1', toxicity: 1, enabled: false })
  })

  test('are not sought in an escaped text, in names, or in the values of others', () => {
    const text = profile('{ a: { default: plain } }', 'match: { client: ["10.0.0.0/8"] }').replace(
      'name: trial',
      () => 'name: trial\ndescription: "costs $${a}"',
    )
    expect(parseProfile('p.yaml', text).description).toBe('costs ${a}')
    expect(parseProfile('p.yaml', text, { a: '${a}' }).parameters[0]?.value).toBe('${a}')
  })

  test('move a duration, a ramp and a repetition too', () => {
    const text = profile(
      '{ to: { default: 1s }, times: { default: 2 } }',
      'attributes: { latency: { ramp: { from: 0, to: "${to}" } } }',
    ).replace('duration: 1s', 'duration: "${to}", repeat: "${times}"')
    const [stage] = parseProfile('p.yaml', text, { to: '2s', times: '3' }).stages
    expect(stage).toMatchObject({ durationMs: 2000, repeat: 3, faults: [{ ramps: [{ to: 2000 }] }] })
  })
})

describe('what is wrong with a parameter', () => {
  test('is told where it is used and where it stands', () => {
    expect(told(profile('{ latency: { default: 5 parsecs } }'))).toEqual([
      expect.stringMatching(/^p\.yaml:5:\d+: latency is "5 parsecs", but must be/),
      expect.stringMatching(
        /^p\.yaml:2:26: parameter latency has the default "5 parsecs", which cannot stand at \/stages\/0\/faults\/0\/attributes\/latency: latency is/,
      ),
    ])
    expect(told(profile(DEFAULT), { latency: 'x' })[1]).toMatch(/^p\.yaml:2:15: parameter latency is set to "x"/)
  })

  test('a use that stands for none, with the nearest', () => {
    expect(told(profile('{ latncy: { default: 1 } }'))[0]).toMatch(
      /^p\.yaml:5:\d+: "\$\{latency\}" stands for no parameter; did you mean latncy\?/,
    )
  })

  test('a default that refers to another, so that nothing goes in circles', () => {
    expect(told(profile('{ latency: { default: "${b}" }, b: { default: "${latency}" } }')).join('\n')).toContain(
      'p.yaml:2:26: default is "${b}", but must be a plain value: it cannot refer to a parameter',
    )
  })

  test.each([
    ['{ latency: 200ms }', /latency is "200ms", but must be an object/],
    ['{ latency: { } }', /default is missing/],
    ['{ latency: { default: [1] } }', /default is \[1\]/],
    ['{ latency: { default: .nan } }', /default is null|latency/],
    ['{ "a b": { default: 1 } }', /"a b" is no name/],
    ['[]', /parameters is \[\]/],
  ])('%s', (parameters, expected) => {
    expect(told(profile(parameters)).join('\n')).toMatch(expected)
  })

  test('one that is set and not there, with the nearest', () => {
    expect(refusal(profile(DEFAULT), { latncy: 1 })).toMatchObject({
      code: 'invalid_request',
      pointer: '/parameters/latncy',
      message: 'no parameter is called "latncy"; did you mean latency?',
    })
  })
})

describe('a matrix', () => {
  const swept = (matrix: string): string => profile(`{ latency: { default: 1 }, b: { default: 1 } }\nmatrix: ${matrix}`)

  test.each([
    ['{ lat: [1] }', /"lat" is no parameter of the profile/],
    ['{ latency: [] }', /latency is \[\], but must be a list of 1 to 100/],
    ['{ latency: [1, 2, 1] }', /1 is there twice/],
    [
      '{ latency: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], b: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] }',
      /it has 110 combinations; at most 100/,
    ],
  ])('%s is refused', (matrix, expected) => {
    expect(told(swept(matrix)).join('\n')).toMatch(expected)
  })
})
