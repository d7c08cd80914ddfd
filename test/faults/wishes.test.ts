import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { HeaderList } from '../../src/contract/exchange.ts'
import type { RequestFaults, Wishes } from '../../src/contract/wishes.ts'
import { catalogue } from '../../src/faults/catalogue.ts'
import { wishReader } from '../../src/faults/read-wishes.ts'
import { resolveRequestFaults } from '../../src/faults/request-faults.ts'

const rules = (kinds: object, more: object = {}): RequestFaults => {
  const resolved = resolveRequestFaults({ kinds, ...more }, '')
  if (resolved === undefined) throw new Error('nothing is allowed')
  return resolved
}

const ALL = rules({
  http_abort: 'any',
  http_delay: 'any',
  http_headers: 'any',
  http_body: 'any',
  http_throttle: 'any',
  hang: 'any',
})

const ask = (fields: HeaderList | string, allowed: RequestFaults | undefined = ALL): Wishes | undefined =>
  wishReader.read(typeof fields === 'string' ? [['X-Faultline-Fault', fields]] : fields, allowed, 'web')

/** Kind and attributes of what is carried out, then reasons of what is not. */
const told = (wishes: Wishes | undefined): unknown[] => [
  ...(wishes?.faults ?? []).map(({ kind, attributes }) => [kind, attributes]),
  ...(wishes?.refused ?? []).map(({ kind, reason }) => `${kind} ${reason}`),
]

describe('a request asks', () => {
  test('for a kind with its attributes, which are completed as those of any fault', () => {
    const wishes = ask('http_abort; status=500; body="no"; phase=after_upstream')
    expect(wishes?.refused).toEqual([])
    expect(wishes?.faults).toMatchObject([
      {
        name: 'request:http_abort',
        kind: 'http_abort',
        attributes: { status: 500, body: 'no', headers: [], phase: 'after_upstream' },
        toxicity: 1,
        owner: 'request',
        stream: undefined,
        trigger: undefined,
        match: undefined,
      },
    ])
  })

  test('for several at once, in one field or several, each of them drawn apart', () => {
    const wishes = ask([
      ['x-faultline-fault', 'http_delay;delay=200'],
      ['accept', '*/*'],
      ['X-FAULTLINE-FAULT', 'http_delay;delay="1.5s", http_abort'],
    ])
    expect(wishes?.faults.map(({ name, attributes }) => [name, attributes['delay']])).toEqual([
      ['request:http_delay', 200],
      ['request:http_delay.2', 1500],
      ['request:http_abort', undefined],
    ])
  })

  test.each([
    ['http_delay;delay=200', { delay: 200 }],
    ['http_delay;delay="200ms"', { delay: 200 }],
    ['http_delay;delay="200"', { delay: 200 }],
    ['http_delay;delay=200.0', { delay: 200 }],
    ['http_throttle;rate="64KiB"', { rate: 65_536 }],
    ['http_body;corrupt=0.25', { corrupt: 0.25 }],
    ['http_body;replace=hello', { replace: 'hello' }],
    ['http_body;replace=%"gr%c3%bcn"', { replace: 'grün' }],
    ['http_body;replace=:Z3LDvG4=:', { replace: 'grün' }],
    ['http_headers;remove="authorization, cookie"', { remove: ['authorization', 'cookie'] }],
    ['http_headers;set="[{\\"name\\":\\"x\\",\\"value\\":\\"y\\"}]"', { set: [{ name: 'x', value: 'y' }] }],
    ['http_body;merge_patch="{\\"a\\":null}"', { merge_patch: { a: null } }],
    ['http_abort;status=500;status=501', { status: 501 }],
  ])('%s', (field, attributes) => {
    const wishes = ask(field)
    expect(wishes?.refused).toEqual([])
    expect(wishes?.faults[0]?.attributes).toMatchObject(attributes)
  })

  test('for nothing, where no field or none with content is there', () => {
    expect([ask([]), ask([['x-faultline', 'http_abort']]), ask(''), ask('  ')]).toEqual(Array(4).fill(undefined))
  })

  test('for a chance, which is never above the one that is allowed', () => {
    const toxicity = (field: string, allowed: number): number | undefined =>
      ask(field, rules({ hang: 'any' }, { toxicity: allowed }))?.faults[0]?.toxicity
    expect(toxicity('hang', 0.5)).toBe(0.5)
    expect(toxicity('hang;toxicity=0.25', 0.5)).toBe(0.25)
    expect(toxicity('hang;toxicity=1', 0.5)).toBe(0.5)
    expect(toxicity('hang;toxicity=0.001', 1)).toBe(0.001)
    expect(told(ask('hang;toxicity=1.5'))).toEqual(['hang invalid'])
    expect(told(ask('hang;toxicity=-1'))).toEqual(['hang invalid'])
  })

  test('one proxy of several by its name', () => {
    expect(told(ask('hang;proxy=web, hang;proxy="web"')).map((one) => (one as unknown[])[0])).toEqual(['hang', 'hang'])
    expect(told(ask('hang;proxy=db'))).toEqual(['hang other_proxy'])
    expect(ask('hang;proxy=db')?.refused[0]?.detail).toBe('hang is asked of proxy "db", and this is "web"')
  })
})

describe('what is not allowed is refused', () => {
  const limited = rules({
    http_delay: { delay: '2s', at: ['before_upstream'] },
    http_abort: { status: [500, 503], body: 'any' },
    hang: {},
  })

  test.each([
    ['http_delay;delay=2000', undefined],
    ['http_delay;delay="2s"', undefined],
    ['http_delay;delay=2001', 'http_delay: delay is 2001, but request_faults allows at most 2000'],
    ['http_delay;at=before_body', 'http_delay: at is "before_body", but request_faults allows one of before_upstream'],
    ['http_delay;delay=1;jitter=1', 'http_delay: jitter may not be given; request_faults allows delay, at'],
    ['http_abort;status=500;body=x', undefined],
    ['http_abort', undefined],
    ['http_abort;status=404', 'http_abort: status is 404, but request_faults allows one of 500, 503'],
    ['hang', undefined],
    ['hang;phase=after_upstream', 'hang: phase may not be given; request_faults allows no attribute'],
    ['http_reset', 'http_reset may not be asked for here; request_faults allows http_delay, http_abort, hang'],
    ['latency', 'latency may not be asked for here; request_faults allows http_delay, http_abort, hang'],
    ['constructor', 'constructor may not be asked for here; request_faults allows http_delay, http_abort, hang'],
  ])('%s: %s', (field, detail) => {
    const wishes = ask(field, limited)
    expect(wishes?.refused[0]?.detail).toBe(detail)
    expect(wishes?.refused.map(({ reason }) => reason)).toEqual(detail === undefined ? [] : ['not_allowed'])
    expect(wishes?.faults).toHaveLength(detail === undefined ? 1 : 0)
  })

  test('a default above the limit is not let through by leaving the attribute out', () => {
    expect(told(ask('http_delay', rules({ http_delay: { delay: 500 } })))).toEqual(['http_delay not_allowed'])
  })

  test('all of it, where the proxy allows none', () => {
    const wishes = wishReader.read([['x-faultline-fault', 'http_abort, nothing']], undefined, 'web')
    expect(told(wishes)).toEqual(['http_abort not_allowed', 'none not_allowed'])
    expect(wishes?.refused[0]?.detail).toContain('request_faults allows no kind')
  })

  test('one wish, and not those beside it', () => {
    expect(told(ask('http_delay;delay=9999, http_abort;status=500', limited))).toMatchObject([
      ['http_abort', { status: 500 }],
      'http_delay not_allowed',
    ])
  })
})

describe('what cannot be understood is refused with its reason', () => {
  test.each([
    ['http_abort; status=', 'malformed'],
    ['http_abort; delay=200ms', 'malformed'],
    ['"http_abort"', 'malformed'],
    ['503', 'malformed'],
    ['(http_abort)', 'malformed'],
    ['http_abort,', 'malformed'],
    ['http_abort;status=@503', 'malformed'],
    ['http_body;replace=:/w==:', 'malformed'],
    ['http_abort;ünlaut=1', 'malformed'],
    [`${'a'.repeat(65)}`, 'malformed'],
    [`hang;${'a'.repeat(65)}`, 'malformed'],
    [`hang${Array.from({ length: 17 }, (_, i) => `;p${i}`).join('')}`, 'malformed'],
    [Array(9).fill('hang').join(), 'malformed'],
    [`http_body;replace="${'a'.repeat(4100)}"`, 'malformed'],
    ['http_abort;status=600', 'invalid'],
    ['http_abort;status=503.5', 'invalid'],
    ['http_abort;status', 'invalid'],
    ['http_abort;stauts=503', 'invalid'],
    ['http_abort;status=204;body=x', 'invalid'],
    ['http_abort;headers="[{}]"', 'invalid'],
    ['http_delay;delay="2 s"', 'invalid'],
    ['http_delay;delay=-1', 'invalid'],
    ['http_headers', 'invalid'],
    ['http_body;merge_patch="{"', 'invalid'],
    ['http_delay;trigger=1', 'invalid'],
  ])('%s: %s', (field, reason) => {
    const { faults, refused } = ask(field) ?? { faults: [], refused: [] }
    expect([faults, refused.map((one) => one.reason)]).toEqual([[], [reason]])
    expect(refused[0]?.detail.length).toBeLessThanOrEqual(300)
  })

  test('in words that name the place', () => {
    const [detail] = ask('http_delay;delay=200ms')?.refused.map((one) => one.detail) ?? []
    expect(detail).toBe(
      'x-faultline-fault cannot be read: at character 21 stands "m", expected is a comma, a semicolon (with no space before it) or the end',
    )
    expect(ask('http_abort;stauts=503')?.refused[0]?.detail).toContain('did you mean status?')
  })
})

describe('the words of Envoy', () => {
  test('ask for a delay, an abort and a rate, in this order', () => {
    const wishes = ask([
      ['x-envoy-fault-throughput-response', '64'],
      ['X-Envoy-Fault-Abort-Request', '418'],
      ['x-envoy-fault-delay-request', '250'],
    ])
    expect(told(wishes)).toMatchObject([
      ['http_delay', { delay: 250, jitter: 0 }],
      ['http_abort', { status: 418 }],
      ['http_throttle', { rate: 65_536 }],
    ])
  })

  test.each([
    ['abort-request', '503', '25', 0.25],
    ['delay-request', '10', '100', 1],
    ['delay-request', '10', '0', 0],
    ['delay-request', '10', '250', 1],
    ['throughput-response', '1', '50', 0.5],
  ])('%s: %s with a percentage of %s is a chance of %d', (field, value, percentage, toxicity) => {
    const name = `x-envoy-fault-${field}`
    const wishes = ask([
      [name, value],
      [`${name}-percentage`, percentage],
    ])
    expect(wishes?.faults.map((fault) => fault.toxicity)).toEqual([toxicity])
    const halved = rules({ http_abort: 'any', http_delay: 'any', http_throttle: 'any' }, { toxicity: 0.5 })
    const lower = ask(
      [
        [name, value],
        [`${name}-percentage`, percentage],
      ],
      halved,
    )
    expect(lower?.faults.map((fault) => fault.toxicity)).toEqual([Math.min(0.5, toxicity)])
  })

  test.each([
    ['abort-request', '503x', 'http_abort malformed'],
    ['abort-request', '-1', 'http_abort malformed'],
    ['abort-request', '', 'http_abort malformed'],
    ['delay-request', '1e3', 'http_delay malformed'],
    ['delay-request', '9999999999', 'http_delay malformed'],
    ['abort-request', '100', 'http_abort invalid'],
    ['throughput-response', '0', 'http_throttle invalid'],
    ['abort-grpc-request', '14', 'none invalid'],
  ])('%s: %s is refused: %s', (field, value, outcome) => {
    expect(told(ask([[`x-envoy-fault-${field}`, value]]))).toEqual([outcome])
  })

  test('are refused where they are repeated, or the kind is not allowed, and a percentage alone asks for nothing', () => {
    const twice: HeaderList = [
      ['x-envoy-fault-abort-request', '503'],
      ['x-envoy-fault-abort-request', '200'],
    ]
    expect(told(ask(twice))).toEqual(['http_abort malformed'])
    expect(told(ask([['x-envoy-fault-abort-request', '503']], rules({ hang: 'any' })))).toEqual([
      'http_abort not_allowed',
    ])
    expect(ask([['x-envoy-fault-abort-request-percentage', '50']])).toBeUndefined()
    expect(ask([['x-envoy-fault-abort-grpc-request', '14']])?.refused[0]?.detail).toContain('is not understood')
  })
})

test('whatever a field says, reading it neither throws nor goes beyond what is allowed', () => {
  const allowed = rules({ http_delay: { delay: 100 }, http_abort: { status: [503] } }, { toxicity: 0.5 })
  const value = fc.oneof(
    fc.integer({ min: -10, max: 700 }).map(String),
    fc.constantFrom('?1', '"1s"', '"any"', 'any', '1.5', ':AA==:', '@1', '%"%61"', '"[1]"', '"{}"'),
  )
  const name = fc.constantFrom(
    'delay',
    'status',
    'jitter',
    'toxicity',
    'proxy',
    'body',
    'headers',
    'at',
    'kind',
    'name',
  )
  const kind = fc.constantFrom('http_delay', 'http_abort', 'hang', 'latency', 'rate_limit', 'nothing', '*')
  const wish = fc
    .tuple(kind, fc.array(fc.tuple(name, value), { maxLength: 4 }))
    .map(([one, parameters]) => [one, ...parameters.map((pair) => `;${pair.join('=')}`)].join(''))
  const field = fc.oneof(
    fc.array(wish, { maxLength: 10 }).map((all) => all.join(', ')),
    fc.string({ unit: 'binary' }),
  )
  fc.assert(
    fc.property(field, (text) => {
      const { faults, refused } = ask(text, allowed) ?? { faults: [], refused: [] }
      for (const fault of faults) {
        expect(['http_delay', 'http_abort']).toContain(fault.kind)
        if (fault.kind === 'http_delay') expect(fault.attributes['delay']).toBeLessThanOrEqual(100)
        else expect(fault.attributes['status']).toBe(503)
        expect(fault.attributes['jitter'] ?? 0).toBe(0)
        expect(fault.toxicity).toBeLessThanOrEqual(0.5)
      }
      for (const { detail } of refused) expect(detail.length).toBeLessThanOrEqual(300)
      expect(faults.length + refused.length).toBeLessThanOrEqual(8)
    }),
    { numRuns: 500 },
  )
})

test('no kind has an attribute by the name of what a wish says besides, nor too many for a wish', () => {
  const attributes = catalogue.list().map((kind) => Object.keys(kind.attributes.properties))
  expect(Math.max(...attributes.map((names) => names.length))).toBeLessThanOrEqual(14)
  const names = attributes.flat()
  expect(names.filter((name) => name === 'toxicity' || name === 'proxy')).toEqual([])
})
