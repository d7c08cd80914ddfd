import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseFieldList } from '../../src/kernel/structured-field.ts'
import type { BareItem } from '../../src/kernel/structured-field.ts'

const read = (text: string): unknown =>
  parseFieldList(text).map(({ item, parameters }) => [item, Object.fromEntries(parameters)])

const one = (is: BareItem['is'], value: unknown): unknown => [[{ is, value }, {}]]

describe('a list of RFC 9651 is read', () => {
  test.each([
    ['', []],
    ['   ', []],
    ['a', one('token', 'a')],
    ['*', one('token', '*')],
    ["Foo123/456:*!#$%&'+-.^_`|~", one('token', "Foo123/456:*!#$%&'+-.^_`|~")],
    ['http_abort', one('token', 'http_abort')],
    ['0', one('integer', 0)],
    ['-42', one('integer', -42)],
    ['00042', one('integer', 42)],
    ['999999999999999', one('integer', 999_999_999_999_999)],
    ['1.5', one('decimal', 1.5)],
    ['-0.125', one('decimal', -0.125)],
    ['123456789012.123', one('decimal', 123_456_789_012.123)],
    ['"a b"', one('string', 'a b')],
    ['""', one('string', '')],
    ['"a\\"b\\\\c"', one('string', 'a"b\\c')],
    ['?0', one('boolean', false)],
    ['?1', one('boolean', true)],
    ['::', one('bytes', Buffer.from(''))],
    [':aGVsbG8=:', one('bytes', Buffer.from('hello'))],
    ['@1659578233', one('date', 1_659_578_233)],
    ['@-1', one('date', -1)],
    ['%"f%c3%bc\\r"', one('display', 'fü\\r')],
  ] as [string, unknown][])('%s', (text, expected) => expect(read(text)).toEqual(expected))

  test('with parameters, of which the last of a name counts', () => {
    const [item, parameters] = (read('a;x;y=?0; z="1;2";*b-c.d_9=t;x=2') as [unknown, object][])[0] ?? []
    expect(item).toEqual({ is: 'token', value: 'a' })
    expect(parameters).toEqual({
      x: { is: 'integer', value: 2 },
      y: { is: 'boolean', value: false },
      z: { is: 'string', value: '1;2' },
      '*b-c.d_9': { is: 'token', value: 't' },
    })
    expect(read('a;x')).toEqual([[{ is: 'token', value: 'a' }, { x: { is: 'boolean', value: true } }]])
  })

  test('with any blanks round commas, and spaces behind semicolons', () => {
    expect(read(' a ,\tb;  c=1 \t,c ')).toHaveLength(3)
    expect(read('a,b')).toHaveLength(2)
  })
})

describe('what is no list is refused, with the place', () => {
  test.each([
    [',', 1],
    ['a,', 3],
    ['a, ', 4],
    ['a,,b', 3],
    ['a b', 3],
    ['a ;b', 3],
    ['a;', 3],
    ['a;B', 3],
    ['a;1', 3],
    ['a; =1', 4],
    ['a;b=', 5],
    ['a;b =1', 5],
    ['a;delay=200ms', 12],
    ['\ta', 1],
    ['é', 1],
    ['aé', 2],
    ['a\u0000', 2],
    ['a\r\n', 2],
    ['-', 2],
    ['--1', 2],
    ['1.', 3],
    ['.5', 1],
    ['1.1234', 7],
    ['1234567890123.1', 16],
    ['1234567890123456', 17],
    ['1e3', 2],
    ['"a', 1],
    ['"a\\b"', 1],
    ['"a\\', 1],
    ['"é"', 1],
    ['"\t"', 1],
    ["'a'", 1],
    ['?', 1],
    ['?2', 1],
    ['?true', 1],
    [':a', 1],
    [':a b:', 1],
    [':a===:', 1],
    ['@1.5', 5],
    ['@a', 2],
    ['%"a', 1],
    ['%a', 1],
    ['%"%C3%BC"', 1],
    ['%"%c3"', 7],
    ['%"%ff%fe"', 10],
    ['%"%zz"', 1],
    ['(a b)', 1],
    ['a;b=(c)', 5],
    ['{"a":1}', 1],
  ] as [string, number][])('%j at character %i', (text, at) => {
    expect(() => parseFieldList(text)).toThrow(SyntaxError)
    expect(() => parseFieldList(text)).toThrow(new RegExp(`^at character ${at} stands .*, expected is `, 's'))
  })
})

// ---- properties

const key = fc.stringMatching(/^[a-z*][a-z0-9_.*-]{0,20}$/)
const token = fc.stringMatching(/^[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]{0,20}$/)
const printable = fc.string({ unit: fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code)) })
const written: fc.Arbitrary<readonly [string, BareItem]> = fc.oneof(
  fc
    .integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 })
    .map((value): [string, BareItem] => [String(value), { is: 'integer', value }]),
  fc
    .tuple(fc.integer({ min: -999_999_999, max: 999_999_999 }), fc.integer({ min: 0, max: 999 }))
    .map(([whole, part]): [string, BareItem] => {
      const text = `${whole}.${String(part).padStart(3, '0')}`
      return [text, { is: 'decimal', value: Number(text) }]
    }),
  token.map((value): [string, BareItem] => [value, { is: 'token', value }]),
  printable.map((value): [string, BareItem] => [`"${value.replaceAll(/["\\]/g, '\\$&')}"`, { is: 'string', value }]),
  fc.boolean().map((value): [string, BareItem] => [value ? '?1' : '?0', { is: 'boolean', value }]),
  fc
    .uint8Array({ maxLength: 40 })
    .map((bytes): [string, BareItem] => [
      `:${Buffer.from(bytes).toString('base64')}:`,
      { is: 'bytes', value: Buffer.from(bytes) },
    ]),
  fc
    .string({ unit: 'grapheme' })
    .map((value): [string, BareItem] => [
      `%"${[...Buffer.from(value)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')}"`,
      { is: 'display', value },
    ]),
)
const member = fc.tuple(written, fc.array(fc.tuple(key, written), { maxLength: 5 }))

test('what was written comes back as it was meant', () => {
  fc.assert(
    fc.property(fc.array(member, { maxLength: 6 }), fc.constantFrom(',', ', ', ' ,\t'), (members, comma) => {
      const text = members
        .map(([[item], parameters]) => [item, ...parameters.map(([name, [value]]) => `;${name}=${value}`)].join(''))
        .join(comma)
      const expected = members.map(([[, item], parameters]) => [
        item,
        Object.fromEntries(parameters.map(([name, [, value]]) => [name, value])),
      ])
      expect(read(text)).toEqual(expected)
    }),
    { numRuns: 300 },
  )
})

test('whatever stands there, it is read or refused by a syntax error, and never both', () => {
  const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[ \t",;=?:@%()a-z0-9.*\\-]{0,60}$/))
  fc.assert(
    fc.property(anyText, (text) => {
      try {
        for (const { item } of parseFieldList(text)) expect(item.value).toBeDefined()
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError)
      }
    }),
    { numRuns: 2000 },
  )
})

test('the time it takes grows with the length alone', () => {
  // What a backtracking expression would need years for.
  for (const text of ['"' + '\\"'.repeat(50_000), '%"' + '%61'.repeat(50_000), ':' + 'A'.repeat(100_000)])
    expect(() => parseFieldList(text)).toThrow(SyntaxError)
  expect(parseFieldList('a' + ';b'.repeat(50_000))).toHaveLength(1)
})
