import type { Reply } from '../contract/exchange.ts'

export interface Kept {
  readonly key: string
  readonly at: number
  readonly reply: Reply
}

/** Answers by the request they belong to, oldest first. */
export interface Shelf {
  readonly answers: Map<string, Kept & { readonly size: number }>
  bytes: number
}

export const newShelf = (): Shelf => ({ answers: new Map(), bytes: 0 })

/** The answer that was kept since `since`, or none. An older one is forgotten. */
export function take(shelf: Shelf, key: string, since: number): Reply | undefined {
  const found = shelf.answers.get(key)
  if (found === undefined || found.at >= since) return found?.reply
  forget(shelf, key)
  return undefined
}

export function keep(shelf: Shelf, kept: Kept, most: { readonly entries: number; readonly memory: number }): void {
  forget(shelf, kept.key)
  const size = sizeOf(kept)
  if (size > most.memory) return
  shelf.answers.set(kept.key, { ...kept, size })
  shelf.bytes += size
  for (const key of shelf.answers.keys()) {
    if (shelf.answers.size <= most.entries && shelf.bytes <= most.memory) return
    forget(shelf, key)
  }
}

function forget(shelf: Shelf, key: string): void {
  shelf.bytes -= shelf.answers.get(key)?.size ?? 0
  shelf.answers.delete(key)
}

/** What it takes in memory, about: text takes up to two bytes a character. */
function sizeOf({ key, reply }: Kept): number {
  const fields = (reply.headers ?? []).reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0)
  return 2 * (key.length + fields) + (reply.body?.length ?? 0) + 256
}
