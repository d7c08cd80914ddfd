import { fromText } from '../contract/from-text.ts'

/**
 * A number that was typed. Not yargs' numbers: those make NaN of what is none, which JSON calls null; the daemon names
 * what it got.
 */
export const numberFrom = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : (fromText({ type: 'number' }, text) as number)
