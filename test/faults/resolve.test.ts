import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FaultlineError } from '../../src/contract/errors.ts'
import type { FaultSpec } from '../../src/contract/model.ts'
import { patchFault, resolveFault } from '../../src/faults/resolve.ts'

const resolve = (input: unknown, pointer = ''): FaultSpec => resolveFault(input, { owner: 'api', pointer })
const lenient = (input: unknown): FaultSpec => resolveFault(input, { owner: 'api', lenient: true })

function problemsOf(act: () => unknown): Record<string, string> {
  try {
    act()
  } catch (error) {
    if (!(error instanceof FaultlineError)) throw error
    expect(error.code).toBe('invalid_fault')
    expect(error.pointer).toBe(error.problems[0]?.pointer)
    for (const { message } of error.problems) expect(error.message).toContain(message)
    return Object.fromEntries(error.problems.map(({ pointer, message }) => [pointer, message]))
  }
  throw new Error('nothing was wrong')
}

describe('strict input', () => {
  test('what is left out takes its default, and quantities their base unit', () => {
    expect(resolve({ kind: 'slicer', attributes: { delay: '1ms', average_size: '1KiB' } })).toEqual({
      name: 'slicer_downstream',
      kind: 'slicer',
      stream: 'downstream',
      toxicity: 1,
      attributes: { average_size: 1024, size_variation: 0, delay: 1000 },
      trigger: undefined,
      match: undefined,
      key: undefined,
      appliesTo: 'both',
      enabled: true,
      dryRun: false,
      owner: 'api',
      seed: undefined,
    })
  })

  test('the default name is made of kind and stream, or of the kind where there is none', () => {
    expect(resolve({ kind: 'latency', stream: 'upstream' }).name).toBe('latency_upstream')
    expect(resolve({ kind: 'slow_dial' })).toMatchObject({ name: 'slow_dial', stream: undefined })
  })

  test('every setting is taken and converted', () => {
    const spec = resolve({
      kind: 'noop',
      name: 'n.1-x',
      toxicity: 0.25,
      trigger: { every: 3, for: '2s' },
      match: { client: ['127.0.0.1', '10.0.0.0/8', 'fd00::/8', '::1'] },
      key: { client: 'address' },
      applies_to: 'new',
      enabled: false,
      dry_run: true,
    })
    expect(spec).toMatchObject({
      trigger: { every: 3, for: 2000 },
      appliesTo: 'new',
      enabled: false,
      dryRun: true,
      toxicity: 0.25,
    })
  })

  test('all that is wrong is said at once, each where it is, with the nearest known name', () => {
    const input = {
      kind: 'latency',
      atributes: {},
      toxicity: 2,
      attributes: { jiter: 1, latency: '-5ms' },
      trigger: { nth: 0 },
    }
    const found = problemsOf(() => resolve(input, '/faults/3'))
    const { '/faults/3/atributes': unknown, ...others } = found
    expect(unknown).toContain('did you mean attributes?')
    expect(others).toEqual({
      '/faults/3/toxicity': 'toxicity is 2, but must be a number from 0 to 1',
      '/faults/3/trigger/nth': 'nth is 0, but must be a whole number, 1 or more',
      '/faults/3/attributes/jiter': 'jiter is not known here (known are latency, jitter); did you mean jitter?',
      '/faults/3/attributes/latency':
        'latency is "-5ms", but must be a whole number of milliseconds from 0 to 86400000, or a text such as "250ms" or "1.5s"',
    })
  })

  test.each([
    [{ kind: 'latencie' }, '/kind', 'did you mean latency?'],
    [{}, '/kind', 'kind is missing; it must be one of '],
    [{ kind: 7 }, '/kind', 'kind is 7, but must be one of '],
    [null, '', 'the value is null, but must be an object'],
    [[], '', 'the value is [], but must be an object'],
    [{ kind: 'noop', attributes: [] }, '/attributes', 'attributes is [], but must be an object'],
    [{ kind: 'noop', stream: 'UPSTREAM' }, '/stream', 'did you mean upstream?'],
    [{ kind: 'max_age', stream: 'upstream' }, '/stream', 'max_age acts on whole connections and takes no stream'],
    [{ kind: 'noop', name: 'a/b' }, '/name', 'must be a name of 1 to 100 letters'],
    [{ kind: 'noop', match: { client: ['10.0.0.0/33'] } }, '/match/client/0', 'must be an IP address or a range'],
    [{ kind: 'http_abort', match: { body: {} } }, '/match/body', 'must be an object that is not empty'],
    [{ kind: 'http_abort', match: { body: { regex: '(?=a)' } } }, '/match/body/regex', 'cannot be used'],
    [{ kind: 'http_abort', match: { body: { regex: '(' } } }, '/match/body/regex', 'cannot be used'],
    [{ kind: 'http_abort', match: { body: { regex: 'a'.repeat(101) } } }, '/match/body/regex', '101 characters long'],
    [
      { kind: 'http_abort', match: { any: [{ body: { regex: '((a|[b-z]?)x){12}{5}' } }] } },
      '/match/any/0/body/regex',
      'cannot be used',
    ],
    [
      { kind: 'http_abort', match: { body: { regex: '(abcdefg?){15}c{2}' } } },
      '/match/body/regex',
      'must be of 100 at most',
    ],
    [{ kind: 'http_abort', match: { body: { contains: 'a'.repeat(1001) } } }, '/match/body/contains', '1 to 1000'],
    [
      { kind: 'http_abort', match: { body: { json: { '': 1 } } } },
      '/match/body/json/',
      'is no name that can stand here',
    ],
    [{ kind: 'http_abort', match: { body: { json: { 'a..b': 1 } } } }, '/match/body/json/a..b', 'names no field'],
    [{ kind: 'http_abort', match: { not: { body: { json: { '/a': [] } } } } }, '/match/not/body/json/~1a', 'a glob'],
    [{ kind: 'http_abort', match: { body: { json: { '/a': {} } } } }, '/match/body/json/~1a', 'a glob over the value'],
    [
      { kind: 'http_abort', match: { body: { json: { a: { least: 1 } } } } },
      '/match/body/json/a/least',
      'known are min, max',
    ],
    [
      { kind: 'http_abort', match: { body: { json: { a: { min: 2, max: 1 } } } } },
      '/match/body/json/a/min',
      'nothing fits',
    ],
    [{ kind: 'noop', match: { body: { contains: 'a' } } }, '/match/body', 'a condition on requests'],
    [{ kind: 'refuse', match: { all: [{ body: { contains: 'a' } }] } }, '/match/all/0/body', 'allowed is client'],
    [{ kind: 'noop', trigger: { after: { bytes: 0 } } }, '/trigger/after/bytes', 'a whole number of bytes'],
    [{ kind: 'refuse', trigger: { after: { bytes: 1 }, per: 'connection' } }, '/trigger/per', 'must be "fault"'],
    [{ kind: 'noop', match: { client: ['localhost'] } }, '/match/client/0', 'must be an IP address or a range'],
    [{ kind: 'noop', match: { client: ['fd00::/129'] } }, '/match/client/0', 'must be an IP address or a range'],
    [{ kind: 'noop', trigger: {} }, '/trigger', 'must be an object that is not empty'],
    [{ kind: 'noop', key: { client: 'port' } }, '/key/client', 'must be one of address'],
    [{ kind: 'latency', attributes: { latency: '0.5us' } }, '/attributes/latency', 'which is no whole number of ms'],
    [{ kind: 'latency', attributes: { latency: '25h' } }, '/attributes/latency', 'which is 90000000 ms'],
    [{ kind: 'latency', attributes: { latency: '5' } }, '/attributes/latency', 'or a text such as "250ms"'],
    [{ kind: 'latency', attributes: { latency: null } }, '/attributes/latency', 'latency is null'],
    [{ kind: 'latency', attributes: { Latency: 5 } }, '/attributes/Latency', 'did you mean latency?'],
    [{ kind: 'noop', trigger: { for: '0.1us' } }, '/trigger/for', 'which is no whole number of ms'],
    [JSON.parse('{"kind": "noop", "__proto__": {"x": 1}}'), '/__proto__', '__proto__ is not known here'],
  ])('%j is refused at %s', (input, pointer, message) => {
    expect(problemsOf(() => resolve(input))[pointer]).toContain(message)
  })

  test('no value of any shape makes it fail in another way than by saying what is wrong', () => {
    const field = fc.oneof(
      fc.constantFrom('latency', 'loss', 'variable_latency', 'upstream', '1s', 0.5, 1, null),
      fc.jsonValue(),
    )
    const shape = fc.record(
      {
        kind: field,
        name: field,
        stream: field,
        toxicity: field,
        attributes: fc.oneof(field, fc.dictionary(fc.string(), field)),
        trigger: field,
        match: field,
        key: field,
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.oneof(shape, fc.jsonValue()), fc.boolean(), (input, isLenient) => {
        try {
          const spec = resolveFault(input, { owner: 'api', lenient: isLenient })
          expect(patchFault(spec, {}, {})).toBe(spec)
        } catch (error) {
          expect(error).toBeInstanceOf(FaultlineError)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe("input by Toxiproxy's rules", () => {
  test('attributes are found in any case, null and unknown ones count as absent', () => {
    const input = {
      kind: 'latency',
      attributes: { LATENCY: 10, Jitter: null, nonsense: {} },
      trigger: 5,
      name: null,
      toxicity: null,
    }
    expect(lenient(input)).toMatchObject({
      name: 'latency_downstream',
      toxicity: 1,
      trigger: undefined,
      attributes: { latency: 10, jitter: 0 },
    })
  })

  test('a stream is taken in any case, echoed as it was spelt, and so used in the name', () => {
    expect(lenient({ kind: 'latency', stream: 'UpStream' })).toMatchObject({
      name: 'latency_UpStream',
      stream: 'upstream',
      streamEcho: 'UpStream',
    })
  })

  test('a kind without a stream takes one and ignores it', () => {
    expect(lenient({ kind: 'slow_dial', stream: 'upstream' })).toMatchObject({ name: 'slow_dial', stream: undefined })
  })

  test('names may hold nearly anything that a path can say', () => {
    for (const name of ['a b', 'größe', '<x>', '-', '...', 'x'.repeat(200)])
      expect(lenient({ kind: 'noop', name }).name).toBe(name)
    for (const name of ['a/b', '.', '..', 'a\n', '\u0000', 'ü'.repeat(101), 7]) {
      expect(problemsOf(() => lenient({ kind: 'noop', name }))['/name']).toContain('must be a printable text')
    }
    expect(lenient({ kind: 'noop', name: '' }).name).toBe('noop_downstream')
  })

  test('only whole numbers in range are quantities', () => {
    for (const latency of ['10ms', 1.5, -1, 1e300, true, {}, []]) {
      expect(Object.keys(problemsOf(() => lenient({ kind: 'latency', attributes: { latency } })))).toEqual([
        '/attributes/latency',
      ])
    }
    expect(
      lenient({ kind: 'slicer', attributes: { average_size: 1000, size_variation: 1000 } }).attributes['delay'],
    ).toBe(0)
  })

  test('kinds with fractions keep them', () => {
    expect(lenient({ kind: 'loss', attributes: { rate: 0.25 } }).attributes['rate']).toBe(0.25)
  })

  test('stream and kind that are wrong are both told, each at its place', () => {
    expect(Object.keys(problemsOf(() => lenient({ kind: 'down', stream: 'sideways' })))).toEqual(['/stream', '/kind'])
    expect(Object.keys(problemsOf(() => lenient(null)))).toEqual(['/kind'])
    expect(Object.keys(problemsOf(() => lenient({ kind: 'noop', stream: '' })))).toEqual(['/stream'])
    expect(Object.keys(problemsOf(() => lenient({ kind: 'noop', attributes: [] })))).toEqual(['/attributes'])
  })
})

describe('a patch', () => {
  const spec = resolve({ kind: 'latency', attributes: { latency: 100, jitter: 5 }, trigger: { first: 3 } })

  test('merges attributes and replaces the rest', () => {
    expect(patchFault(spec, { attributes: { jitter: '7ms' }, toxicity: 0.5, trigger: { nth: 2 } }, {})).toMatchObject({
      name: spec.name,
      attributes: { latency: 100, jitter: 7 },
      toxicity: 0.5,
      trigger: { nth: 2 },
    })
  })

  test('that changes nothing gives the same fault back, and attributes that stay keep their identity', () => {
    expect(patchFault(spec, {}, {})).toBe(spec)
    expect(patchFault(spec, { attributes: { latency: '100ms' }, toxicity: 1, trigger: { first: 3 } }, {})).toBe(spec)
    expect(patchFault(spec, { toxicity: 0.5 }, {}).attributes).toBe(spec.attributes)
    expect(patchFault(spec, null, { lenient: true })).toBe(spec)
    expect(patchFault(spec, { name: 7, stream: 'x', attributes: { LATENCY: null, other: 1 } }, { lenient: true })).toBe(
      spec,
    )
  })

  test('takes a trigger, match or key away with null', () => {
    expect(patchFault(spec, { trigger: null }, {}).trigger).toBeUndefined()
  })

  test('may not change what the fault is, and says all that is wrong', () => {
    const found = problemsOf(() => patchFault(spec, { kind: 'loss', attributes: { latency: -1 } }, { pointer: '/p' }))
    expect(found['/p/kind']).toBe('kind cannot be changed; remove the fault and attach another')
    expect(found['/p/attributes/latency']).toContain('latency is -1')
  })

  test.each([null, 5, 'x', []])('%j is no patch', (patch) => {
    expect(problemsOf(() => patchFault(spec, patch, {}))['']).toContain('must be an object')
  })

  test("by Toxiproxy's rules takes whole numbers only", () => {
    expect(patchFault(spec, { attributes: { Latency: 7 } }, { lenient: true }).attributes).toEqual({
      latency: 7,
      jitter: 5,
    })
    expect(() => patchFault(spec, { attributes: { latency: '7ms' } }, { lenient: true })).toThrow(FaultlineError)
  })

  test('is judged by the combination that comes out', () => {
    const variable = resolve({ kind: 'variable_latency', attributes: { minimum: 50 } })
    expect(() => patchFault(variable, { attributes: { maximum: 10 } }, {})).toThrow(
      'minimum is 50 ms, above the maximum of 10 ms',
    )
  })
})
