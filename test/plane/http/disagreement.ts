import { llhttp } from './llhttp.ts'
import { type Asked, type Direction, type Message, trace } from './trace.ts'

const ends = new Set(['boundary', 'unfinished', 'waiting', 'tunnel'])

/** Whatever we call framed, Node's parser must see alike; where it does not, this says what. */
export function disagreement(
  direction: Direction,
  bytes: Uint8Array,
  asked: Asked,
  closed: boolean,
): string | undefined {
  const ours = trace(direction, [bytes], asked, closed)
  const opaque = !ends.has(ours.then)
  const last = lastClaim(ours.messages)
  // Of an opaque stream only what was said before counts; of any other, every byte.
  const upTo = opaque ? last : ours.at
  const theirs = llhttp(direction, bytes.slice(0, upTo), asked, closed && !opaque)
  // A stream cut inside a message is a mistake to both, of which only they make an error. Nothing is said about a head
  // before its end, and of a target we judge only the whole.
  const cutShort = ours.then === 'unfinished' && (theirs.failed === upTo || (theirs.failed ?? 0) >= last)
  if (theirs.failed !== undefined && !cutShort) return `llhttp failed at ${theirs.failed}: ${theirs.error}`
  const mine = ours.messages.map(({ headEnds, content, ends: end }) => ({ headEnds, content: spread(content), end }))
  const yours = theirs.messages.map(({ headEnds, content, ends: end }) => ({ headEnds, content, end }))
  const [a, b] = [JSON.stringify(mine), JSON.stringify(yours)]
  return a === b ? undefined : `ours ${a}, then ${ours.then} at ${ours.at}; llhttp ${b}`
}

/** The offset behind the last thing that we said about these messages. */
function lastClaim(messages: readonly Message[]): number {
  const last = messages.at(-1)
  return last === undefined ? 0 : Math.max(last.headEnds, last.content.at(-1) ?? 0, last.ends)
}

function spread(ranges: readonly number[]): number[] {
  const offsets: number[] = []
  for (let index = 0; index < ranges.length; index += 2) {
    for (let at = ranges[index] ?? 0; at < (ranges[index + 1] ?? 0); at += 1) offsets.push(at)
  }
  return offsets
}
