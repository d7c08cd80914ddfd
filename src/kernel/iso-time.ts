/** A wall time (ms since 1970) as people and machines both read it: 2026-01-31T12:00:00.000Z. */
export const isoTime = (wall: number): string => new Date(wall).toISOString()
