import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Effects } from '../../src/contract/effects.ts'
import type { AnyStreamKind, Kind } from '../../src/contract/kind.ts'
import { catalogue } from '../../src/faults/catalogue.ts'
import { resolveFault } from '../../src/faults/resolve.ts'
import { LinkBench } from '../support/use-link.ts'
import type { Outcome } from '../support/use-link.ts'
import { anyAttributes, casesOf } from './attribute-cases.ts'
import type { Attributes } from './attribute-cases.ts'

/** What comes in: so many bytes, then so long nothing. */
type Step = { readonly size: number; readonly wait: number }

const steps = fc.array(
  fc.record({
    size: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 4000 })),
    wait: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 300 }), fc.double({ min: 0, max: 3, noNaN: true })),
  }),
  { minLength: 1, maxLength: 8 },
)

/** Longer than any attribute can ask for. */
const AN_AGE = 1e13

const PATTERN = new Uint8Array(65_536)
for (let i = 0; i < PATTERN.length; i++) PATTERN[i] = i * 31 + (i >> 8)

const input = (size: number): Uint8Array => PATTERN.slice(0, size)

/** An outcome as text: comparing megabytes value by value would take longer than all else. */
const told = (outcome: Outcome): string =>
  `${outcome.at} ${outcome.what === 'bytes' ? Buffer.from(outcome.bytes).toString('base64') : outcome.what}`

const sum = (all: readonly Step[]): number => all.reduce((total, { size }) => total + size, 0)

/** Sends the steps one after the other, cut as they say. */
function play(bench: LinkBench, all: readonly Step[], bytes: Uint8Array, from = 0): number {
  let at = from
  for (const { size, wait } of all) {
    bench.send(bytes.subarray(at, at + size))
    at += size
    bench.advance(wait)
  }
  return at
}

const streamKinds = catalogue.list().filter((kind): kind is AnyStreamKind => kind.layer === 'stream')

const isPrefix = (part: Uint8Array, whole: Uint8Array): boolean =>
  Buffer.compare(part, whole.subarray(0, part.length)) === 0

function isWithin(part: Uint8Array, whole: Uint8Array): boolean {
  let i = 0
  for (const byte of whole) if (i < part.length && byte === part[i]) i++
  return i === part.length
}

/** The promise of the kind about the bytes that came out so far, and about all of them once it is gone. */
function expectPromise(kind: AnyStreamKind, out: Uint8Array, whole: Uint8Array, complete: boolean): void {
  if (kind.bytes === 'lost') expect(isWithin(out, whole), 'what comes out came in, in order').toBe(true)
  if (kind.bytes === 'kept') expect(isPrefix(out, whole), 'what comes out came in, unchanged').toBe(true)
  if (kind.bytes !== 'lost' && complete) expect(out.length).toBe(whole.length)
  expect(out.length).toBeLessThanOrEqual(whole.length)
}

/** Nothing may follow the end, a reset or a close; and there is one of them at the most, but a reset may overtake an end. */
function expectOneEnd(out: readonly Outcome[]): void {
  const first = out.findIndex(({ what }) => what !== 'bytes')
  if (first < 0) return
  expect(out.slice(first).filter(({ what }) => what === 'bytes')).toEqual([])
  expect(out.filter(({ what }) => what === 'end').length).toBeLessThanOrEqual(1)
}

/** The kind, with each effect that it asks for checked against its cause. */
function watched(kind: AnyStreamKind): AnyStreamKind {
  const judge = (cause: number, effects: Effects): Effects => {
    for (const effect of effects) {
      if (!('at' in effect) || effect.do === 'wake') continue
      expect(Number.isNaN(effect.at), `${effect.do} at a moment`).toBe(false)
      expect(effect.at, `${effect.do} not before its cause`).toBeGreaterThanOrEqual(cause)
    }
    return effects
  }
  const { open, chunk, end, reset, wake, update, detach } = kind
  return {
    ...kind,
    ...(open && { open: (context) => judge(context.now, open(context)) }),
    ...(chunk && { chunk: (context, item) => judge(item.at, chunk(context, item)) }),
    ...(end && { end: (context, item) => judge(item.at, end(context, item)) }),
    ...(reset && { reset: (context, item) => judge(item.at, reset(context, item)) }),
    ...(wake && { wake: (context) => judge(context.now, wake(context)) }),
    ...(update && { update: (context, before, held) => judge(context.now, update(context, before, held)) }),
    ...(detach && { detach: (context) => judge(context.now, detach(context)) }),
  }
}

const runs = (numRuns: number): fc.Parameters<unknown> => ({ numRuns })

/** Runs the law on every example and bound, then on whatever else the schema allows. */
function law(kind: AnyStreamKind, judge: (attributes: Attributes, all: readonly Step[], seed: string) => void): void {
  for (const attributes of casesOf(kind)) {
    fc.assert(
      fc.property(steps, fc.string(), (all, seed) => judge(attributes, all, seed)),
      runs(4),
    )
  }
  fc.assert(fc.property(anyAttributes(kind), steps, fc.string(), judge), runs(30))
}

describe.each(catalogue.list().map((kind) => [kind.kind, kind] as const))('%s', (_name, kind: Kind) => {
  test('takes its examples and its bounds, and nothing beyond them', () => {
    const resolve = (attributes: Attributes): unknown =>
      resolveFault({ kind: kind.kind, attributes }, { owner: 'api', platform: 'linux' })
    expect(kind.examples.length).toBeGreaterThan(0)
    for (const attributes of [...kind.examples.map((example) => example.attributes), ...casesOf(kind)]) {
      expect(() => resolve(attributes)).not.toThrow()
      expect(() => resolve({ ...attributes, no_such_field: 1 })).toThrow('no_such_field is not known here')
    }
    for (const [name, schema] of Object.entries<Attributes>(kind.attributes.properties)) {
      const [low, high] = [schema['minimum'], schema['maximum']] as (number | undefined)[]
      if (low === undefined || high === undefined) continue
      for (const wrong of [low - 1, high * 2 + 1, String(low), 'x', null, true, [], Number.NaN, Infinity]) {
        expect(() => resolve({ [name]: wrong }), `${name}: ${String(wrong)}`).toThrow(`${name} is `)
      }
    }
  })
})

describe.each(streamKinds.map((kind) => [kind.kind, kind] as const))('%s', (_name, kind) => {
  test('asks for the same when seed and input are the same', () => {
    law(kind, (attributes, all, seed) => {
      const [one, other] = [1, 2].map(() => {
        const bench = new LinkBench({ seed })
        bench.attach({ kind, attributes })
        play(bench, all, input(sum(all)))
        bench.end()
        bench.advance(AN_AGE)
        return bench.out.map((outcome) => told(outcome)).join('\n')
      })
      expect(one).toBe(other)
    })
  })

  test('acts never before its cause, and at moments that are numbers', () => {
    law(kind, (attributes, all, seed) => {
      const bench = new LinkBench({ seed })
      bench.attach({ kind: watched(kind), attributes })
      play(bench, all, input(sum(all)))
      bench.end()
      bench.advance(AN_AGE)
      bench.reset()
      expect(bench.clock.pending).toBe(0)
    })
  })

  test('never writes to the bytes that came in', () => {
    law(kind, (attributes, all, seed) => {
      const bytes = input(sum(all))
      const bench = new LinkBench({ seed })
      bench.attach({ kind, attributes })
      play(bench, all, bytes)
      bench.advance(AN_AGE)
      expect(Buffer.compare(bytes, input(sum(all)))).toBe(0)
    })
  })

  test('keeps its promise about bytes, while it acts and when it goes', () => {
    law(kind, (attributes, all, seed) => {
      const bytes = input(sum(all))
      const bench = new LinkBench({ seed })
      const fault = bench.attach({ kind, attributes })
      play(bench, all, bytes)
      expectPromise(kind, bench.bytes, bytes, false)
      const slot = bench.link.slots[0]
      if (!bench.closed && slot !== undefined) {
        expect(bench.bytes.length + slot.lost + slot.heldBytes, 'every byte is out, held or lost').toBe(bytes.length)
      }
      bench.detach(fault)
      if (!bench.closed) expect(bench.src.paused, 'what was paused goes on').toBe(false)
      expectPromise(kind, bench.bytes, bytes, !bench.closed)
      bench.advance(AN_AGE)
      expect(bench.clock.pending, 'no timer is left').toBe(0)
    })
  })

  test('lets nothing follow an end, a reset or a close', () => {
    law(kind, (attributes, all, seed) => {
      for (const last of ['end', 'reset'] as const) {
        const bench = new LinkBench({ seed })
        const fault = bench.attach({ kind, attributes })
        play(bench, all, input(sum(all)))
        bench[last]()
        bench.advance(50)
        bench.detach(fault)
        bench.advance(AN_AGE)
        expectOneEnd(bench.out)
        // With the fault gone the other side learns of it, whatever the fault did to it.
        expect(bench.out.at(-1)?.what).not.toBe('bytes')
      }
    })
  })

  test('changes to any other attributes on a live connection without breaking its promise', () => {
    fc.assert(
      fc.property(
        anyAttributes(kind),
        anyAttributes(kind),
        steps,
        steps,
        fc.string(),
        (before, after, one, other, seed) => {
          const bytes = input(sum(one) + sum(other))
          const bench = new LinkBench({ seed })
          const fault = bench.attach({ kind: watched(kind), attributes: before })
          const at = play(bench, one, bytes)
          bench.change(fault, { attributes: after })
          play(bench, other, bytes, at)
          bench.end()
          expectPromise(kind, bench.bytes, bytes, false)
          bench.detach(fault)
          expectPromise(kind, bench.bytes, bytes, !bench.closed)
          expectOneEnd(bench.out)
          expect(bench.out.at(-1)?.what).not.toBe('bytes')
        },
      ),
      runs(60),
    )
  })

  test('leaves later bytes unharmed when it has come and gone', () => {
    law(kind, (attributes, all, seed) => {
      const [early, late] = [Buffer.from('before'), Buffer.from('after')]
      const bytes = input(sum(all))
      const bench = new LinkBench({ seed })
      bench.send(early)
      const fault = bench.attach({ kind, attributes })
      play(bench, all, bytes)
      bench.detach(fault)
      if (bench.closed) return
      bench.send(late)
      bench.end()
      bench.advance(AN_AGE)
      expect(bench.bytes.subarray(0, early.length)).toEqual(early)
      expect(bench.bytes.subarray(-late.length)).toEqual(late)
      if (kind.bytes === 'kept') expect(Buffer.compare(bench.bytes, Buffer.concat([early, bytes, late]))).toBe(0)
      expect(bench.out.at(-1)?.what).toBe('end')
    })
  })
})

describe.each(streamKinds.filter((kind) => kind.cutIndependent).map((kind) => [kind.kind, kind] as const))(
  '%s',
  (_name, kind) => {
    test('gives the same bytes however the input was cut', () => {
      law(kind, (attributes, all, seed) => {
        const bytes = input(sum(all))
        const [whole, cut] = [[{ size: bytes.length, wait: 0 }], all.map(({ size }) => ({ size, wait: 0 }))].map(
          (cuts) => {
            const bench = new LinkBench({ seed })
            const fault = bench.attach({ kind, attributes })
            play(bench, cuts, bytes)
            bench.detach(fault)
            return bench.bytes
          },
        )
        expect(whole?.equals(cut ?? Buffer.of())).toBe(true)
      })
    })
  },
)
