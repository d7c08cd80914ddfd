/** Milliseconds since 1970, of a time as it stands on the wire. */
export const parseIsoTime = (text: string): number => Date.parse(text)
