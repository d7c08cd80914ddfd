/** How the end of a body is found. */
export type BodyKind = 'none' | 'length' | 'chunked' | 'until_close'

/** What both sorts of heads have; fields are taken apart only when somebody asks. */
export abstract class Head {
  /** Start line, fields and the empty line, as latin1: one character per byte. */
  readonly text: string
  /** The minor version: HTTP/1.0 or HTTP/1.1. */
  readonly minor: 0 | 1
  readonly body: BodyKind
  /** Bytes of a body of kind `length`, 0 for the others. */
  readonly length: number
  /** Whether this side may send another message behind this one. */
  readonly keepAlive: boolean
  private pairs: readonly string[] | undefined

  constructor(text: string, minor: 0 | 1, body: BodyKind, length: number, keepAlive: boolean) {
    this.text = text
    this.minor = minor
    this.body = body
    this.length = length
    this.keepAlive = keepAlive
    this.pairs = undefined
  }

  /** Name, value, name, value, ... in order and first spelling, like `rawHeaders` of `node:http`. */
  get rawHeaders(): readonly string[] {
    return (this.pairs ??= fieldsOf(this.text))
  }

  /** The first value of a field; its name is given in lower case. */
  field(name: string): string | undefined {
    const { rawHeaders } = this
    for (let index = 0; index < rawHeaders.length; index += 2) {
      if (rawHeaders[index]?.toLowerCase() === name) return rawHeaders[index + 1]
    }
    return undefined
  }
}

export class RequestHead extends Head {
  readonly method: string
  readonly target: string
  /** `Connection: upgrade` with an `Upgrade` field: what follows the answer may be another protocol. */
  readonly upgrade: boolean
  /** `Expect: 100-continue`. */
  readonly expectContinue: boolean

  constructor(
    text: string,
    method: string,
    target: string,
    minor: 0 | 1,
    body: BodyKind,
    length: number,
    keepAlive: boolean,
    upgrade: boolean,
    expectContinue: boolean,
  ) {
    super(text, minor, body, length, keepAlive)
    this.method = method
    this.target = target
    this.upgrade = upgrade
    this.expectContinue = expectContinue
  }

  get connect(): boolean {
    return this.method === 'CONNECT'
  }
}

export class ResponseHead extends Head {
  readonly status: number
  /** After this head the connection is a tunnel: 101, or 2xx to CONNECT. */
  readonly tunnel: boolean

  constructor(
    text: string,
    status: number,
    minor: 0 | 1,
    body: BodyKind,
    length: number,
    keepAlive: boolean,
    tunnel: boolean,
  ) {
    super(text, minor, body, length, keepAlive)
    this.status = status
    this.tunnel = tunnel
  }

  /** A 1xx answer before the final one. */
  get interim(): boolean {
    return this.status < 200 && !this.tunnel
  }

  get reason(): string {
    return this.text.slice('HTTP/1.1 200 '.length, this.text.indexOf('\r\n'))
  }
}

/** Takes apart what the scanner found sound. */
function fieldsOf(text: string): string[] {
  const pairs: string[] = []
  let at = text.indexOf('\r\n') + 2
  for (;;) {
    const end = text.indexOf('\r\n', at)
    if (end <= at) return pairs
    const colon = text.indexOf(':', at)
    let [from, to] = [colon + 1, end]
    // Not trim(): it would take 0xa0, which is obs-text, for white space.
    while (from < to && isBlank(text, from)) from += 1
    while (to > from && isBlank(text, to - 1)) to -= 1
    pairs.push(text.slice(at, colon), text.slice(from, to))
    at = end + 2
  }
}

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === 0x20 || code === 0x09
}
