import type { JsonSchema } from '../contract/attributes.ts'
import type { Problem } from '../contract/errors.ts'
import { escapePointer, validator } from '../contract/validate.ts'
import type { RampInput } from '../contract/profile-wire.ts'
import { catalogue } from '../faults/catalogue.ts'
import { convert } from '../faults/complete-attributes.ts'
import { LEAST_STEP_MS, RAMP } from './ramp-schema.ts'
import type { Ramp } from './timeline/ramp.ts'

/** A ramp whose ends are not read yet: the fault's own kind judges them. */
export interface WrittenRamp extends Ramp {
  readonly pointer: string
}

type Written = Readonly<Record<string, unknown>>

interface Split {
  /** The fault as it would be written with one end of each ramp in its place. */
  readonly at: (end: 'from' | 'to') => { readonly kind: string }
  readonly ramps: readonly WrittenRamp[]
}

/** Takes the ramps out of a fault as it is written. */
export function readRamps(
  written: { readonly kind: string },
  stageMs: number,
  pointer: string,
  problems: Problem[],
): Split {
  const { toxicity, attributes } = written as { toxicity?: unknown; attributes?: unknown }
  const properties = catalogue.get(written.kind)?.attributes.properties as
    Readonly<Record<string, JsonSchema>> | undefined
  const ends: { readonly of: string; readonly from: unknown; readonly to: unknown }[] = []
  const ramps: WrittenRamp[] = []
  const take = (of: string, value: unknown, whole: boolean, here: string): void => {
    const wrong = validator(RAMP)(value, here)
    problems.push(...wrong)
    const { from, to } = ((value as RampInput).ramp ?? {}) as Partial<RampInput['ramp']>
    ends.push({ of, from, to })
    if (wrong.length > 0) return
    const read = convert(RAMP, value, here, (problem) => void problems.push(problem)) as { ramp: Written }
    const ramp = toRamp(read.ramp, of, whole, stageMs, here)
    problems.push(...misfits(read.ramp, ramp, `${here}/ramp`))
    ramps.push(ramp)
  }
  if (isRamp(toxicity)) take('toxicity', toxicity, false, `${pointer}/toxicity`)
  for (const [name, value] of entriesOf(attributes)) {
    const types = [properties?.[name]?.['type']].flat()
    const whole = types.includes('integer')
    // Anything else that looks like a ramp is no number, and is judged as what it is.
    if (isRamp(value) && (whole || types.includes('number')))
      take(name, value, whole, `${pointer}/attributes/${escapePointer(name)}`)
  }
  if (ends.length === 0) return { at: () => written, ramps }
  const at = (end: 'from' | 'to'): { readonly kind: string } => {
    const values = Object.fromEntries(ends.map((one) => [one.of, one[end]]))
    const { toxicity: moved = toxicity, ...others } = values
    return {
      ...written,
      ...(moved === undefined ? {} : { toxicity: moved }),
      ...(attributes === undefined ? {} : { attributes: { ...(attributes as object), ...others } }),
    }
  }
  return { at, ramps }
}

const isRamp = (value: unknown): boolean => typeof value === 'object' && value !== null && 'ramp' in value

const entriesOf = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []

function toRamp(ramp: Written, of: string, whole: boolean, stageMs: number, pointer: string): WrittenRamp {
  const overMs = (ramp['over'] as number | undefined) ?? stageMs
  const shape = ramp['shape'] as Ramp['shape']
  return {
    of,
    whole,
    pointer,
    from: 0,
    to: 0,
    overMs,
    shape,
    everyMs: ramp['every'] as number,
    ...(shape === 'steps' ? { steps: (ramp['steps'] as number | undefined) ?? DEFAULT_STEPS } : {}),
    ...(shape === 'sine' ? { periodMs: (ramp['period'] as number | undefined) ?? overMs } : {}),
  }
}

const DEFAULT_STEPS = 5

/** What one shape takes and another does not, and steps that are too short. */
function misfits(given: Written, { shape, overMs, steps = 1 }: Ramp, pointer: string): Problem[] {
  const problems: Problem[] = []
  for (const [field, owner] of [
    ['steps', 'steps'],
    ['period', 'sine'],
  ] as const) {
    if (given[field] === undefined || shape === owner) continue
    problems.push({
      pointer: `${pointer}/${field}`,
      message: `${field} is for shape ${owner} only; the shape is ${shape}`,
    })
  }
  if (overMs / steps < LEAST_STEP_MS) {
    const message =
      shape === 'steps'
        ? `${steps} steps in ${overMs} ms are too many: one lasts at least ${LEAST_STEP_MS} ms`
        : `a ramp over ${overMs} ms is too short: it takes at least ${LEAST_STEP_MS} ms`
    problems.push({ pointer, message })
  }
  return problems
}
