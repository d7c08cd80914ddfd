import { choice, closed, fraction, list, optional } from '../../../contract/attributes.ts'
import type { Attribute } from '../../../contract/attributes.ts'
import { exchangeFault } from '../../../contract/exchange.ts'
import { checkBody, needsBody, rewriteBody } from '../../body-rewrite.ts'
import type { Rewrite } from '../../body-rewrite.ts'
import type { JsonObject } from '../../../kernel/json.ts'
import { MUTATIONS } from '../../json-mutation.ts'
import { mayHaveBody } from '../../message.ts'
import { text } from '../../message-attributes.ts'

type Attributes = Rewrite & { readonly direction: 'request' | 'response' }

const mutation = closed({
  path: optional(
    text(
      '`/items/0/price` (JSON Pointer) or `items[0].price`; `*` stands for every member. Left out: one field, drawn.',
      512,
    ),
  ),
  to: choice('null; flip: another type, 5 to "5"; drop: the field goes.', MUTATIONS),
}) as Attribute<{ readonly path: string | undefined; readonly to: (typeof MUTATIONS)[number] }>

export default exchangeFault<Attributes>({
  kind: 'http_body',
  summary: 'Change the body of a request or an answer: replace, patch, break single fields, flip bits.',
  notes: [
    'One of `replace`, `merge_patch`, `mutate` and `corrupt` says how. Bodies in gzip, deflate and Brotli are decoded first and encoded again; the length is made to fit. Validators such as `etag` and `digest` stay as they came.',
    '`merge_patch` (RFC 7386) and `mutate` need JSON: a body of another content type, one that is not JSON after all, in a coding that is not known, or without the fields that were named is left as it is, and the exchange counted as skipped with `body_not_available`. A body above `limits.body_for_faults` likewise. JSON is parsed and written again: spaces go, and numbers keep 53 bits.',
    '`flip` turns a number or true into text, text into a number (its value, else its length), null into false, a list into an object and the reverse. `corrupt` flips one bit in so large a share of the bytes, and in one byte at the least.',
    'A message that can have no body, or a request that has none, gets none.',
  ].join('\n'),
  fidelity: 'exact',
  attributes: closed({
    direction: choice('Which message.', ['request', 'response'], { default: 'response' }),
    replace: optional(text('Another body, as text.', 65_536)),
    content_type: optional(text('Its content type; otherwise that stays as it is.', 256, '^[\\x20-\\x7e]+$')),
    merge_patch: optional<JsonObject>({
      type: 'object',
      additionalProperties: true,
      description: 'A JSON merge patch: null removes a field, an object goes deeper, all else replaces.',
    }),
    mutate: optional(list('JSON fields to break.', mutation, { min: 1, max: 50 })),
    corrupt: optional(fraction('Share of the bytes in which a bit is flipped.')),
  }),
  examples: [
    { title: 'A field that is null for once', attributes: { mutate: [{ path: '/customer/address', to: 'null' }] } },
    { title: 'Prices as text', attributes: { mutate: [{ path: 'items[*].price', to: 'flip' }] } },
    { title: 'Any one field is missing', attributes: { mutate: [{ to: 'drop' }] } },
    { title: 'A flag turned off, a field removed', attributes: { merge_patch: { beta: false, links: null } } },
    { title: 'An HTML page where JSON was expected', attributes: { replace: '<html>', content_type: 'text/html' } },
    { title: 'One byte in a thousand is wrong', attributes: { direction: 'request', corrupt: 0.001 } },
  ],
  check: checkBody,
  wants: (attributes, head) => ({
    request: attributes.direction === 'request',
    response: attributes.direction === 'response' && needsBody(attributes, head),
  }),
  request({ attributes, request, requestBody, random }) {
    if (attributes.direction !== 'request') return { do: 'go' }
    if (requestBody === undefined || requestBody.length === 0) return { do: 'unable', why: 'the request has no body' }
    return rewriteBody(attributes, { headers: request.headers, body: requestBody }, random)
  },
  response({ attributes, request, response, responseBody, random }) {
    if (attributes.direction !== 'response') return { do: 'go' }
    if (!mayHaveBody(request, response)) return { do: 'unable', why: 'the answer can have no body' }
    return rewriteBody(attributes, { headers: response.headers, body: responseBody }, random)
  },
})
