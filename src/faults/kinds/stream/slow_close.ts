import { closed, ms } from '../../../contract/attributes.ts'
import { streamFault } from '../../../contract/kind.ts'

export default streamFault<{ delay: number }>({
  kind: 'slow_close',
  summary: 'Pass bytes at once, but the end of the stream (FIN) late.',
  notes:
    'Only the end of its own direction waits; a reset does not. A change of `delay` counts from when the end came in.',
  bytes: 'kept',
  cutIndependent: true,
  toxiproxy: true,
  fidelity: 'exact',
  attributes: closed({
    delay: ms('Time between the end coming in and going on.', { default: 0 }),
  }),
  examples: [{ title: 'A server that closes late', attributes: { delay: '2s' } }],
  end: ({ attributes: { delay } }, { at }) => [{ do: 'end', at: at + delay }],
  update: ({ attributes: { delay }, now }, _before, held) =>
    held.map((item) => {
      if (item.is === 'bytes') return { do: 'send', bytes: item.bytes, at: now }
      return { do: item.is, at: item.is === 'end' ? item.at + delay : now }
    }),
})
