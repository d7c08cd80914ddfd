import { closed, flag, fraction, integer, ms, number } from '../../../contract/attributes.ts'
import { exchangeFault } from '../../../contract/exchange.ts'
import { admit, newStation } from '../../service-station.ts'
import type { Station, StationRule } from '../../service-station.ts'

type Attributes = StationRule & { readonly status: number }

export default exchangeFault<Attributes, Station>({
  kind: 'overload',
  summary: 'A service that gets slower the more is asked of it, and refuses when its queue is full.',
  notes: [
    'A model of `concurrency` workers that together finish `rate` requests a second, so each is busy for `concurrency / rate` seconds with one. A request goes to the upstream when a worker is free, in order of arrival; up to `queue` wait, the others are answered at once with `status` and a `Retry-After` after which the queue will have drained.',
    'Below `rate` nothing waits but bursts above `concurrency`; above it the wait grows to `queue / rate` seconds. The time that the upstream takes comes on top. A caller that gives up keeps its place, as in most servers.',
    'With `metastable` a full queue brings the service down to `degraded` times its rate (retries, cold caches, a struggling garbage collector). There it stays, also under a load that it took before, until for the time of `recovery` no request had to wait: the load has to fall below `degraded` times the rate first.',
  ].join('\n'),
  fidelity: 'emulated',
  attributes: closed({
    rate: number('Requests that the service finishes in a second.', { min: 0.01, max: 1_000_000, default: 100 }),
    concurrency: integer('Requests that it works on at a time.', { min: 1, max: 1000, default: 10 }),
    queue: integer('Requests that wait for a worker. 0: none may.', { max: 10_000, default: 100 }),
    status: integer('Status of a refusal.', { min: 400, max: 599, default: 503 }),
    metastable: flag('A full queue brings it down, and it stays down after the load has dropped.', { default: false }),
    degraded: fraction('Share of the rate while it is down. 0: it refuses everything.', { default: 0.1 }),
    recovery: ms('Time without a wait after which it is up again.', { min: 1, default: 10_000 }),
  }),
  examples: [
    { title: 'A service that takes fifty requests a second', attributes: { rate: 50, concurrency: 5, queue: 50 } },
    {
      title: 'One that does not come back by itself',
      attributes: { rate: 50, queue: 20, metastable: true, degraded: 0.2 },
    },
  ],
  state: newStation,
  request({ attributes, state, exchange, now }) {
    const verdict = admit(state, attributes, exchange.ordinal, now)
    if (verdict.admitted) return { do: 'wait', until: verdict.start }
    return {
      do: 'answer',
      status: attributes.status,
      headers: [
        ['content-type', 'text/plain; charset=utf-8'],
        ['retry-after', String(Math.max(1, Math.ceil(verdict.drained / 1000)))],
      ],
      body: Buffer.from(`${attributes.status}: refused by faultline (overload), the queue is full\n`),
    }
  },
})
