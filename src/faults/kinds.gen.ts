// Made by "npm run gen" from src/faults/kinds. Do not edit.
import type { Kind } from '../contract/kind.ts'
import connectStall from './kinds/connection/connect_stall.ts'
import connectionLimit from './kinds/connection/connection_limit.ts'
import holdConnect from './kinds/connection/hold_connect.ts'
import idleClose from './kinds/connection/idle_close.ts'
import maxAge from './kinds/connection/max_age.ts'
import refuse from './kinds/connection/refuse.ts'
import slowAccept from './kinds/connection/slow_accept.ts'
import slowDial from './kinds/connection/slow_dial.ts'
import hang from './kinds/exchange/hang.ts'
import httpAbort from './kinds/exchange/http_abort.ts'
import httpBody from './kinds/exchange/http_body.ts'
import httpDelay from './kinds/exchange/http_delay.ts'
import httpDuplicate from './kinds/exchange/http_duplicate.ts'
import httpHeaders from './kinds/exchange/http_headers.ts'
import httpHold from './kinds/exchange/http_hold.ts'
import httpLostResponse from './kinds/exchange/http_lost_response.ts'
import httpMalformed from './kinds/exchange/http_malformed.ts'
import httpReset from './kinds/exchange/http_reset.ts'
import httpStale from './kinds/exchange/http_stale.ts'
import httpThrottle from './kinds/exchange/http_throttle.ts'
import httpTruncate from './kinds/exchange/http_truncate.ts'
import overload from './kinds/exchange/overload.ts'
import rateLimit from './kinds/exchange/rate_limit.ts'
import sseCut from './kinds/exchange/sse_cut.ts'
import bandwidth from './kinds/stream/bandwidth.ts'
import blackhole from './kinds/stream/blackhole.ts'
import corrupt from './kinds/stream/corrupt.ts'
import hold from './kinds/stream/hold.ts'
import latency from './kinds/stream/latency.ts'
import limitData from './kinds/stream/limit_data.ts'
import loss from './kinds/stream/loss.ts'
import noop from './kinds/stream/noop.ts'
import resetPeer from './kinds/stream/reset_peer.ts'
import sharedBandwidth from './kinds/stream/shared_bandwidth.ts'
import slicer from './kinds/stream/slicer.ts'
import slowClose from './kinds/stream/slow_close.ts'
import stallAfter from './kinds/stream/stall_after.ts'
import timeout from './kinds/stream/timeout.ts'
import variableLatency from './kinds/stream/variable_latency.ts'

export const KINDS: readonly Kind[] = [
  connectStall,
  connectionLimit,
  holdConnect,
  idleClose,
  maxAge,
  refuse,
  slowAccept,
  slowDial,
  hang,
  httpAbort,
  httpBody,
  httpDelay,
  httpDuplicate,
  httpHeaders,
  httpHold,
  httpLostResponse,
  httpMalformed,
  httpReset,
  httpStale,
  httpThrottle,
  httpTruncate,
  overload,
  rateLimit,
  sseCut,
  bandwidth,
  blackhole,
  corrupt,
  hold,
  latency,
  limitData,
  loss,
  noop,
  resetPeer,
  sharedBandwidth,
  slicer,
  slowClose,
  stallAfter,
  timeout,
  variableLatency,
]
