import type { BodyMatch, JsonCondition } from '../../contract/model.ts'
import { decodeContent } from '../../kernel/content-coding.ts'
import { parseJson, writeJson } from '../../kernel/json.ts'
import type { Json } from '../../kernel/json.ts'
import { parsePath, placesAt, valueAt } from '../../kernel/json-path.ts'
import { glob, linearRegExp } from '../../kernel/pattern.ts'

/** Most of a body that is looked at, both as it comes and decoded. */
export const BODY_FOR_MATCH = 65_536

/** The whole body of a request, for conditions on it; taken apart once, however many look. */
export class MatchedBody {
  readonly #bytes: Uint8Array
  readonly #coding: string | undefined
  #plain: Buffer | undefined | 'not yet' = 'not yet'
  #text: string | undefined
  #json: { readonly value: Json } | undefined | 'not yet' = 'not yet'

  constructor(bytes: Uint8Array, contentEncoding: string | undefined) {
    this.#bytes = bytes
    this.#coding = contentEncoding
  }

  /** Undefined when its coding cannot be undone, or it unfolds to more than is looked at. */
  get plain(): Buffer | undefined {
    if (this.#plain === 'not yet') {
      const found = this.#bytes.length === 0 ? this.#bytes : decodeContent(this.#bytes, this.#coding, BODY_FOR_MATCH)
      this.#plain = found === undefined ? undefined : Buffer.from(found.buffer, found.byteOffset, found.byteLength)
    }
    return this.#plain
  }

  /** As UTF-8. */
  get text(): string {
    return (this.#text ??= this.plain?.toString() ?? '')
  }

  get json(): { readonly value: Json } | undefined {
    if (this.#json === 'not yet') this.#json = this.plain === undefined ? undefined : parseJson(this.plain)
    return this.#json
  }
}

export function compileBody({ contains, regex, json = {} }: BodyMatch): (body: MatchedBody) => boolean {
  const parts: ((body: MatchedBody) => boolean)[] = []
  if (contains !== undefined) {
    const wanted = Buffer.from(contains)
    parts.push(({ plain }) => plain?.includes(wanted) === true)
  }
  if (regex !== undefined) {
    const pattern = linearRegExp(regex)
    parts.push(({ text }) => pattern.test(text))
  }
  for (const [text, condition] of Object.entries(json)) {
    const path = parsePath(text) ?? []
    const fits = compileCondition(condition)
    parts.push(({ json: found }) => found !== undefined && placesAt(found.value, path).some((at) => fits(valueAt(at))))
  }
  return (body) => parts.every((part) => part(body))
}

function compileCondition(condition: JsonCondition): (value: Json | undefined) => boolean {
  if (typeof condition === 'string') {
    const pattern = glob(condition)
    return (value) => {
      const text = typeof value === 'string' ? value : writeJson(value ?? null)?.toString()
      return text !== undefined && pattern.test(text)
    }
  }
  if (typeof condition !== 'object' || condition === null) return (value) => value === condition
  const { min = -Infinity, max = Infinity } = condition
  return (value) => typeof value === 'number' && value >= min && value <= max
}
