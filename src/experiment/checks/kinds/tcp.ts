import { closed } from '../../../contract/attributes.ts'
import type { Attribute } from '../../../contract/attributes.ts'
import { parseAddress } from '../../../contract/address.ts'
import { FaultlineError } from '../../../contract/errors.ts'
import { checkKind } from '../check-kind.ts'

const ADDRESS: Attribute<string> = {
  type: 'string',
  minLength: 1,
  maxLength: 300,
  description: 'host:port or unix:/path.',
}

/** A connect, and nothing more. */
export const tcpCheck = checkKind({
  kind: 'tcp',
  summary: 'Connect, and let go again without a byte.',
  attributes: closed({ address: ADDRESS }),
  measures: {
    answered: { is: 'truth', says: 'the connect succeeded within the time limit' },
    latency: { is: 'ms', says: 'from the start of the look-up to the connect' },
  },
  expect: 'answered == true',
  every: 1000,
  varies: true,
  example: { address: '127.0.0.1:5432' },
  judge({ address }) {
    try {
      parseAddress(address, 'upstream')
      return []
    } catch (error) {
      if (!(error instanceof FaultlineError)) throw error
      return [{ pointer: '/address', message: error.message.replace(/^upstream/, 'address') }]
    }
  },
  permit: ({ address }, { reaches }) =>
    reaches(address)
      ? []
      : [{ pointer: '/address', message: `address is ${address}, which allowed_upstreams does not allow` }],
  describe: ({ address }) => `connect to ${address}`,
  async look({ address }, { prober }, limits) {
    const answer = await prober.connect(address, limits)
    if (!answer.answered) return { values: { answered: false }, missing: { because: 'no_answer', why: answer.why } }
    return { values: { answered: true, latency: answer.ms } }
  },
})
