import { ToxiproxyError } from './toxiproxy-error.ts'

const LONGEST_BYTES = 200

/** Names that a path could not hold could never be deleted again: Toxiproxy takes them, we do not. */
export function checkName(name: string): void {
  const wrong =
    name === '.' || name === '..'
      ? `may not be ${name}`
      : name.includes('/')
        ? 'may not contain a slash'
        : /[\p{Cc}\p{Cs}\u2028\u2029]/u.test(name)
          ? 'may not contain control characters'
          : Buffer.byteLength(name) > LONGEST_BYTES
            ? `may not be longer than ${LONGEST_BYTES} bytes`
            : undefined
  if (wrong !== undefined)
    throw new ToxiproxyError(400, `invalid proxy name ${JSON.stringify(name.slice(0, 60))}: it ${wrong}`)
}
