import type { JsonSchema } from '../../contract/attributes.ts'
import { convert } from '../../faults/complete-attributes.ts'
import { check, refuse } from './bodies.ts'

/** A body that was judged, with its durations and sizes in base units. @throws invalid_request with every problem */
export function readConverted<B>(schema: JsonSchema, value: unknown, what: string): B {
  check(schema, value, 'invalid_request', what)
  const problems: { pointer: string; message: string }[] = []
  const body = convert(schema, value, '', (problem) => problems.push(problem))
  if (problems.length > 0) throw refuse('invalid_request', what, problems)
  return body as B
}
