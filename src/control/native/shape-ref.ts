import type { JsonSchema } from '../../contract/attributes.ts'
import type { AnswerShape } from './operation.ts'
import type { ShapeName } from './shapes.ts'

/** Names a shape of shapes.ts, which is loaded only to make the OpenAPI document. */
export const shape = (name: ShapeName): JsonSchema => ({ $ref: `${name}#` })

export const answer = (is: string, name: ShapeName): AnswerShape => ({ is, schema: shape(name) })
