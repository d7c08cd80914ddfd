/**
 * JSON as it was written: keys in order and as often as they came, numbers as text. Toxiproxy's API needs both (its
 * clients rely on the rules of Go's decoder), the native API uses it to refuse what JSON.parse lets pass in silence.
 */
export type JsonNode =
  | { readonly is: 'null' }
  | { readonly is: 'boolean'; readonly value: boolean }
  | { readonly is: 'number'; readonly text: string }
  | { readonly is: 'string'; readonly value: string }
  | { readonly is: 'array'; readonly items: readonly JsonNode[] }
  | { readonly is: 'object'; readonly entries: readonly (readonly [key: string, value: JsonNode])[] }

/** What is wrong, in the words of Go's decoder; `offset` counts UTF-16 units. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError'
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.offset = offset
  }
}

/** Deep enough for anything sane, shallow enough for the stack. */
const DEEPEST = 500
/** Ten thousand proxies with toxics are a quarter of it; a body of nothing but brackets would fill the memory. */
const MOST_VALUES = 500_000

const SPACE = /[ \t\n\r]*/y
/** All but quotes, backslashes and control characters. */
const PLAIN = /[ !#-[\]-\uffff]*/y
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const HEX = /[0-9a-fA-F]{4}/y
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

/** Reads the first JSON value of a text. @returns it, and where it ended */
export function readJson(text: string): { node: JsonNode; end: number } {
  const reader = new Reader(text)
  const node = reader.value(0)
  return { node, end: reader.at }
}

class Reader {
  readonly #text: string
  at = 0
  #values = 0

  constructor(text: string) {
    this.#text = text
  }

  value(depth: number): JsonNode {
    if (depth > DEEPEST) throw new JsonSyntaxError('exceeded max depth', this.at)
    if (++this.#values > MOST_VALUES) throw new JsonSyntaxError(`more than ${MOST_VALUES} values`, this.at)
    const char = this.#next()
    switch (char) {
      case '{':
        return this.#object(depth)
      case '[':
        return this.#array(depth)
      case '"':
        return { is: 'string', value: this.#string() }
      case 't':
        this.#literal('true')
        return { is: 'boolean', value: true }
      case 'f':
        this.#literal('false')
        return { is: 'boolean', value: false }
      case 'n':
        this.#literal('null')
        return { is: 'null' }
      case undefined:
        throw new JsonSyntaxError(depth === 0 ? 'EOF' : 'unexpected EOF', this.at)
      default:
        return this.#number(char)
    }
  }

  #object(depth: number): JsonNode {
    this.at++
    const entries: [string, JsonNode][] = []
    if (this.#next() === '}') return this.#closed({ is: 'object', entries })
    for (;;) {
      if (this.#next() !== '"') throw this.#unexpected('looking for beginning of object key string')
      const key = this.#string()
      if (this.#next() !== ':') throw this.#unexpected('after object key')
      this.at++
      entries.push([key, this.value(depth + 1)])
      const char = this.#next()
      if (char === '}') return this.#closed({ is: 'object', entries })
      if (char !== ',') throw this.#unexpected('after object key:value pair')
      this.at++
    }
  }

  #array(depth: number): JsonNode {
    this.at++
    const items: JsonNode[] = []
    if (this.#next() === ']') return this.#closed({ is: 'array', items })
    for (;;) {
      items.push(this.value(depth + 1))
      const char = this.#next()
      if (char === ']') return this.#closed({ is: 'array', items })
      if (char !== ',') throw this.#unexpected('after array element')
      this.at++
    }
  }

  #closed(node: JsonNode): JsonNode {
    this.at++
    return node
  }

  #string(): string {
    this.at++
    let value = ''
    for (;;) {
      value += this.#match(PLAIN) ?? ''
      const char = this.#text[this.at]
      if (char === '"') {
        this.at++
        return value
      }
      if (char !== '\\') throw this.#unexpected('in string literal')
      this.at++
      value += this.#escape()
    }
  }

  #escape(): string {
    const char = this.#text[this.at]
    if (char === 'u') {
      this.at++
      const hex = this.#match(HEX)
      if (hex === undefined) throw this.#unexpected('in \\u hexadecimal character escape')
      return String.fromCharCode(Number.parseInt(hex, 16))
    }
    const found = char === undefined || !Object.hasOwn(ESCAPES, char) ? undefined : ESCAPES[char]
    if (found === undefined) throw this.#unexpected('in string escape code')
    this.at++
    return found
  }

  #number(first: string): JsonNode {
    const text = this.#match(NUMBER)
    if (text === undefined) {
      if (first !== '-') throw this.#unexpected('looking for beginning of value')
      this.at++
      throw this.#unexpected('in numeric literal')
    }
    return { is: 'number', text }
  }

  #literal(word: string): void {
    for (const expected of word) {
      if (this.#text[this.at] !== expected) throw this.#unexpected(`in literal ${word} (expecting '${expected}')`)
      this.at++
    }
  }

  /** The next character that is no space. */
  #next(): string | undefined {
    this.#match(SPACE)
    return this.#text[this.at]
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.#text)?.[0]
    this.at += found?.length ?? 0
    return found
  }

  #unexpected(where: string): JsonSyntaxError {
    const point = this.#text.codePointAt(this.at)
    if (point === undefined) return new JsonSyntaxError('unexpected EOF', this.at)
    const char =
      point < 0x20 || point === 0x7f ? `\\x${point.toString(16).padStart(2, '0')}` : String.fromCodePoint(point)
    return new JsonSyntaxError(`invalid character '${char}' ${where}`, this.at)
  }
}
