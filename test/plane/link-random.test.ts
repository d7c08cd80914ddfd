import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Kind } from '../../src/contract/kind.ts'
import { KINDS } from '../../src/faults/kinds.gen.ts'
import { LinkBench } from '../support/use-link.ts'

/** Kinds that keep every byte, with attributes from quick to endless. */
const KEEPERS: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  noop: [{}],
  latency: [
    { latency: 0, jitter: 0 },
    { latency: 50, jitter: 0 },
    { latency: 20, jitter: 40 },
  ],
  variable_latency: [
    { distribution: 'normal', mean: 20, deviation: 30, minimum: 0, maximum: 100, shape: 3, table: [] },
    { distribution: 'pareto', mean: 1, deviation: 1, minimum: 5, maximum: 500, shape: 1, table: [] },
  ],
  bandwidth: [{ rate: 0 }, { rate: 1 }, { rate: 5000 }],
  shared_bandwidth: [
    { rate: 3, share: 'proxy' },
    { rate: 0, share: 'client' },
  ],
  slicer: [
    { average_size: 3, size_variation: 2, delay: 0 },
    { average_size: 16, size_variation: 0, delay: 3000 },
  ],
  slow_close: [{ delay: 0 }, { delay: 70 }],
  loss: [{ rate: 0.5, rtt: 10, min_rto: 30, burst: 2 }],
  stall_after: [{ bytes: 0 }, { bytes: 40 }],
  blackhole: [{ mode: 'stall' }],
  timeout: [{ timeout: 0 }],
}

const kindOf = (name: string): Kind => KINDS.find((kind) => kind.kind === name) as Kind

type Step =
  | { do: 'send'; size: number }
  | { do: 'wait'; ms: number }
  | { do: 'attach'; kind: string; pick: number; toxicity: number; place: number }
  | { do: 'detach' | 'enable' | 'disable' | 'dry_run' | 'wet'; pick: number }
  | { do: 'toxicity'; pick: number; toxicity: number }
  | { do: 'change'; pick: number; variant: number }
  | { do: 'order'; by: number }
  | { do: 'congest' | 'drain' | 'end' }

// `timeout` loses bytes; here it only ever stands switched off or with toxicity 0, and must then do nothing.
const names = Object.keys(KEEPERS).filter((name) => name !== 'timeout')
const pick = fc.nat(30)
const toxicity = fc.constantFrom(0, 0.3, 0.7, 1)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('send' as const), size: fc.integer({ min: 1, max: 60 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.double({ min: 0, max: 80, noNaN: true }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('attach' as const),
      kind: fc.constantFrom(...names),
      pick,
      toxicity,
      place: pick,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('detach', 'enable', 'disable', 'dry_run', 'wet'), pick }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('toxicity' as const), pick, toxicity }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('change' as const), pick, variant: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('order' as const), by: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('congest', 'drain') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('end' as const) }) },
) as fc.Arbitrary<Step>

class Walk {
  readonly bench = new LinkBench({ heldBytesPerLink: 4000, heldBytesTotal: 10_000 })
  sent = 0
  ended = false
  #names = 0

  carryOut(step: Step): void {
    const { bench } = this
    const { faults } = bench
    const chosen = 'pick' in step && faults.length > 0 ? faults[step.pick % faults.length] : undefined
    switch (step.do) {
      case 'send':
        if (this.ended) return
        return bench.send(Uint8Array.from({ length: step.size }, () => this.sent++ & 255))
      case 'wait':
        return bench.advance(step.ms)
      case 'attach': {
        if (faults.length > 5) return
        const variants = KEEPERS[step.kind] ?? []
        const attributes = variants[step.pick % variants.length] ?? {}
        const name = `${step.kind}${this.#names++}`
        const fault = bench.attach({ kind: kindOf(step.kind), attributes, name, toxicity: step.toxicity })
        const others = bench.faults.filter((one) => one !== fault)
        const place = step.place % (others.length + 1)
        return bench.order([...others.slice(0, place), fault, ...others.slice(place)])
      }
      case 'order': {
        const by = faults.length === 0 ? 0 : step.by % faults.length
        return bench.order([...faults.slice(by), ...faults.slice(0, by)])
      }
      case 'congest':
        bench.dst.reads = false
        return
      case 'drain':
        return bench.drain()
      case 'end':
        if (this.ended) return
        this.ended = true
        return bench.end()
      default:
        break
    }
    if (chosen === undefined) return
    switch (step.do) {
      case 'detach':
        return bench.detach(chosen)
      case 'enable':
      case 'disable':
        return bench.change(chosen, { enabled: step.do === 'enable' })
      case 'dry_run':
      case 'wet':
        return bench.change(chosen, { dryRun: step.do === 'dry_run' })
      case 'toxicity':
        return bench.change(chosen, { toxicity: step.toxicity })
      case 'change': {
        const variants = KEEPERS[chosen.spec.kind] ?? []
        return bench.change(chosen, { attributes: variants[step.variant % variants.length] ?? {} })
      }
    }
  }

  /** What came out is the beginning of what went in, and nothing behind the end. */
  check(): void {
    const { bytes, out } = this.bench
    expect(bytes.every((byte, i) => byte === (i & 255))).toBe(true)
    expect(bytes.length).toBeLessThanOrEqual(this.sent)
    const end = out.findIndex((one) => one.what === 'end')
    if (end >= 0) expect([end, bytes.length]).toEqual([out.length - 1, this.sent])
    for (const fault of this.bench.faults) {
      const skipped = Object.values(fault.skipped).reduce((sum, count) => sum + count, 0)
      expect(fault.seen).toBe(fault.applied + skipped)
    }
  }
}

describe('whatever is attached, changed, moved, switched and removed meanwhile', () => {
  test('the bytes come out in order, none lost, none twice, and the end behind them', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const walk = new Walk()
        for (const one of steps) {
          walk.carryOut(one)
          walk.check()
        }
        const { bench } = walk
        for (const fault of bench.faults) bench.detach(fault)
        bench.drain()
        bench.advance(0)
        walk.check()
        expect(bench.bytes.length).toBe(walk.sent)
        expect(bench.out.some((one) => one.what === 'end')).toBe(walk.ended)
        expect([bench.budget.used, bench.link.held]).toEqual([0, 0])
        expect(bench.src.paused).toBe(false)
        bench.link.discard()
        expect(bench.clock.pending).toBe(0)
      }),
      { numRuns: 400 },
    )
  })

  test('a link that is discarded in the middle counts nothing as held and leaves no timer', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const walk = new Walk()
        for (const one of steps) walk.carryOut(one)
        walk.bench.link.discard()
        walk.bench.clock.turn()
        expect([walk.bench.budget.used, walk.bench.clock.pending]).toEqual([0, 0])
      }),
      { numRuns: 200 },
    )
  })

  test('a fault with toxicity 0, on dry run or switched off does nothing at all', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(KEEPERS)), fc.constantFrom(0, 1, 2), (name, how) => {
        const bench = new LinkBench()
        const attributes = KEEPERS[name]?.[0] ?? {}
        const off = [{ toxicity: 0 }, { dryRun: true }, { enabled: false }][how] ?? {}
        const fault = bench.attach({ kind: kindOf(name), attributes, spec: off })
        bench.send('abc')
        bench.end()
        expect(bench.out.map((one) => one.what)).toEqual(['bytes', 'end'])
        expect([fault.applied, bench.clock.pending]).toEqual([0, 0])
      }),
    )
  })
})
