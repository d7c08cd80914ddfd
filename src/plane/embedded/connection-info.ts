import type { ConnectionInfo } from '../../contract/ports.ts'
import type { Connection } from './connection.ts'

/** A connection as the API shows it. */
export function connectionInfo(connection: Connection): ConnectionInfo {
  const { shop, unit, up, down } = connection
  const now = shop.clock.now()
  return {
    id: unit.id,
    proxy: shop.name,
    ordinal: unit.ordinal,
    client: connection.clientAddress,
    upstream: shop.upstream,
    state: connection.state,
    age_ms: Math.round(now - connection.openedAt),
    idle_ms: Math.round(now - connection.lastByteAt),
    bytes_upstream: up?.bytesOut ?? 0,
    bytes_downstream: down?.bytesOut ?? 0,
    held_bytes: (up?.heldBytes ?? 0) + (down?.heldBytes ?? 0),
    paused_ms: { upstream: Math.round(up?.pausedMs(now) ?? 0), downstream: Math.round(down?.pausedMs(now) ?? 0) },
    ...(connection.lane === undefined ? {} : { lane: connection.lane }),
    faults: connection.faults,
  }
}
