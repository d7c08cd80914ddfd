import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { exchangeFault } from '../../../src/contract/exchange.ts'
import { closed } from '../../../src/contract/attributes.ts'
import type { FaultSpec } from '../../../src/contract/model.ts'
import { faultSpec, proxySpec, usePlane } from '../../support/use-plane.ts'
import type { PlaneBench } from '../../support/use-plane.ts'
import { plainMessages } from './plain-message.ts'
import type { Shape } from './shapes.ts'

/** A fault that acts on every exchange and changes nothing: it only makes the connection change lanes. */
export const look = exchangeFault({
  kind: 'test_look',
  summary: 'Acts and changes nothing.',
  fidelity: 'exact',
  attributes: closed({}),
  examples: [],
  request: () => ({ do: 'go' }),
})

export type Lane = 'direct' | 'tcp' | 'wire' | 'wire with a fault beside it' | 'exchange'

export function exchangeFaultSpec(
  kind: string,
  attributes: Record<string, unknown> = {},
  more: Partial<FaultSpec> = {},
): FaultSpec {
  return faultSpec(kind, attributes, { stream: undefined, ...more })
}

/** An `http` proxy in the wanted lane before an upstream; answers where to connect. */
export async function useLane(lane: Lane, upstream: string): Promise<{ port: number; bench: PlaneBench | undefined }> {
  if (lane === 'direct') return { port: Number(upstream.split(':')[1]), bench: undefined }
  const bench = usePlane({ kinds: [look] })
  const faults =
    lane === 'exchange'
      ? [exchangeFaultSpec('test_look')]
      : lane === 'wire with a fault beside it'
        ? [exchangeFaultSpec('test_look', {}, { match: { path: '/never' } })]
        : []
  const proxy = await bench.plane.open(
    proxySpec(upstream, { protocol: lane === 'tcp' ? 'tcp' : 'http', faults }),
    bench.seed,
  )
  return { port: Number(proxy.status().listen.split(':')[1]), bench }
}

/** What passed both ends, as latin1 text. */
export interface Passed {
  readonly request: string
  readonly response: string
}

/** Carries one shape over raw sockets: the upstream answers when it has seen the request, in two pieces. */
export async function carry(lane: Lane, shape: Shape): Promise<Passed> {
  let seen = ''
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let answered = false
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      seen += bytes.toString('latin1')
      if (answered || !(shape.answersAt === undefined ? means(seen, shape.request) : seen.length >= shape.answersAt))
        return
      answered = true
      const half = Math.floor(shape.response.length / 2)
      socket.write(shape.response.slice(0, half), 'latin1')
      setImmediate(() => {
        socket.write(shape.response.slice(half), 'latin1')
        if (shape.closes === true) socket.end()
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = await useLane(lane, `127.0.0.1:${(server.address() as AddressInfo).port}`)
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  onTestFinished(() => void client.destroy())
  let got = ''
  await new Promise<void>((resolve, reject) => {
    // A shape that never comes out as expected is told by the comparison, not by the test's own limit.
    const limit = setTimeout(resolve, 2000)
    const done = (): void => {
      clearTimeout(limit)
      resolve()
    }
    client.on('data', (bytes) => {
      got += bytes.toString('latin1')
      // The exchange lane frames anew what ends with the connection, and keeps its own.
      if ((shape.closes !== true || lane === 'exchange') && means(got, shape.response, shape.request)) done()
    })
    client.on('end', done)
    client.on('error', reject)
    client.write(shape.request, 'latin1')
  })
  client.destroy()
  return { request: seen, response: got }
}

/** The same bytes, or the same messages in another frame. */
function means(got: string, wanted: string, answersTo?: string): boolean {
  if (got === wanted) return true
  return JSON.stringify(plainMessages(got, answersTo)) === JSON.stringify(plainMessages(wanted, answersTo))
}
