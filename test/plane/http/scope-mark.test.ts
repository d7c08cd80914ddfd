import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DISAGREE, scopeMark } from '../../../src/plane/embedded/http/scope-mark.ts'

const head = (...fields: readonly string[]): string => ['GET / HTTP/1.1', ...fields, '', ''].join('\r\n')
const flat = (fields: readonly string[]): string[] =>
  fields.flatMap((field) => {
    const colon = field.indexOf(':')
    return [field.slice(0, colon), field.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')]
  })

const cases: [string, string[], string | typeof DISAGREE | undefined][] = [
  ['no field', [], undefined],
  ['its field', ['x-faultline-scope: s1'], 's1'],
  ['its field in another case', ['X-FAULTLINE-SCOPE:s1'], 's1'],
  ['an id in another case, which is another id', ['x-faultline-scope: S1'], 'S1'],
  ['the same twice', ['x-faultline-scope: s1', 'x-faultline-scope: s1'], 's1'],
  ['the same twice, joined by a proxy', ['x-faultline-scope: s1, s1,'], 's1'],
  ['two', ['x-faultline-scope: s1', 'x-faultline-scope: s2'], DISAGREE],
  ['two, joined', ['x-faultline-scope: s1,s2'], DISAGREE],
  ['an empty field', ['x-faultline-scope:  '], undefined],
  ['baggage', ['baggage: faultline.scope=s1'], 's1'],
  ['baggage among others, with properties', ['Baggage: a=b;p, faultline.scope = s1 ;p=q;r , c=d'], 's1'],
  ['baggage in two fields', ['baggage: a=b', 'baggage: faultline.scope=s1'], 's1'],
  ['baggage with escapes', ['baggage: faultline.scope=%73%31'], 's1'],
  ['baggage with escapes of a comma', ['baggage: faultline.scope=s1%2Cs2'], 's1,s2'],
  ['baggage with a broken escape', ['baggage: faultline.scope=s1%zz'], 's1%zz'],
  ['a property that looks like a member', ['baggage: a=b;faultline.scope=s1'], undefined],
  ['a value that looks like a member', ['baggage: a=faultline.scope=s1'], undefined],
  ['another member', ['baggage: faultline.scopes=s1,xfaultline.scope=s2,Faultline.Scope=s3'], undefined],
  ['tracestate', ['tracestate: vendor=1,faultline=s1'], 's1'],
  ["another vendor's tracestate", ['tracestate: a@faultline=s1'], undefined],
  ['marks that agree', ['tracestate: faultline=s1', 'baggage: faultline.scope=s1', 'x-faultline-scope: s1'], 's1'],
  ['marks that disagree', ['tracestate: faultline=s1', 'baggage: faultline.scope=s2'], DISAGREE],
  ['a name within a value', ['x-other: x-faultline-scope: s1', 'y: baggage: faultline.scope=s1'], undefined],
  ['white space that is none', ['x-faultline-scope: s1\u00a0'], 's1\u00a0'],
]

describe('the scope of a request', () => {
  test.each(cases)('with %s', (_what, fields, expected) => {
    expect(scopeMark(head(...fields))).toBe(expected)
    expect(scopeMark(flat(fields))).toBe(expected)
  })

  test('is none but the one that is written into it, however it is written', () => {
    const id = fc.constantFrom('s1', 's2', 's3')
    const blank = fc.constantFrom('', ' ', '\t ', '  ')
    const cased = (name: string): fc.Arbitrary<string> =>
      fc.array(fc.boolean(), { minLength: name.length, maxLength: name.length }).map((ups) =>
        name
          .split('')
          .map((letter, i) => (ups[i] === true ? letter.toUpperCase() : letter))
          .join(''),
      )
    const escaped = (text: string): fc.Arbitrary<string> =>
      fc.array(fc.boolean(), { minLength: text.length, maxLength: text.length }).map((codes) =>
        text
          .split('')
          .map((letter, i) => (codes[i] === true ? `%${letter.charCodeAt(0).toString(16)}` : letter))
          .join(''),
      )
    const marked = id.chain((scope) =>
      fc
        .oneof(
          fc.tuple(cased('x-faultline-scope'), blank, blank).map(([name, a, b]) => `${name}:${a}${scope}${b}`),
          fc
            .tuple(cased('baggage'), escaped(scope), blank, fc.constantFrom('', ';p', ' ; p=q;r'))
            .map(([name, value, a, more]) => `${name}: k=v,${a}faultline.scope${a}=${a}${value}${a}${more}, z=1`),
          fc.tuple(cased('tracestate'), blank).map(([name, a]) => `${name}: v=1,${a}faultline=${scope}${a}`),
        )
        .map((field) => ({ field, scope })),
    )
    const other = fc
      .constantFrom(
        'x-faultline: s1',
        'baggage: a=s1;faultline.scope=s2',
        'tracestate: x=faultline',
        'cookie: faultline=s3',
      )
      .map((field) => ({ field, scope: undefined }))
    const fields = fc.array(fc.oneof(marked, other), { maxLength: 6 })
    fc.assert(
      fc.property(fields, (list) => {
        const scopes = new Set(list.flatMap(({ scope }) => scope ?? []))
        const expected = scopes.size > 1 ? DISAGREE : [...scopes][0]
        const lines = list.map(({ field }) => field)
        return scopeMark(head(...lines)) === expected && scopeMark(flat(lines)) === expected
      }),
      { numRuns: 2000 },
    )
  })

  test('is found in time that grows with the head, however it is made', () => {
    const blanks = ' '.repeat(60_000)
    // A pattern that goes back for each blank takes a billion steps here.
    expect(scopeMark(head(`baggage: a${blanks}b=${blanks}c`, `x-faultline-scope: a${blanks}b`))).toBe(`a${blanks}b`)
    expect(scopeMark(head(`baggage: ${',='.repeat(30_000)}`))).toBeUndefined()
  })
})
