import type { Problem } from '../contract/errors.ts'
import type { Stream } from '../contract/kind.ts'
import { oneOf, show } from '../contract/validate.ts'

/** A toxic as Toxiproxy's clients send it, read by Toxiproxy's rules. */
export interface LenientInput {
  /** What the strict rules then judge. Fields that Toxiproxy does not know are not in it. */
  readonly input: Readonly<Record<string, unknown>>
  readonly name: string | undefined
  /** The stream as it was spelt. */
  readonly streamEcho: string | undefined
}

const LONGEST_NAME = 200

/** Unknown fields and null count as absent; the stream may be in any case; a name may hold nearly anything. */
export function lenientInput(body: unknown, pointer: string, report: (problem: Problem) => void): LenientInput {
  const given = (body ?? {}) as Readonly<Record<string, unknown>>
  const { kind, toxicity, attributes } = given
  const streamEcho = readStream(given['stream'] ?? undefined, pointer, report)
  const input = {
    kind: kind ?? '',
    ...(streamEcho === undefined ? {} : { stream: streamEcho.toLowerCase() as Stream }),
    ...(toxicity === undefined || toxicity === null ? {} : { toxicity }),
    ...(attributes === undefined || attributes === null ? {} : { attributes }),
  }
  return { input, name: readName(given['name'] ?? undefined, pointer, report), streamEcho }
}

function readStream(stream: unknown, pointer: string, report: (problem: Problem) => void): string | undefined {
  if (stream === undefined) return undefined
  const streams = ['upstream', 'downstream']
  if (typeof stream === 'string' && streams.includes(stream.toLowerCase())) return stream
  report({ pointer: `${pointer}/stream`, message: oneOf('stream', stream, streams) })
  return undefined
}

/** Whatever can be addressed in a path again. */
function readName(name: unknown, pointer: string, report: (problem: Problem) => void): string | undefined {
  if (name === undefined || name === '') return undefined
  const fits =
    typeof name === 'string' &&
    !/[\p{Cc}\p{Cs}/]/u.test(name) &&
    name !== '.' &&
    name !== '..' &&
    Buffer.byteLength(name) <= LONGEST_NAME
  if (fits) return name
  const allowed = `a printable text of at most ${LONGEST_NAME} bytes without "/", and neither "." nor ".."`
  report({ pointer: `${pointer}/name`, message: `name is ${show(name)}, but must be ${allowed}` })
  return undefined
}
