import { expect } from 'vitest'
import type { RequestListener } from 'node:http'
import { useHttpServer, useCaller } from '../plane/http/use-http.ts'
import { eventually, useConnected, useEcho, useUpstream } from '../plane/use-peers.ts'
import type { Peer, Upstream } from '../plane/use-peers.ts'
import { useControl } from './use-control.ts'
import type { Control, ControlOptions, Reply } from './use-control.ts'

export interface ManualScope {
  readonly control: Control
  readonly id: string
  /** Its path. */
  readonly at: string
  /** Calls a route within the scope, and expects it to work. */
  call(method: string, path: string, body?: object): Promise<any>
  /** A number of ms, a duration, or next. @returns what was answered, whatever that is */
  tryAdvance(by: string | number): Promise<Reply>
  /** The same; expects it to work. */
  advance(by: string | number): Promise<{ moved_ms: number; now_ms: number; timers: number; next_in_ms?: number }>
  /** Until something is due by the scope's clock; undefined where nothing is. */
  nextIn(): Promise<number | undefined>
  /** Until something is due in so many ms. */
  untilDueIn(ms: number): Promise<void>
  /** @returns where the proxy listens */
  proxy(name: string, upstream: string, faults?: readonly object[], more?: object): Promise<string>
  /** Bytes that proxies of the scope hold now. */
  held(): number
}

/** A scope whose time the test moves, over real sockets. */
export async function useManual(options: ControlOptions & { control?: Control } = {}): Promise<ManualScope> {
  const control = options.control ?? useControl(options)
  const made = await control.call('POST', '/v1/scopes', { body: { clock: 'manual', ttl: '10m' } })
  expect(made.status, made.text).toBe(201)
  const { id } = made.json as { id: string }
  const at = `/v1/scopes/${id}`
  const scope: ManualScope = {
    control,
    id,
    at,
    async call(method, path, body) {
      const reply = await control.call(method, at + path, body === undefined ? {} : { body })
      expect(reply.status, reply.text).toBeLessThan(300)
      return reply.json
    },
    tryAdvance: (by) => control.call('POST', `${at}/advance`, { body: by === 'next' ? { to: by } : { by } }),
    async advance(by) {
      const reply = await scope.tryAdvance(by)
      expect(reply.status, reply.text).toBe(200)
      return reply.json
    },
    async nextIn() {
      return (await scope.call('GET', '')).next_in_ms
    },
    untilDueIn: (ms) =>
      eventually(() => control.scopes.get(id).world.time?.view().next_in_ms === ms, `something due in ${ms} ms`),
    async proxy(name, upstream, faults = [], more = {}) {
      return (await scope.call('PUT', `/proxies/${name}`, { upstream, faults, ...more })).listen
    },
    held: () => {
      let held = 0
      for (const { held_bytes: bytes } of control.scopes.get(id).world.plane.connections()) held += bytes
      return held
    },
  }
  return scope
}

/** A client through a proxy with these faults to a server that says everything back. */
export async function useManualEcho(faults: readonly object[]): Promise<ManualScope & { peer: Peer; listen: string }> {
  const scope = await useManual()
  const echo = await useEcho()
  const listen = await scope.proxy('db', echo.address, faults)
  return { ...scope, listen, peer: await useConnected(listen) }
}

/** A caller through an HTTP proxy with these faults. */
export async function useManualHttp(
  faults: readonly object[],
  listener: RequestListener = (_req, res) => res.end('well'),
): Promise<ManualScope & { ask: ReturnType<typeof useCaller>; port: number }> {
  const scope = await useManual()
  const listen = await scope.proxy('web', await useHttpServer(listener), faults, { protocol: 'http' })
  const port = Number(listen.split(':')[1])
  return { ...scope, port, ask: useCaller(port) }
}

/** An upstream that sends all of it at once, and a client that gets it through a proxy with these faults. */
export async function useManualDownload(
  bytes: number,
  faults: readonly object[],
): Promise<ManualScope & { peer: Peer; upstream: Upstream; sent(): number }> {
  const scope = await useManual()
  const upstream = await useUpstream({ onPeer: (peer) => void peer.send(Buffer.alloc(bytes)) })
  const peer = await useConnected(await scope.proxy('db', upstream.address, faults))
  const sent = (): number => {
    const [connection] = scope.control.scopes.get(scope.id).world.plane.connections()
    return connection?.bytes_downstream ?? 0
  }
  return { ...scope, upstream, peer, sent }
}
