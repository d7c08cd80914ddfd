import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Found } from '../../../src/experiment/checks/check-kind.ts'
import { judgeExpectation } from '../../../src/experiment/checks/judge-expectation.ts'
import { ExpectationError, parseExpectation } from '../../../src/experiment/checks/parse-expectation.ts'
import { placesAt } from '../../../src/kernel/json-path.ts'
import type { Json } from '../../../src/kernel/json.ts'
import { kindNamed } from './use-expectation.ts'

const DOCUMENT: Json = { db: { state: 'up', lag: 5 }, items: [{ price: 3 }, { price: 9 }], 'a b': true, none: null }

const ANSWER: Found = {
  values: { answered: true, status: 200, latency: 120, body: 'all is well' },
  json: (path) => {
    const places = placesAt(DOCUMENT, path)
    return places.length === 0
      ? 'nothing in the body is there'
      : places.map(({ holder, key }) => (holder as never)[key] as Json)
  },
  header: (name) => (name === 'content-type' ? 'application/json' : undefined),
}

const judge = (text: string, found: Found = ANSWER, baseline = new Map<string, number>(), kind = 'http') =>
  judgeExpectation(parseExpectation(text, kindNamed(kind)), found, baseline).outcome

describe('an expectation holds or fails', () => {
  test.each([
    ['status == 200', 'status == 500'],
    ['status != 500', 'status != 200'],
    ['status in 200..299', 'status in 201..299'],
    ['status in [200, 204]', 'status in [201, 204]'],
    ['latency <= 120', 'latency < 120'],
    ['latency < 1.5s', 'latency > 1m'],
    ['latency in 100ms..0.2s', 'latency in 1..119ms'],
    ['answered == true', 'answered == false'],
    ['body == all is well', 'body == "all is"'],
    ['body == "all is well"', 'body != "all is well"'],
    ['body matches ^all.*well$', 'body matches ^well'],
    ['body in [fine, "all is well"]', 'body in [fine, well]'],
    ['json /db/state == up', 'json /db/state == down'],
    ['json db.state == "up"', 'json $.db.state != up'],
    ['json /db/lag <= 5', 'json /db/lag < 5'],
    ['json "/a b" == true', 'json "/a b" == "true"'],
    ['json /none == null', 'json /none == 0'],
    ['json items[*].price < 10', 'json items[*].price < 9'],
    ['json /db exists', 'json /cache exists'],
    ['json / exists', 'json /items/2 exists'],
    ['header content-type matches json', 'header content-type == text/plain'],
    ['header Content-Type exists', 'header etag exists'],
    ['json /db/state matches ^u', 'json /db/state > 3'],
  ])('%s holds, %s does not', (holds, fails) => {
    expect(judge(holds)).toBe('holds')
    expect(judge(fails)).toBe('fails')
  })

  test('of shares, in percent or as a number', () => {
    const traffic = (success_ratio: number): Found => ({ values: { success_ratio } })
    expect(judge('success_ratio >= 99%', traffic(0.991), new Map(), 'observed')).toBe('holds')
    expect(judge('success_ratio >= 0.99', traffic(0.98), new Map(), 'observed')).toBe('fails')
  })

  test.each([
    ['latency <= 2 * baseline', 60, 'holds'],
    ['latency <= 2 * baseline', 59, 'fails'],
    ['latency <= baseline * 2', 60, 'holds'],
    ['latency <= baseline + 20ms', 100, 'holds'],
    ['latency <= 1.5 * baseline - 0.05s', 113, 'fails'],
    ['latency > baseline', 119, 'holds'],
  ])('%s with a baseline of %d: %s', (text, baseline, outcome) => {
    expect(judge(text, ANSWER, new Map([['latency', baseline]]))).toBe(outcome)
  })

  test('without a baseline, or anything to measure, there is no data; without an answer it fails', () => {
    const nothing = (because: 'no_data' | 'no_answer'): Found => ({
      values: {},
      missing: { because, why: 'nobody there' },
    })
    expect(judge('latency <= 2 * baseline')).toBe('no_data')
    expect(judge('latency < 1s', nothing('no_data'))).toBe('no_data')
    expect(judge('latency < 1s', nothing('no_answer'))).toBe('fails')
    expect(judge('json /db exists', nothing('no_answer'))).toBe('fails')
  })

  test('says what was found', () => {
    const why = (text: string, baseline = new Map<string, number>()): string | undefined =>
      judgeExpectation(parseExpectation(text, kindNamed('http')), ANSWER, baseline).why
    expect(why('status == 500')).toBe('status == 500: status is 200')
    expect(why('latency <= 2 * baseline', new Map([['latency', 50]]))).toBe(
      'latency <= 2 * baseline: latency is 120, the baseline 50',
    )
    expect(why('json /cache == up')).toBe('json /cache == up: nothing in the body is there')
  })
})

describe('what is no expectation is refused, with its place and what is allowed', () => {
  test.each([
    ['', 1, /must begin with a measure: answered, status, latency, body, json, header/],
    ['statsu == 200', 1, /has no measure statsu; .*did you mean status\?/],
    ['status', 7, /stands nothing, but must stand one of == != <=/],
    ['status = 200', 8, /did you mean ==\?/],
    ['status =~ 200', 8, /did you mean matches\?/],
    ['status == ', 11, /nothing stands behind ==/],
    ['status == ok', 11, /"ok" is not what the measure is compared with: a number/],
    ['status <= 5s', 11, /"5s" is not what the measure is compared with: a number/],
    ['latency < soon', 11, /milliseconds, or a time such as 250ms/],
    ['answered > true', 12, /answered has no order; compare it by == or !=/],
    ['answered == yes', 13, /true or false/],
    ['status in 299..200', 11, /begins above its end/],
    ['status in 200', 11, /must stand a range such as 200\.\.299 or a list/],
    ['status in []', 11, /the list is empty/],
    ['status in [200', 11, /no \] at its end/],
    ['body in a..b', 9, /must stand a range/],
    ['status matches ^2', 16, /status is no text/],
    ['body matches (', 14, /the pattern cannot be used/],
    ['body matches (?=a)', 14, /the pattern cannot be used/],
    ['latency <= 2 * baselin', 12, /"2 \* baselin" is not what/],
    ['latency <= baseline ** 2', 12, /no comparison with the baseline/],
    ['latency == baseline', 12, /compare with the baseline by </],
    ['json == 5', 6, /json needs a path/],
    ['json a..b == 5', 6, /is no path/],
    ['json /a exists yes', 16, /nothing may stand behind exists/],
  ])('%j', (text, at, message) => {
    const error = (() => {
      try {
        return parseExpectation(text, kindNamed('http'))
      } catch (thrown) {
        return thrown
      }
    })()
    expect(error).toBeInstanceOf(ExpectationError)
    expect((error as ExpectationError).message).toMatch(message)
    expect((error as ExpectationError).at).toBe(at)
  })

  test.each(['success_ratio > 1.5', 'success_ratio > 150%', 'success_ratio > -1%'])(
    'a share out of range: %s',
    (text) => {
      expect(() => parseExpectation(text, kindNamed('observed'))).toThrow(/a share from 0 to 1/)
    },
  )
})

test('any text is read or refused by name, in no time', () => {
  const word = fc.constantFrom(
    'status',
    'json',
    'header',
    '/a',
    '==',
    '<',
    'in',
    '[',
    ']',
    '..',
    '5',
    '"',
    'baseline',
    '*',
    '%',
    'ms',
    'é',
  )
  fc.assert(
    fc.property(
      fc.array(fc.oneof(word, fc.string({ maxLength: 5 })), { maxLength: 12 }),
      fc.constantFrom('', ' '),
      (words, space) => {
        const text = words.join(space)
        for (const kind of ['http', 'observed']) {
          try {
            parseExpectation(text, kindNamed(kind))
          } catch (error) {
            if (!(error instanceof ExpectationError)) throw error
          }
        }
      },
    ),
    { numRuns: 2000 },
  )
})

test('a pattern that would run for ever elsewhere does not here', () => {
  const body = 'a'.repeat(50_000)
  expect(judge('body matches ^(a+)+$', { values: { body: `${body}!` } })).toBe('fails')
})
