import { closed } from '../../../contract/attributes.ts'
import { connectionFault } from '../../../contract/kind.ts'
import { wholeListener } from '../../moments.ts'

export default connectionFault({
  kind: 'connect_stall',
  summary: 'Let connects neither succeed nor fail, as behind a firewall that drops packets.',
  notes: [
    'The listener is replaced by one whose queue is full and stays full, so the kernel leaves every SYN unanswered: a client sees its own connect timeout. It needs no privilege, but Linux.',
    'It cannot spare single clients; toxicity has to be 0 or 1. Connections that are open already go on.',
  ].join('\n'),
  fidelity: { linux: 'exact', other: 'unsupported' },
  attributes: closed({}),
  examples: [{ title: 'The host cannot be reached', attributes: {} }],
  check: (_attributes, { toxicity }) => wholeListener('connect_stall', toxicity),
  takesAll: () => true,
  listener: () => 'stalled',
  // One that slipped through while the listener changed waits as well.
  accept: () => ({ do: 'wait', until: Infinity }),
})
