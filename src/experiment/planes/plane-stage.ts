import type { RemotePlanes } from '../../contract/planes.ts'
import type { EffectMaker, PlannedEffect } from '../timeline/stage-effect.ts'

export const PLANE_EFFECT = 'plane'

/**
 * A stage of a run that acts on other planes begins when their servers have what it wants, and nothing of the stage
 * before; whether anything was in its place before the server has said so is not known.
 */
export const planeEffects = (foreign: readonly string[]): readonly PlannedEffect[] =>
  foreign.length === 0
    ? []
    : [{ type: PLANE_EFFECT, describe: `toxics read back on ${foreign.join(', ')}`, faults: [], detail: foreign }]

export const planeEffectMaker =
  (planes: RemotePlanes): EffectMaker =>
  ({ detail }) => ({
    begin: () => planes.agree(detail as readonly string[]),
    // The next stage looks, and when there is none the healing does.
    end() {},
  })
