import type { HeaderList } from '../contract/exchange.ts'
import { show } from '../contract/validate.ts'
import { ENVOY_WISH, NO_KIND } from '../contract/wishes.ts'
import type { WishRefusal } from '../contract/wishes.ts'
import type { Refused, Wish } from './read-wishes.ts'

interface EnvoyField {
  readonly field: string
  /** Says in how many of a hundred exchanges. */
  readonly percentage: string
  readonly kind: string
  readonly attributes: (value: number) => Wish['attributes']
}

/** In the order in which Envoy carries them out (its fault filter, `header_delay`, `header_abort`, `header_limit`). */
const FIELDS: readonly EnvoyField[] = [
  {
    field: `${ENVOY_WISH}delay-request`,
    percentage: `${ENVOY_WISH}delay-request-percentage`,
    kind: 'http_delay',
    attributes: (delay) => ({ delay }),
  },
  {
    field: `${ENVOY_WISH}abort-request`,
    percentage: `${ENVOY_WISH}abort-request-percentage`,
    kind: 'http_abort',
    attributes: (status) => ({ status }),
  },
  {
    field: `${ENVOY_WISH}throughput-response`,
    percentage: `${ENVOY_WISH}throughput-response-percentage`,
    kind: 'http_throttle',
    attributes: (kibibytes) => ({ rate: kibibytes * 1024 }),
  },
]

const GRPC = `${ENVOY_WISH}abort-grpc-request`

/** What is asked for in the words of Envoy. A percentage alone asks for nothing, as there. */
export function envoyWishes(headers: HeaderList, refused: Refused[]): readonly Wish[] {
  const values = (field: string): string[] =>
    headers.filter(([name]) => name.toLowerCase() === field).map(([, value]) => value)
  const refuse = (kind: string, reason: WishRefusal, detail: string): readonly Wish[] => {
    refused.push({ kind, reason, detail })
    return []
  }
  if (values(GRPC).length > 0)
    refuse(NO_KIND, 'invalid', `${GRPC} is not understood: http_abort answers with HTTP statuses, not those of gRPC`)
  return FIELDS.flatMap(({ field, percentage, kind, attributes }) => {
    const given = values(field)
    const share = values(percentage)
    if (given.length === 0) return []
    const [wrong] = [given, share].flatMap((all, i) =>
      all.length > 1 || all.some((value) => !/^\d{1,9}$/.test(value)) ? [[field, percentage][i]] : [],
    )
    if (wrong !== undefined) {
      const found = show((wrong === field ? given : share).join(', '))
      return refuse(kind, 'malformed', `${wrong} is ${found}, but must be one whole number`)
    }
    const toxicity = share[0] === undefined ? undefined : Math.min(Number(share[0]), 100) / 100
    return [{ kind, attributes: attributes(Number(given[0])), toxicity }]
  })
}
