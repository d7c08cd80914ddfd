import { describe, expect, test } from 'vitest'
import type { FaultSpec } from '../../../src/contract/model.ts'
import { connected, eventually, useClient, useUpstream } from '../use-peers.ts'
import type { Peer } from '../use-peers.ts'
import { looking, settled, useHttpProxy } from './use-acting.ts'

const POST = 'POST / HTTP/1.1\r\nHost: up\r\nContent-Length: 8\r\n\r\n'
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n'

/** How far the exchange is when the first of the two goes. */
const STAGES: readonly (readonly [
  name: string,
  reach: (caller: Peer, server: () => Promise<Peer>) => Promise<void>,
])[] = [
  ['before the request', async () => undefined],
  [
    'in the request head',
    async (caller) => {
      caller.send('POST / HTTP/1.1\r\nHo')
    },
  ],
  [
    'in the request body',
    async (caller, server) => {
      caller.send(`${POST}half`)
      await (await server()).gets('half')
    },
  ],
  [
    'before the answer',
    async (caller, server) => {
      caller.send(`${POST}halfhalf`)
      await (await server()).gets('halfhalf')
    },
  ],
  [
    'in the answer head',
    async (caller, server) => {
      caller.send(`${POST}halfhalf`)
      const up = await server()
      await up.gets('halfhalf')
      up.send('HTTP/1.1 200 OK\r\nContent-')
    },
  ],
  [
    'in the answer body',
    async (caller, server) => {
      caller.send(`${POST}halfhalf`)
      const up = await server()
      await up.gets('halfhalf')
      up.send(`${OK}half`)
      await caller.gets('half')
    },
  ],
  [
    'behind the answer, before the next',
    async (caller, server) => {
      caller.send(`${POST}halfhalf`)
      const up = await server()
      await up.gets('halfhalf')
      up.send(`${OK}halfhalf`)
      await caller.gets('halfhalf')
    },
  ],
]

const HOW = ['end', 'reset', 'destroy'] as const

function go(peer: Peer, how: (typeof HOW)[number]): void {
  if (how === 'destroy') peer.socket.destroy()
  else peer[how]()
}

const ORDERS = (['caller', 'server'] as const).flatMap((first) =>
  HOW.flatMap((how) => HOW.flatMap((then) => [true, false].map((sameTurn) => ({ first, how, then, sameTurn })))),
)

const LANES: readonly (readonly [string, readonly FaultSpec[]])[] = [
  ['wire', []],
  ['exchange', [looking()]],
]

// Bugs, warnings and what nobody handles fail the test by themselves.
describe.each(LANES)('in the %s lane', (_lane, faults) => {
  test.each(STAGES)('caller and server may go %s, in any order and way, and nothing is left', async (_name, reach) => {
    const upstream = await useUpstream()
    const bench = await useHttpProxy(upstream.address, faults)
    for (const { first, how, then, sameTurn } of ORDERS) {
      // The lane dials again where its upstream is gone: each round looks at its own first connection.
      const before = upstream.peers.length
      const caller = useClient(bench.address)
      await connected(caller)
      const server = await upstream.peer(before)
      await reach(caller, () => Promise.resolve(server))
      const [one, other] = first === 'caller' ? [caller, server] : [server, caller]
      go(one, how)
      if (!sameTurn)
        await eventually(() => other.fate !== 'open' || one.closed || one.socket.writableFinished, 'the first')
      go(other, then)
      // Those that only ended their side may be waiting for each other's last word.
      caller.socket.destroy()
      server.socket.destroy()
      await settled(bench)
    }
    expect(bench.proxy.status().connectionsTotal).toBe(ORDERS.length)
    // A server may be gone before we hear that it was reached.
    const ends = bench.facts.filter(({ type }) => type === 'connection_closed' || type === 'connection_refused')
    expect(ends).toHaveLength(ORDERS.length)
  })
})
