import type { HeaderEdit, HeaderList, ResponseHead } from '../contract/exchange.ts'
import type { Random } from '../contract/kind.ts'
import { flipBits } from './bit-flips.ts'
import { decodeContent, encodeContent } from '../kernel/content-coding.ts'
import { depthOf, mergePatch, parseJson, writeJson } from '../kernel/json.ts'
import type { Json, JsonObject } from '../kernel/json.ts'
import { parsePath, placesAt } from '../kernel/json-path.ts'
import { allPlaces, mutate } from './json-mutation.ts'
import type { Mutation } from './json-mutation.ts'
import { isEventStream, isJson, valueOf } from './message.ts'

/** What to do to a body. Exactly one of the four is there. */
export interface Rewrite {
  readonly replace: string | undefined
  readonly content_type: string | undefined
  readonly merge_patch: JsonObject | undefined
  readonly mutate: readonly { readonly path: string | undefined; readonly to: Mutation }[] | undefined
  readonly corrupt: number | undefined
}

interface Message {
  readonly headers: HeaderList
  /** Undefined where it was not needed, or cannot be had. */
  readonly body: Uint8Array | undefined
}

type Outcome =
  | { readonly do: 'change'; readonly body: Uint8Array; readonly headers?: HeaderEdit }
  | { readonly do: 'unable'; readonly why: string }

const WAYS = ['replace', 'merge_patch', 'mutate', 'corrupt'] as const
const DEEPEST_PATCH = 64
const LARGEST_PATCH = 65_536

export function checkBody(rewrite: Rewrite): string | undefined {
  const given = WAYS.filter((way) => rewrite[way] !== undefined)
  if (given.length === 0) return `one of ${WAYS.join(', ')} must say what becomes of the body`
  if (given.length > 1) return `${given.join(' and ')} exclude each other; attach a fault for each`
  if (rewrite.content_type !== undefined && rewrite.replace === undefined)
    return 'content_type goes with replace only; a patched body keeps its type'
  const patch = rewrite.merge_patch
  // Depth first: what is nested too deep cannot even be written.
  if (patch !== undefined && depthOf(patch, DEEPEST_PATCH) > DEEPEST_PATCH)
    return `merge_patch is nested deeper than ${DEEPEST_PATCH} levels`
  if (patch !== undefined && Buffer.byteLength(JSON.stringify(patch)) > LARGEST_PATCH)
    return `merge_patch is longer than ${LARGEST_PATCH} bytes`
  const wrong = (rewrite.mutate ?? []).findIndex(({ path }) => path !== undefined && parsePath(path) === undefined)
  if (wrong < 0) return undefined
  return `mutate/${wrong}/path is ${JSON.stringify(rewrite.mutate?.[wrong]?.path)}, which names no field; write /items/0/price or items[0].price`
}

/** Whether the body has to be read whole: not for another in its place, and in vain where it cannot be changed. */
export function needsBody(rewrite: Rewrite, head: ResponseHead | undefined): boolean {
  if (rewrite.replace !== undefined) return false
  if (head === undefined) return true
  return rewrite.corrupt === undefined ? notJson(head.headers) === undefined : !isEventStream(head.headers)
}

/** Why JSON cannot be expected; where nothing is said the bytes themselves decide. */
function notJson(headers: HeaderList): string | undefined {
  const type = valueOf(headers, 'content-type')
  return type === undefined || isJson(headers) ? undefined : `its content type is ${type}, not JSON`
}

/** A body as it came to one as it should be, in the coding in which it came. */
export function rewriteBody(rewrite: Rewrite, { headers, body }: Message, random: Random): Outcome {
  const coding = valueOf(headers, 'content-encoding')
  if (rewrite.replace !== undefined) return replaced(rewrite.replace, rewrite.content_type, coding)
  const otherwise = rewrite.corrupt === undefined ? notJson(headers) : undefined
  if (otherwise !== undefined) return unable(otherwise)
  if (body === undefined) return unable('it cannot be read whole')
  const plain = decodeContent(body, coding)
  if (plain === undefined) return unable(`its coding ${String(coding)} cannot be decoded`)
  const changed =
    rewrite.corrupt === undefined
      ? rewriteJson(rewrite, plain, random)
      : flipBits(plain, rewrite.corrupt, random.unit('corrupt'))
  if (typeof changed === 'string') return unable(changed)
  const encoded = encodeContent(changed, coding)
  return encoded === undefined ? unable(`its coding ${String(coding)} is not known`) : { do: 'change', body: encoded }
}

const unable = (why: string): Outcome => ({ do: 'unable', why: `the body was left as it is: ${why}` })

function replaced(text: string, type: string | undefined, coding: string | undefined): Outcome {
  const encoded = encodeContent(Buffer.from(text), coding)
  return {
    do: 'change',
    body: encoded ?? Buffer.from(text),
    headers: {
      ...(type === undefined ? {} : { set: [['content-type', type]] as const }),
      ...(encoded === undefined ? { remove: ['content-encoding'] } : {}),
    },
  }
}

/** @returns the body, or why there is none */
function rewriteJson(rewrite: Rewrite, body: Uint8Array, random: Random): Uint8Array | string {
  const parsed = parseJson(body)
  if (parsed === undefined) return 'it is not JSON'
  if (rewrite.merge_patch !== undefined)
    return writeJson(mergePatch(parsed.value, rewrite.merge_patch)) ?? 'it is nested too deep'
  const count = mutateAll(parsed.value, rewrite.mutate ?? [], random)
  if (count === 0) return 'none of the fields is in it'
  return writeJson(parsed.value) ?? 'it is nested too deep'
}

function mutateAll(document: Json, mutations: NonNullable<Rewrite['mutate']>, random: Random): number {
  let count = 0
  for (const { path, to } of mutations) {
    const all = path === undefined ? allPlaces(document) : placesAt(document, parsePath(path) ?? [])
    const one = Math.floor(random.unit('field') * all.length)
    const places = path === undefined ? all.slice(one, one + 1) : all
    mutate(places, to)
    count += places.length
  }
  return count
}
