import { closed } from '../../../contract/attributes.ts'
import { streamFault } from '../../../contract/kind.ts'

export default streamFault({
  kind: 'noop',
  summary: 'Change nothing: bytes pass as they come.',
  notes:
    'Useful to prove that a fault in the chain costs nothing, and to count which connections a match or trigger meets.',
  bytes: 'kept',
  cutIndependent: true,
  toxiproxy: true,
  fidelity: 'exact',
  attributes: closed({}),
  examples: [{ title: 'Only watch', attributes: {} }],
})
