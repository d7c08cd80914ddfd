import { CHECK_SHAPES } from './check-shapes.ts'
import { DAEMON_SHAPES } from './daemon-shapes.ts'
import { EXCHANGE_SHAPES } from './exchange-shapes.ts'
import { HOST_SHAPES } from './host-shapes.ts'
import { JOURNAL_SHAPES } from './journal-shapes.ts'
import { PLANE_SHAPES } from './plane-shapes.ts'
import { RUN_SHAPES } from './run-shapes.ts'
import { SAFETY_SHAPES } from './safety-shapes.ts'
import { SCOPE_SHAPES } from './scope-shapes.ts'
import { TRAFFIC_SHAPES } from './traffic-shapes.ts'

/**
 * What the native API answers, for its OpenAPI document. The compiler holds each shape to the interface it describes;
 * a test holds real answers to the shapes. Not loaded at run time.
 */
export const SHAPES = {
  ...TRAFFIC_SHAPES,
  ...EXCHANGE_SHAPES,
  ...RUN_SHAPES,
  ...CHECK_SHAPES,
  ...JOURNAL_SHAPES,
  ...SAFETY_SHAPES,
  ...HOST_SHAPES,
  ...PLANE_SHAPES,
  ...DAEMON_SHAPES,
  ...SCOPE_SHAPES,
}

export type ShapeName = keyof typeof SHAPES
