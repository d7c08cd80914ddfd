import { describe, expect, test } from 'vitest'
import { FaultlineError } from '../../src/contract/errors.ts'
import { catalogue } from '../../src/faults/catalogue.ts'
import { resolveRequestFaults } from '../../src/faults/request-faults.ts'

/** Pointer and message of each problem. */
function problems(input: unknown): readonly (readonly [string, string])[] {
  try {
    resolveRequestFaults(input, '/request_faults')
  } catch (error) {
    if (!(error instanceof FaultlineError)) throw error
    expect(error.code).toBe('invalid_request')
    return error.problems.map(({ pointer, message }) => [pointer.replace('/request_faults', ''), message])
  }
  return []
}

test('limits are kept in base units, and what is left out has a default', () => {
  const kinds = {
    http_abort: 'any',
    http_delay: { delay: '1.5s', jitter: 'any', distribution: ['uniform', 'normal'] },
    http_throttle: { rate: ['32KiB', 65_536] },
    hang: {},
  }
  expect(resolveRequestFaults({ kinds }, '')).toEqual({
    kinds: {
      http_abort: 'any',
      http_delay: { delay: 1500, jitter: 'any', distribution: ['uniform', 'normal'] },
      http_throttle: { rate: [32_768, 65_536] },
      hang: {},
    },
    toxicity: 1,
    max_active: 1000,
  })
})

test('no kind is none allowed', () => {
  expect(resolveRequestFaults({ kinds: {}, toxicity: 0.5 }, '')).toBeUndefined()
})

describe('refused with its place', () => {
  test.each([
    [true, '', 'must be an object'],
    [{}, '/kinds', 'kinds is missing'],
    [{ kinds: [] }, '/kinds', 'must be an object'],
    [{ kinds: { http_abort: true } }, '/kinds/http_abort', 'must be any, or an object of limits'],
    [{ kinds: { http_abort: 'all' } }, '/kinds/http_abort', 'must be any, or an object of limits'],
    [{ kinds: {}, toxicity: 2 }, '/toxicity', 'must be a number from 0 to 1'],
    [{ kinds: {}, max_active: 0 }, '/max_active', 'must be a whole number from 1'],
    [{ kinds: {}, max: 1 }, '/max', 'not known here'],
    [{ kinds: { http_abrot: 'any' } }, '/kinds/http_abrot', 'did you mean http_abort?'],
    [{ kinds: { latency: 'any' } }, '/kinds/latency', 'it acts on whole directions'],
    [{ kinds: { refuse: 'any' } }, '/kinds/refuse', 'it acts on whole connections'],
    [{ kinds: { rate_limit: 'any' } }, '/kinds/rate_limit', 'depends on earlier exchanges'],
    [{ kinds: { http_delay: { dealy: 1 } } }, '/kinds/http_delay/dealy', 'did you mean delay?'],
    [{ kinds: { http_delay: { constructor: 1 } } }, '/kinds/http_delay/constructor', 'must be one of'],
    [{ kinds: { http_delay: { delay: '2 s' } } }, '/kinds/http_delay/delay', 'must be a whole number of milliseconds'],
    [{ kinds: { http_delay: { delay: -1 } } }, '/kinds/http_delay/delay', 'must be a whole number of milliseconds'],
    [{ kinds: { http_delay: { delay: true } } }, '/kinds/http_delay/delay', 'must be a whole number of milliseconds'],
    [{ kinds: { http_delay: { at: 'before_body' } } }, '/kinds/http_delay/at', 'such as ["before_upstream"]'],
    [{ kinds: { http_delay: { at: ['later'] } } }, '/kinds/http_delay/at/0', 'must be one of'],
    [{ kinds: { http_abort: { status: [200, 600] } } }, '/kinds/http_abort/status/1', 'from 200 to 599'],
    [{ kinds: { http_abort: { headers: [] } } }, '/kinds/http_abort/headers', 'must be any: it is no single value'],
    [{ kinds: { http_abort: { body: {} } } }, '/kinds/http_abort/body', 'body'],
  ] as [unknown, string, string][])('%j', (input, pointer, message) => {
    const found = problems(input)
    expect(found.map(([place]) => place)).toContain(pointer)
    expect(found.map(([, text]) => text).join()).toContain(message)
  })
})

test('every kind that acts on single exchanges can be allowed, unless it remembers earlier ones', () => {
  const allowed = catalogue.list().filter(({ kind }) => problems({ kinds: { [kind]: 'any' } }).length === 0)
  const single = catalogue.list().filter((kind) => kind.layer === 'exchange' && kind.state === undefined)
  expect(allowed).toEqual(single)
  expect(single.length).toBeGreaterThan(8)
})

test('all that is wrong is told at once', () => {
  expect(problems({ kinds: { a: 'any', http_delay: { b: 1, delay: 'x' } } })).toHaveLength(3)
})
