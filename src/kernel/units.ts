/** How many base units one of each suffix is. Base units: ms, us, bytes, bytes per second. */
const SECONDS: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 }
const BYTES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
}

export const DURATION_PATTERN = '^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$'
export const SIZE_PATTERN = '^\\d+(\\.\\d+)?(B|kB|KB|MB|GB|KiB|MiB|GiB)$'

/**
 * "1h30m", "250ms", "1.5s" as whole milliseconds (or microseconds). A bare number is already in the base unit.
 * @returns undefined when the text is no duration, or no whole number of the base unit can say it
 */
export function parseDuration(value: string | number, unit: 'ms' | 'us' = 'ms'): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : undefined
  if (!new RegExp(DURATION_PATTERN).test(value)) return undefined
  let seconds = 0
  for (const [, amount, suffix] of value.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h)/g)) {
    seconds += Number(amount) * (SECONDS[suffix ?? ''] ?? Number.NaN)
  }
  return whole(seconds * (unit === 'ms' ? 1e3 : 1e6))
}

/** "64KiB", "1MB" as whole bytes; a bare number is bytes. Undefined when it is no size. */
export function parseSize(value: string | number): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : undefined
  const found = /^(\d+(?:\.\d+)?)([A-Za-z]+)$/.exec(value)
  const factor = BYTES[found?.[2] ?? '']
  return factor === undefined ? undefined : whole(Number(found?.[1]) * factor)
}

/** Floating point turns 1.001 s into 1000.9999999999999 ms; anything further off is not representable. */
function whole(value: number): number | undefined {
  const rounded = Math.round(value)
  return Number.isSafeInteger(rounded) && Math.abs(value - rounded) < 1e-6 * Math.max(1, rounded) * 1e-3 + 1e-6
    ? rounded
    : undefined
}
