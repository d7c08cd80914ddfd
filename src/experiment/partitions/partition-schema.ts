import { choice, closed, list, ms, optional } from '../../contract/attributes.ts'
import type { Attribute, JsonSchema } from '../../contract/attributes.ts'
import { DIRECTIONS, PARTITION_MODES, SPLITS } from '../../contract/partition.ts'
import { SEED } from '../seed-schema.ts'

/** Every link of so many can be told in one answer. */
export const MOST_NODES = 100

const SERVICE: Attribute<string> = {
  type: 'string',
  minLength: 1,
  maxLength: 100,
  description: 'A service or an instance, as proxies name it in from or to.',
}

const CUT = {
  between: optional(
    list(
      'The sides: nobody on one reaches anybody on another.',
      list('A side.', SERVICE, { min: 1, max: MOST_NODES }),
      {
        min: 2,
        max: MOST_NODES,
      },
    ),
  ),
  split: optional(choice('Instead of sides: who is parted from whom is made up from the nodes.', SPLITS)),
  nodes: optional(
    list('The nodes to split. Default: every service that a proxy names in from or to.', SERVICE, {
      min: 2,
      max: MOST_NODES,
    }),
  ),
  node: optional({
    ...SERVICE,
    description: 'For isolate_one the one, for bridge the one between. Default: drawn; in the middle.',
  }),
  direction: choice('Both ways, or only what the first side sends to the second.', DIRECTIONS, { default: 'both' }),
  mode: choice(
    'blackhole loses everything in silence, stall holds it back, reset resets what is open and what comes, refuse closes the port as well.',
    PARTITION_MODES,
    { default: 'blackhole' },
  ),
}

/** In a stage of a profile. It flaps by the pulse of its stage, and ends with it. */
export const STAGE_PARTITION: JsonSchema = { ...closed(CUT), description: 'Who cannot reach whom during the stage.' }

const PHASE = { min: 10 }

/** `POST /v1/partitions` */
export const PARTITION: JsonSchema = closed({
  ...CUT,
  flapping: optional({
    ...closed({
      on: ms('How long it is cut.', PHASE),
      off: ms('How long it is healed.', PHASE),
      jitter: ms('Most that each of the two may differ.', { default: 0 }),
    }),
    description: 'Cut and healed in turn. What is drawn is drawn anew for each cut.',
  }),
  for: optional(ms('Heals by itself after this time. Default: it lasts until it is healed.', { min: 1 })),
  seed: optional(SEED),
})
