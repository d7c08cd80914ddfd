import { DAEMON_SHAPES } from './daemon-shapes.ts'
import { TRAFFIC_SHAPES } from './traffic-shapes.ts'

/**
 * What the native API answers, for its OpenAPI document. The compiler holds each shape to the interface it describes;
 * a test holds real answers to the shapes. Not loaded at run time.
 */
export const SHAPES = { ...TRAFFIC_SHAPES, ...DAEMON_SHAPES }

export type ShapeName = keyof typeof SHAPES
