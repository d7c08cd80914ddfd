// Made by "npm run gen" from the kinds. Do not edit.
import { fault } from './fault.ts'
import type { Duration, Fault, Size } from './fault.ts'

/** What every fault takes besides its attributes. */
export interface FaultOptions {
  /** Default: `<kind>_<stream>`. Unique on its proxy. */
  readonly name?: string
  /** Chance that the fault applies to a connection, 0 to 1. Default: 1. */
  readonly toxicity?: number
  /** Counts and windows instead of chance; connections that match are counted 1, 2, ... */
  readonly trigger?: {
    /** Only the first so many. */
    readonly first?: number
    /** Only the one with this number. */
    readonly nth?: number
    /** Every n-th, for this n. */
    readonly every?: number
    /** Only those after the first so many; as an object, also after so much time, so many bytes, or what was seen on another proxy. */
    readonly after?:
      | number
      | {
          /** Only those after the first so many. */
          readonly count?: number
          /** Only so long after the fault was attached. A bare number is in ms. */
          readonly time?: Duration
          /** Only behind so many bytes of what matches: of a stream in its direction, of connections in both, of exchanges their bodies. A bare number is in bytes. */
          readonly bytes?: Size
          /** Only after this was seen on a proxy: requests as their heads come in, or connections. What is seen counts from when the fault is attached; time, for and pulse begin then. */
          readonly seen?: {
            /** Name of the proxy, in the same scope. */
            readonly proxy: string
            /** Which requests, or on a proxy with protocol tcp which connections. Default: all. */
            readonly match?: {
              /** Client addresses, each an IP address or a CIDR range. */
              readonly client?: readonly string[]
              /** Request methods. */
              readonly method?: readonly string[]
              /** A glob over the path, without the query: * within a segment, ** across segments. */
              readonly path?: string
              /** A regular expression over the path; it must be one that runs in linear time. */
              readonly path_regex?: string
              /** A glob over the Host field, without its port. */
              readonly host?: string
              /** Query parameters by name, each a glob over one of its values. */
              readonly query?: { readonly [name: string]: string }
              /** Header fields by name, each a glob over one of its values. */
              readonly headers?: { readonly [name: string]: string }
            }
            /** How many of them. Default: 1. */
            readonly count?: number
          }
        }
    /** At most so many that the fault applied to. */
    readonly times?: number
    /** Only for so long after the fault was attached, or after `after.time`. A bare number is in ms. */
    readonly for?: Duration
    /** Acting and resting in turn, from attach or from the end of `after.time`. */
    readonly pulse?: {
      /** How long it acts. A bare number is in ms. */
      readonly on: Duration
      /** How long it then rests. A bare number is in ms. */
      readonly off: Duration
    }
    /** What the counts are of: the fault, each connection, or each value of the fault's key. */
    readonly per?: 'fault' | 'connection' | 'key'
  }
  /** Which connections or exchanges the fault looks at. */
  readonly match?: {
    /** Client addresses, each an IP address or a CIDR range. */
    readonly client?: readonly string[]
    /** Request methods. */
    readonly method?: readonly string[]
    /** A glob over the path, without the query: * within a segment, ** across segments. */
    readonly path?: string
    /** A regular expression over the path; it must be one that runs in linear time. */
    readonly path_regex?: string
    /** A glob over the Host field, without its port. */
    readonly host?: string
    /** Query parameters by name, each a glob over one of its values. */
    readonly query?: { readonly [name: string]: string }
    /** Header fields by name, each a glob over one of its values. */
    readonly headers?: { readonly [name: string]: string }
    /** Conditions on the request body. Up to 64 KiB are held back before the fault is decided; what is larger, comes too slowly or cannot be decoded is skipped as body_not_available. */
    readonly body?: {
      /** A text that is in it. */
      readonly contains?: string
      /** A regular expression that finds something in it; it must be one that runs in linear time. */
      readonly regex?: string
      /** Values by their path, `/items/0/price` or `items[0].price`, with `*` for every member: one of them must fit a glob, be this value, or lie within `min` and `max`. */
      readonly json?: {
        readonly [name: string]:
          | string
          | number
          | boolean
          | null
          | {
              readonly min?: number
              readonly max?: number
            }
      }
    }
    /** Further conditions that must all hold. */
    readonly all?: readonly {
      /** Client addresses, each an IP address or a CIDR range. */
      readonly client?: readonly string[]
      /** Request methods. */
      readonly method?: readonly string[]
      /** A glob over the path, without the query: * within a segment, ** across segments. */
      readonly path?: string
      /** A regular expression over the path; it must be one that runs in linear time. */
      readonly path_regex?: string
      /** A glob over the Host field, without its port. */
      readonly host?: string
      /** Query parameters by name, each a glob over one of its values. */
      readonly query?: { readonly [name: string]: string }
      /** Header fields by name, each a glob over one of its values. */
      readonly headers?: { readonly [name: string]: string }
      /** Conditions on the request body. Up to 64 KiB are held back before the fault is decided; what is larger, comes too slowly or cannot be decoded is skipped as body_not_available. */
      readonly body?: {
        /** A text that is in it. */
        readonly contains?: string
        /** A regular expression that finds something in it; it must be one that runs in linear time. */
        readonly regex?: string
        /** Values by their path, `/items/0/price` or `items[0].price`, with `*` for every member: one of them must fit a glob, be this value, or lie within `min` and `max`. */
        readonly json?: {
          readonly [name: string]:
            | string
            | number
            | boolean
            | null
            | {
                readonly min?: number
                readonly max?: number
              }
        }
      }
    }[]
    /** Conditions of which one must hold. */
    readonly any?: readonly {
      /** Client addresses, each an IP address or a CIDR range. */
      readonly client?: readonly string[]
      /** Request methods. */
      readonly method?: readonly string[]
      /** A glob over the path, without the query: * within a segment, ** across segments. */
      readonly path?: string
      /** A regular expression over the path; it must be one that runs in linear time. */
      readonly path_regex?: string
      /** A glob over the Host field, without its port. */
      readonly host?: string
      /** Query parameters by name, each a glob over one of its values. */
      readonly query?: { readonly [name: string]: string }
      /** Header fields by name, each a glob over one of its values. */
      readonly headers?: { readonly [name: string]: string }
      /** Conditions on the request body. Up to 64 KiB are held back before the fault is decided; what is larger, comes too slowly or cannot be decoded is skipped as body_not_available. */
      readonly body?: {
        /** A text that is in it. */
        readonly contains?: string
        /** A regular expression that finds something in it; it must be one that runs in linear time. */
        readonly regex?: string
        /** Values by their path, `/items/0/price` or `items[0].price`, with `*` for every member: one of them must fit a glob, be this value, or lie within `min` and `max`. */
        readonly json?: {
          readonly [name: string]:
            | string
            | number
            | boolean
            | null
            | {
                readonly min?: number
                readonly max?: number
              }
        }
      }
    }[]
    /** Conditions that must not all hold. */
    readonly not?: {
      /** Client addresses, each an IP address or a CIDR range. */
      readonly client?: readonly string[]
      /** Request methods. */
      readonly method?: readonly string[]
      /** A glob over the path, without the query: * within a segment, ** across segments. */
      readonly path?: string
      /** A regular expression over the path; it must be one that runs in linear time. */
      readonly path_regex?: string
      /** A glob over the Host field, without its port. */
      readonly host?: string
      /** Query parameters by name, each a glob over one of its values. */
      readonly query?: { readonly [name: string]: string }
      /** Header fields by name, each a glob over one of its values. */
      readonly headers?: { readonly [name: string]: string }
      /** Conditions on the request body. Up to 64 KiB are held back before the fault is decided; what is larger, comes too slowly or cannot be decoded is skipped as body_not_available. */
      readonly body?: {
        /** A text that is in it. */
        readonly contains?: string
        /** A regular expression that finds something in it; it must be one that runs in linear time. */
        readonly regex?: string
        /** Values by their path, `/items/0/price` or `items[0].price`, with `*` for every member: one of them must fit a glob, be this value, or lie within `min` and `max`. */
        readonly json?: {
          readonly [name: string]:
            | string
            | number
            | boolean
            | null
            | {
                readonly min?: number
                readonly max?: number
              }
        }
      }
    }
    /** Paths that are left alone, such as health checks, as globs. */
    readonly exclude?: readonly string[]
  }
  /** Makes the draw follow a value instead of the order of arrival. */
  readonly key?: {
    /** The address of the client, without its port. */
    readonly client?: 'address'
    /** The value of a request's header field, by its name. */
    readonly header?: string
  }
  /** Which connections: those opened after the fault was attached, those open before, or both. Default: "both". */
  readonly applies_to?: 'new' | 'existing' | 'both'
  /** A fault that is not enabled stays attached and does nothing. Default: true. */
  readonly enabled?: boolean
  /** Decide and count, but do nothing. Default: false. */
  readonly dry_run?: boolean
  /** Of all faults of the proxy in the same group at most one acts on a connection or exchange, by one draw. Stands in the place of toxicity, which must then be 1. */
  readonly one_of?: {
    /** Name of the group. */
    readonly group: string
    /** Share of the units that this fault of the group acts on; those of a group sum to at most 1. */
    readonly weight: number
  }
}

/** What faults on bytes take besides. */
export interface StreamFaultOptions extends FaultOptions {
  /** `downstream` (the default) is server to client. */
  readonly stream?: 'upstream' | 'downstream'
}

export interface ConnectStallAttributes {
  readonly [none: string]: never
}

/** Let connects neither succeed nor fail, as behind a firewall that drops packets. */
export const connectStall = (
  attributes: ConnectStallAttributes = {},
  options: FaultOptions = {},
): Fault<'connect_stall'> => fault('connect_stall', attributes, options)

export interface ConnectionLimitAttributes {
  /** Connections that may be open at once. Default: 1. */
  readonly limit?: number
  /** What becomes of one too many. Default: "reset_new". */
  readonly mode?: 'reset_new' | 'queue' | 'reset_oldest'
}

/** Let only so many connections be open at the same time. */
export const connectionLimit = (
  attributes: ConnectionLimitAttributes = {},
  options: FaultOptions = {},
): Fault<'connection_limit'> => fault('connection_limit', attributes, options)

export interface HoldConnectAttributes {
  /** Where it is held. Default: "dial". */
  readonly at?: 'accept' | 'dial'
}

/** Hold new connections until they are released. */
export const holdConnect = (
  attributes: HoldConnectAttributes = {},
  options: FaultOptions = {},
): Fault<'hold_connect'> => fault('hold_connect', attributes, options)

export interface IdleCloseAttributes {
  /** Time without a byte. A bare number is in ms. Default: 60000. */
  readonly idle?: Duration
  /** Close with FIN, or reset. Default: "fin". */
  readonly how?: 'fin' | 'rst'
}

/** Close a connection on which no byte has passed for a time, in either direction. */
export const idleClose = (attributes: IdleCloseAttributes = {}, options: FaultOptions = {}): Fault<'idle_close'> =>
  fault('idle_close', attributes, options)

export interface MaxAgeAttributes {
  /** Age at which it is closed. A bare number is in ms. Default: 60000. */
  readonly age?: Duration
  /** Most that one age may differ from `age`. A bare number is in ms. Default: 0. */
  readonly jitter?: Duration
  /** Close with FIN, or reset. Default: "fin". */
  readonly how?: 'fin' | 'rst'
}

/** Close a connection that has reached an age, busy or not. */
export const maxAge = (attributes: MaxAgeAttributes = {}, options: FaultOptions = {}): Fault<'max_age'> =>
  fault('max_age', attributes, options)

export interface RefuseAttributes {
  /** Close the listening port, accept and reset, or accept and say nothing. Default: "close_listener". */
  readonly mode?: 'close_listener' | 'reset' | 'silent'
}

/** Refuse new connections, as a process that is not running would. */
export const refuse = (attributes: RefuseAttributes = {}, options: FaultOptions = {}): Fault<'refuse'> =>
  fault('refuse', attributes, options)

export interface SlowAcceptAttributes {
  /** Time from accepting to dialling. A bare number is in ms. Default: 1000. */
  readonly delay?: Duration
  /** Most that one delay may differ from `delay`. A bare number is in ms. Default: 0. */
  readonly jitter?: Duration
}

/** Leave a new connection lying for a time: nothing is read, the upstream is not dialled. */
export const slowAccept = (attributes: SlowAcceptAttributes = {}, options: FaultOptions = {}): Fault<'slow_accept'> =>
  fault('slow_accept', attributes, options)

export interface SlowDialAttributes {
  /** Time before the dial. A bare number is in ms. Default: 1000. */
  readonly delay?: Duration
  /** Most that one delay may differ from `delay`. A bare number is in ms. Default: 0. */
  readonly jitter?: Duration
}

/** Dial the upstream late, as when its SYN was lost or its name is slow to look up. */
export const slowDial = (attributes: SlowDialAttributes = {}, options: FaultOptions = {}): Fault<'slow_dial'> =>
  fault('slow_dial', attributes, options)

export interface HangAttributes {
  /** Where it hangs. before_upstream: it never hears of the request. after_upstream: when it has answered. Default: "before_upstream". */
  readonly phase?: 'before_upstream' | 'after_upstream'
}

/** Never answer, and hold the connection. */
export const hang = (attributes: HangAttributes = {}, options: FaultOptions = {}): Fault<'hang'> =>
  fault('hang', attributes, options)

export interface HttpAbortAttributes {
  /** Status of the answer. Default: 503. */
  readonly status?: number
  /** Body of the answer, as text. */
  readonly body?: string
  /** Header fields of the answer. Default: []. */
  readonly headers?: readonly {
    /** Field name. */
    readonly name: string
    /** Field value. */
    readonly value: string
  }[]
  /** When it answers. before_upstream: it never hears of the request. after_upstream: when it has answered. Default: "before_upstream". */
  readonly phase?: 'before_upstream' | 'after_upstream'
}

/** Answer with a status of our own instead of the upstream’s. */
export const httpAbort = (attributes: HttpAbortAttributes = {}, options: FaultOptions = {}): Fault<'http_abort'> =>
  fault('http_abort', attributes, options)

export interface HttpBodyAttributes {
  /** Which message. Default: "response". */
  readonly direction?: 'request' | 'response'
  /** Another body, as text. */
  readonly replace?: string
  /** Its content type; otherwise that stays as it is. */
  readonly content_type?: string
  /** A JSON merge patch: null removes a field, an object goes deeper, all else replaces. */
  readonly merge_patch?: { readonly [name: string]: unknown }
  /** JSON fields to break. */
  readonly mutate?: readonly {
    /** `/items/0/price` (JSON Pointer) or `items[0].price`; `*` stands for every member. Left out: one field, drawn. */
    readonly path?: string
    /** null; flip: another type, 5 to "5"; drop: the field goes. */
    readonly to: 'null' | 'flip' | 'drop'
  }[]
  /** Share of the bytes in which a bit is flipped. */
  readonly corrupt?: number
}

/** Change the body of a request or an answer: replace, patch, break single fields, flip bits. */
export const httpBody = (attributes: HttpBodyAttributes = {}, options: FaultOptions = {}): Fault<'http_body'> =>
  fault('http_body', attributes, options)

export interface HttpDelayAttributes {
  /** The delay, or its mean. A bare number is in ms. Default: 1000. */
  readonly delay?: Duration
  /** How far it may differ. A bare number is in ms. Default: 0. */
  readonly jitter?: Duration
  /** Shape of the delays. Default: "uniform". */
  readonly distribution?: 'uniform' | 'normal' | 'lognormal'
  /** What is late: the request on its way to the upstream, the whole answer, or its body. Default: "before_upstream". */
  readonly at?: 'before_upstream' | 'before_response' | 'before_body'
}

/** Delay single requests or their answers by a time, fixed or drawn. */
export const httpDelay = (attributes: HttpDelayAttributes = {}, options: FaultOptions = {}): Fault<'http_delay'> =>
  fault('http_delay', attributes, options)

export interface HttpDuplicateAttributes {
  /** How often it is sent. Default: 2. */
  readonly times?: number
  /** Whose answer the caller gets. Default: "last". */
  readonly keep?: 'first' | 'last'
  /** Time from an answer to the next copy. A bare number is in ms. Default: 0. */
  readonly gap?: Duration
}

/** Send a request to the upstream more than once; the caller gets one of the answers. */
export const httpDuplicate = (
  attributes: HttpDuplicateAttributes = {},
  options: FaultOptions = {},
): Fault<'http_duplicate'> => fault('http_duplicate', attributes, options)

export interface HttpHeadersAttributes {
  /** Which message. Default: "response". */
  readonly direction?: 'request' | 'response'
  /** Fields that take the place of all of their name. Default: []. */
  readonly set?: readonly {
    /** Field name. */
    readonly name: string
    /** Field value. */
    readonly value: string
  }[]
  /** Fields that come besides those of their name. Default: []. */
  readonly add?: readonly {
    /** Field name. */
    readonly name: string
    /** Field value. */
    readonly value: string
  }[]
  /** Names of fields that go. Default: []. */
  readonly remove?: readonly string[]
}

/** Set, add or remove header fields of a request or an answer. */
export const httpHeaders = (
  attributes: HttpHeadersAttributes = {},
  options: FaultOptions = {},
): Fault<'http_headers'> => fault('http_headers', attributes, options)

export interface HttpHoldAttributes {
  /** What is held: the request, or the answer. before_upstream: it never hears of the request. after_upstream: when it has answered. Default: "before_upstream". */
  readonly phase?: 'before_upstream' | 'after_upstream'
}

/** Hold single requests, or their answers, until they are released. */
export const httpHold = (attributes: HttpHoldAttributes = {}, options: FaultOptions = {}): Fault<'http_hold'> =>
  fault('http_hold', attributes, options)

export interface HttpLostResponseAttributes {
  /** What the caller sees. fin: closed. rst: reset. stall: nothing more, with the connection open. Default: "fin". */
  readonly then?: 'fin' | 'rst' | 'stall'
}

/** Let the upstream do the work and answer in full, and tell the caller nothing. */
export const httpLostResponse = (
  attributes: HttpLostResponseAttributes = {},
  options: FaultOptions = {},
): Fault<'http_lost_response'> => fault('http_lost_response', attributes, options)

export interface HttpMalformedAttributes {
  /** What is wrong. Default: "bad_chunk_size". */
  readonly mode?:
    | 'bad_chunk_size'
    | 'length_too_long'
    | 'length_too_short'
    | 'garbage'
    | 'garbage_body'
    | 'invalid_gzip'
    | 'oversized_headers'
    | 'duplicate_headers'
    | 'broken_status_line'
  /** What is spoilt: an answer of our own, or the upstream’s. before_upstream: it never hears of the request. after_upstream: when it has answered. Default: "after_upstream". */
  readonly phase?: 'before_upstream' | 'after_upstream'
  /** How much noise, padding or missing length. A bare number is in bytes. Default: 65536. */
  readonly size?: Size
  /** What comes behind the bytes. fin: closed. rst: reset. stall: nothing more, with the connection open. Default: "fin". */
  readonly then?: 'fin' | 'rst' | 'stall'
}

/** Answer with bytes that are not well-formed HTTP, or contradict themselves. */
export const httpMalformed = (
  attributes: HttpMalformedAttributes = {},
  options: FaultOptions = {},
): Fault<'http_malformed'> => fault('http_malformed', attributes, options)

export interface HttpResetAttributes {
  /** Reset, or close with FIN. Default: "rst". */
  readonly how?: 'rst' | 'fin'
  /** before_upstream: it never hears of the request. after_upstream: when it has answered. after_bytes: in the body of the answer. Default: "before_upstream". */
  readonly at?: 'before_upstream' | 'after_upstream' | 'after_bytes'
  /** Bytes of the body that pass first (after_bytes). A bare number is in bytes. */
  readonly bytes?: Size
}

/** Reset or close the caller’s connection instead of answering, or in the middle of the answer. */
export const httpReset = (attributes: HttpResetAttributes = {}, options: FaultOptions = {}): Fault<'http_reset'> =>
  fault('http_reset', attributes, options)

export interface HttpStaleAttributes {
  /** Serve the first answer again and again, or always the one before. Default: "frozen". */
  readonly mode?: 'frozen' | 'behind'
  /** How old an answer may be that is served. A bare number is in ms. Default: 60000. */
  readonly age?: Duration
  /** Answers kept at most. Default: 1000. */
  readonly entries?: number
  /** Bytes of answers kept at most. A bare number is in bytes. Default: 8388608. */
  readonly memory?: Size
}

/** Serve an earlier answer to the same request again. */
export const httpStale = (attributes: HttpStaleAttributes = {}, options: FaultOptions = {}): Fault<'http_stale'> =>
  fault('http_stale', attributes, options)

export interface HttpThrottleAttributes {
  /** Bytes per second. A bare number is in bytes. */
  readonly rate?: Size
  /** Bytes of one piece. A bare number is in bytes. */
  readonly chunk_size?: Size
  /** Time from one piece to the next. A bare number is in ms. */
  readonly gap?: Duration
}

/** Let the body of an answer come slowly, others on the same connection not. */
export const httpThrottle = (
  attributes: HttpThrottleAttributes = {},
  options: FaultOptions = {},
): Fault<'http_throttle'> => fault('http_throttle', attributes, options)

export interface HttpTruncateAttributes {
  /** Bytes of the body that pass. A bare number is in bytes. */
  readonly bytes?: Size
  /** Share of the body that passes, 0 to 1. */
  readonly fraction?: number
  /** What comes then. fin: closed. rst: reset. stall: nothing more, with the connection open. valid: the end of a shorter message. Default: "fin". */
  readonly how?: 'fin' | 'rst' | 'stall' | 'valid'
}

/** Cut the body of an answer short. */
export const httpTruncate = (
  attributes: HttpTruncateAttributes = {},
  options: FaultOptions = {},
): Fault<'http_truncate'> => fault('http_truncate', attributes, options)

export interface OverloadAttributes {
  /** Requests that the service finishes in a second. Default: 100. */
  readonly rate?: number
  /** Requests that it works on at a time. Default: 10. */
  readonly concurrency?: number
  /** Requests that wait for a worker. 0: none may. Default: 100. */
  readonly queue?: number
  /** Status of a refusal. Default: 503. */
  readonly status?: number
  /** A full queue brings it down, and it stays down after the load has dropped. Default: false. */
  readonly metastable?: boolean
  /** Share of the rate while it is down. 0: it refuses everything. Default: 0.1. */
  readonly degraded?: number
  /** Time without a wait after which it is up again. A bare number is in ms. Default: 10000. */
  readonly recovery?: Duration
}

/** A service that gets slower the more is asked of it, and refuses when its queue is full. */
export const overload = (attributes: OverloadAttributes = {}, options: FaultOptions = {}): Fault<'overload'> =>
  fault('overload', attributes, options)

export interface RateLimitAttributes {
  /** Requests let through in one window. 0: none. Default: 10. */
  readonly limit?: number
  /** Length of the window. A bare number is in ms. Default: 1000. */
  readonly window?: Duration
  /** How they are counted. Default: "fixed_window". */
  readonly algorithm?: 'fixed_window' | 'token_bucket'
  /** Status of a refusal. Default: 429. */
  readonly status?: number
  /** Who shares a count: all, a client address, or a value of the header. Default: "proxy". */
  readonly key?: 'proxy' | 'client' | 'header'
  /** The header field by which is counted (key header). */
  readonly header?: string
  /** Say when to come again. Default: true. */
  readonly retry_after?: boolean
  /** Names of the fields that tell the quota. Default: "ratelimit". */
  readonly fields?: 'ratelimit' | 'x_ratelimit' | 'none'
  /** Keys remembered at most. Default: 10000. */
  readonly max_keys?: number
}

/** Let only so many requests through in a time, and answer 429 to the others. */
export const rateLimit = (attributes: RateLimitAttributes = {}, options: FaultOptions = {}): Fault<'rate_limit'> =>
  fault('rate_limit', attributes, options)

export interface SseCutAttributes {
  /** Events that pass first. Default: 1. */
  readonly events?: number
  /** Cut within the next event instead of before it. Default: false. */
  readonly inside?: boolean
  /** What comes then. Default: "fin". */
  readonly how?: 'fin' | 'rst' | 'stall' | 'no_heartbeats'
}

/** Cut a stream of server-sent events after so many, within one, or take its heartbeats away. */
export const sseCut = (attributes: SseCutAttributes = {}, options: FaultOptions = {}): Fault<'sse_cut'> =>
  fault('sse_cut', attributes, options)

export interface BandwidthAttributes {
  /** Kilobytes (1,000 bytes) per second. 0 blocks. Default: 0. */
  readonly rate?: number
}

/** Let only so many kilobytes through in a second. */
export const bandwidth = (attributes: BandwidthAttributes = {}, options: StreamFaultOptions = {}): Fault<'bandwidth'> =>
  fault('bandwidth', attributes, options)

export interface BlackholeAttributes {
  /** What becomes of the bytes: thrown away, or left with the writer. Default: "discard". */
  readonly mode?: 'discard' | 'stall'
}

/** Let nothing pass: no byte, no end, no reset. */
export const blackhole = (attributes: BlackholeAttributes = {}, options: StreamFaultOptions = {}): Fault<'blackhole'> =>
  fault('blackhole', attributes, options)

export interface CorruptAttributes {
  /** Share of bytes that are hit, 0 to 1. Default: 0.001. */
  readonly rate?: number
}

/** Flip single bits in some of the bytes. */
export const corrupt = (attributes: CorruptAttributes = {}, options: StreamFaultOptions = {}): Fault<'corrupt'> =>
  fault('corrupt', attributes, options)

export interface HoldAttributes {
  /** Bytes that pass before. A bare number is in bytes. Default: 0. */
  readonly after?: Size
}

/** Let so many bytes pass, and hold what follows until it is released. */
export const hold = (attributes: HoldAttributes = {}, options: StreamFaultOptions = {}): Fault<'hold'> =>
  fault('hold', attributes, options)

export interface LatencyAttributes {
  /** Time added to each chunk. A bare number is in ms. Default: 0. */
  readonly latency?: Duration
  /** Most that one delay may differ from `latency`. A bare number is in ms. Default: 0. */
  readonly jitter?: Duration
}

/** Delay every chunk by a fixed time, give or take a jitter. */
export const latency = (attributes: LatencyAttributes = {}, options: StreamFaultOptions = {}): Fault<'latency'> =>
  fault('latency', attributes, options)

export interface LimitDataAttributes {
  /** Bytes that may pass. A bare number is in bytes. Default: 0. */
  readonly bytes?: Size
}

/** Close the connection after so many bytes. */
export const limitData = (
  attributes: LimitDataAttributes = {},
  options: StreamFaultOptions = {},
): Fault<'limit_data'> => fault('limit_data', attributes, options)

export interface LossAttributes {
  /** Share of segments that are lost, 0 to 1. Default: 0.01. */
  readonly rate?: number
  /** Round trip time of the path; delays by itself nothing. A bare number is in ms. Default: 50. */
  readonly rtt?: Duration
  /** Shortest retransmission timeout (Linux: 200 ms). A bare number is in ms. Default: 200. */
  readonly min_rto?: Duration
  /** Mean number of segments lost in a row. 1: independent of each other. Default: 1. */
  readonly burst?: number
}

/** Stall the stream as lost packets would: retransmission timeouts, and everything behind waiting. */
export const loss = (attributes: LossAttributes = {}, options: StreamFaultOptions = {}): Fault<'loss'> =>
  fault('loss', attributes, options)

export interface NoopAttributes {
  readonly [none: string]: never
}

/** Change nothing: bytes pass as they come. */
export const noop = (attributes: NoopAttributes = {}, options: StreamFaultOptions = {}): Fault<'noop'> =>
  fault('noop', attributes, options)

export interface ResetPeerAttributes {
  /** Time until the reset. A bare number is in ms. Default: 0. */
  readonly timeout?: Duration
}

/** Reset the connection (RST on both sides), at once or after a time. */
export const resetPeer = (
  attributes: ResetPeerAttributes = {},
  options: StreamFaultOptions = {},
): Fault<'reset_peer'> => fault('reset_peer', attributes, options)

export interface SharedBandwidthAttributes {
  /** Kilobytes (1,000 bytes) per second. 0 blocks. Default: 0. */
  readonly rate?: number
  /** Who shares one bucket: all connections of the proxy, or those of one client address. Default: "proxy". */
  readonly share?: 'proxy' | 'client'
}

/** Let only so many kilobytes through in a second, over all connections together. */
export const sharedBandwidth = (
  attributes: SharedBandwidthAttributes = {},
  options: StreamFaultOptions = {},
): Fault<'shared_bandwidth'> => fault('shared_bandwidth', attributes, options)

export interface SlicerAttributes {
  /** Size of a slice on average. 0 leaves chunks whole. A bare number is in bytes. Default: 0. */
  readonly average_size?: Size
  /** Most that the size may differ from the average. A bare number is in bytes. Default: 0. */
  readonly size_variation?: Size
  /** Pause after each slice. A bare number is in us. Default: 0. */
  readonly delay?: Duration
}

/** Cut the stream into small writes, with a pause after each. */
export const slicer = (attributes: SlicerAttributes = {}, options: StreamFaultOptions = {}): Fault<'slicer'> =>
  fault('slicer', attributes, options)

export interface SlowCloseAttributes {
  /** Time between the end coming in and going on. A bare number is in ms. Default: 0. */
  readonly delay?: Duration
}

/** Pass bytes at once, but the end of the stream (FIN) late. */
export const slowClose = (
  attributes: SlowCloseAttributes = {},
  options: StreamFaultOptions = {},
): Fault<'slow_close'> => fault('slow_close', attributes, options)

export interface StallAfterAttributes {
  /** Bytes that may pass. A bare number is in bytes. Default: 0. */
  readonly bytes?: Size
}

/** Pass so many bytes, then nothing more, with the connection open. */
export const stallAfter = (
  attributes: StallAfterAttributes = {},
  options: StreamFaultOptions = {},
): Fault<'stall_after'> => fault('stall_after', attributes, options)

export interface TimeoutAttributes {
  /** Time until the connection is closed. 0: never. A bare number is in ms. Default: 0. */
  readonly timeout?: Duration
}

/** Drop all bytes, and close the connection after a time. */
export const timeout = (attributes: TimeoutAttributes = {}, options: StreamFaultOptions = {}): Fault<'timeout'> =>
  fault('timeout', attributes, options)

export interface VariableLatencyAttributes {
  /** Shape of the delays. Default: "normal". */
  readonly distribution?: 'normal' | 'lognormal' | 'pareto' | 'table'
  /** Mean delay (normal, lognormal). A bare number is in ms. Default: 100. */
  readonly mean?: Duration
  /** Standard deviation (normal, lognormal). A bare number is in ms. Default: 25. */
  readonly deviation?: Duration
  /** No delay is shorter; where the tail of pareto begins. A bare number is in ms. Default: 0. */
  readonly minimum?: Duration
  /** No delay is longer. A bare number is in ms. Default: 60000. */
  readonly maximum?: Duration
  /** Exponent of the tail (pareto). Default: 3. */
  readonly shape?: number
  /** Percentiles and their delays, rising (table). Default: []. */
  readonly table?: readonly {
    /** Percentile. */
    readonly p: number
    /** Delay at that percentile. A bare number is in ms. */
    readonly ms: Duration
  }[]
}

/** Delay every chunk by a time drawn from a distribution. */
export const variableLatency = (
  attributes: VariableLatencyAttributes = {},
  options: StreamFaultOptions = {},
): Fault<'variable_latency'> => fault('variable_latency', attributes, options)
