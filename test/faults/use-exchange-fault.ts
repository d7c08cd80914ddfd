import type {
  AnyExchangeKind,
  HeaderList,
  RequestAnswer,
  RequestHead,
  ResponseAnswer,
  ResponseContext,
  ResponseHead,
} from '../../src/contract/exchange.ts'
import { catalogue } from '../../src/faults/catalogue.ts'
import { resolveFault } from '../../src/faults/resolve.ts'
import { Draws } from '../../src/kernel/random.ts'
import { SlotRandom } from '../../src/plane/embedded/slot.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { LinkBench } from '../support/use-link.ts'

type Attributes = Readonly<Record<string, unknown>>

export interface RequestLike {
  readonly method?: string
  readonly target?: string
  readonly headers?: HeaderList
  readonly body?: Uint8Array | string
  readonly client?: string
}

export interface ResponseLike {
  readonly status?: number
  readonly reason?: string
  readonly headers?: HeaderList
  readonly body?: Uint8Array | string
}

/** Where a manual clock begins. */
const START = new ManualClock().now()

function relative<T extends RequestAnswer | ResponseAnswer>(answer: T | undefined): T | { readonly do: 'go' } {
  if (answer?.do !== 'wait') return answer ?? { do: 'go' }
  return { ...answer, until: answer.until - START }
}

const toBytes = (body: Uint8Array | string): Uint8Array => (typeof body === 'string' ? Buffer.from(body) : body)

/** One fault and the exchanges that it is asked about, without sockets. Moments are ms since the start. */
export class ExchangeBench {
  readonly kind: AnyExchangeKind
  readonly seed: string
  readonly state: unknown
  attributes: Attributes
  now = 0
  ordinal = 0
  #request: RequestLike = {}
  #askedAt = 0

  constructor(kind: string, attributes: Attributes, { seed = 'test' } = {}) {
    this.kind = catalogue.require(kind) as AnyExchangeKind
    this.seed = seed
    this.attributes = resolveFault({ kind, attributes }, { owner: 'api', platform: 'linux' }).attributes
    this.state = this.kind.state?.(this.attributes)
  }

  /** A new exchange: what the fault says at its request. */
  request(request: RequestLike = {}): RequestAnswer {
    this.ordinal++
    this.#request = request
    this.#askedAt = this.now
    return this.askAgain()
  }

  /** The same exchange asks once more, now. */
  askAgain(): RequestAnswer {
    return relative(this.kind.request?.(this.context))
  }

  /** What the fault says at the answer to the last request. */
  response(response: ResponseLike = {}): ResponseAnswer {
    this.#askedAt = this.now
    return this.respondAgain(response)
  }

  respondAgain(response: ResponseLike = {}): ResponseAnswer {
    return relative(this.kind.response?.(this.#responseContext(response)))
  }

  /** The body of an answer on its way through the real link; undefined where the fault leaves it alone. */
  body(response: ResponseLike = {}): BodyBench | undefined {
    const context = this.#responseContext(response)
    const begun = this.kind.body?.begin(context)
    if (begun === undefined || typeof begun === 'string') return undefined
    return new BodyBench(this, begun.state, begun.length)
  }

  get context(): ResponseContext<unknown, unknown> {
    return this.#responseContext({})
  }

  #responseContext(answer: ResponseLike): ResponseContext<unknown, unknown> {
    const { method = 'GET', target = '/', headers = [], body = '', client = '127.0.0.1' } = this.#request
    const [path = '', query] = target.split('?', 2)
    const request: RequestHead = { method, target, path, query, version: '1.1', headers }
    const response: ResponseHead = { status: 200, reason: 'OK', headers: [], ...answer }
    const wanted = this.kind.wants?.(this.attributes, response)
    return {
      attributes: this.attributes,
      state: this.state,
      random: new SlotRandom(Draws.root(this.seed).fork(this.ordinal)),
      now: START + this.now,
      askedAt: START + this.#askedAt,
      exchange: { ordinal: this.ordinal, client },
      request,
      requestBody: wanted?.request === true ? toBytes(body) : undefined,
      response,
      responseBody: wanted?.response === true ? toBytes(answer.body ?? '') : undefined,
    }
  }
}

/** The real link on a manual clock, with the body part of one exchange fault on it. */
export class BodyBench extends LinkBench {
  readonly length: 'kept' | 'unknown' | number
  how: 'fin' | 'rst' | undefined
  readonly #remove: () => void

  constructor({ kind, attributes, seed, ordinal, now }: ExchangeBench, state: unknown, length: BodyBench['length']) {
    super({ seed, ordinal })
    this.length = length
    this.clock.advance(now)
    const { chunk, end, wake } = kind.body ?? {}
    const part = { ...kind, layer: 'stream', bytes: 'lost', state: () => state, chunk, end, wake }
    const fault = this.attach({ kind: part as never, attributes })
    this.#remove = () => this.detach(fault)
  }

  remove(): void {
    this.#remove()
  }

  override linkClosed(_link?: unknown, _fault?: unknown, how?: 'fin' | 'rst'): void {
    this.how = how
    super.linkClosed()
  }

  /** What came out, as `<moment> <text or what it was>`; bytes beyond forty are counted only. */
  get log(): string[] {
    return this.out.map((one) => {
      const at = Math.round(one.at * 1000) / 1000
      if (one.what === 'close') return `${at} ${String(this.how)}`
      if (one.what !== 'bytes') return `${at} ${one.what}`
      return `${at} ${one.bytes.length > 40 ? one.bytes.length : Buffer.from(one.bytes).toString('latin1')}`
    })
  }
}

export const useExchangeFault = (
  kind: string,
  attributes: Attributes = {},
  options?: ConstructorParameters<typeof ExchangeBench>[2],
): ExchangeBench => new ExchangeBench(kind, attributes, options)

/** The text of a body in an answer. */
export function textOf(answer: RequestAnswer | ResponseAnswer): string {
  if (answer.do === 'raw') return Buffer.from(answer.bytes).toString('latin1')
  return 'body' in answer && answer.body !== undefined ? Buffer.from(answer.body).toString() : ''
}
