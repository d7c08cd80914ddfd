import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { depthOf, mergePatch, parseJson, writeJson } from '../../src/kernel/json.ts'
import type { Json } from '../../src/kernel/json.ts'
import { parsePath, placesAt } from '../../src/kernel/json-path.ts'
import { allPlaces, mutate } from '../../src/faults/json-mutation.ts'

describe('a merge patch', () => {
  /** The table of RFC 7386, appendix A. */
  test.each<[string, string, string]>([
    ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
    ['{"a":"b"}', '{"a":null}', '{}'],
    ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
    ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
    ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
    ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
    ['["a","b"]', '["c","d"]', '["c","d"]'],
    ['{"a":"b"}', '["c"]', '["c"]'],
    ['{"a":"foo"}', 'null', 'null'],
    ['{"a":"foo"}', '"bar"', '"bar"'],
    ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
    ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
    ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
  ])('of %s with %s gives %s', (target, patch, result) => {
    expect(JSON.stringify(mergePatch(JSON.parse(target) as Json, JSON.parse(patch) as Json))).toBe(result)
  })

  test('leaves its target as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (target, patch) => {
        const before = JSON.stringify(target)
        mergePatch(target as Json, patch as Json)
        expect(JSON.stringify(target)).toBe(before)
      }),
    )
  })
})

test('a path is a pointer or dotted, and one that leads nowhere is none', () => {
  expect(parsePath('/a~1b/~0/0')).toEqual(['a/b', '~', '0'])
  expect(parsePath('/')).toEqual([''])
  expect(parsePath('a.b[0][*].c')).toEqual(['a', 'b', '0', '*', 'c'])
  expect(parsePath('$.a')).toEqual(['a'])
  expect(parsePath('$[0]')).toEqual(['0'])
  for (const wrong of ['', '$', 'a.', '.', 'a[x]', 'a[', 'a..b']) expect(parsePath(wrong)).toBeUndefined()
})

test('what an object inherits, and the length of a list, are no fields', () => {
  for (const path of ['/toString', '/__proto__', '/constructor'])
    expect(placesAt({}, parsePath(path) ?? [])).toEqual([])
  expect(placesAt([1], ['length'])).toEqual([])
})

test('dropping all that there is leaves an empty document, and flipping leaves JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const flipped = JSON.parse(JSON.stringify([value])) as Json
      mutate(allPlaces(flipped), 'flip')
      expect(parseJson(writeJson(flipped) ?? Buffer.of())).toBeDefined()
      const dropped = JSON.parse(JSON.stringify([value])) as Json
      mutate(placesAt(dropped, ['*']), 'drop')
      expect(dropped).toEqual([])
    }),
  )
})

test('the depth of a value is counted as far as it matters', () => {
  expect([depthOf(1, 9), depthOf({ a: [1] }, 9), depthOf([[[[]]]], 2)]).toEqual([1, 3, 3])
})
