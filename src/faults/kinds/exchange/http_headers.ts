import { choice, closed, list } from '../../../contract/attributes.ts'
import { exchangeFault } from '../../../contract/exchange.ts'
import type { HeaderEdit } from '../../../contract/exchange.ts'
import { field, fieldName, headerList, refuseFraming } from '../../message-attributes.ts'
import type { Field } from '../../message-attributes.ts'

interface Attributes {
  readonly direction: 'request' | 'response'
  readonly set: readonly Field[]
  readonly add: readonly Field[]
  readonly remove: readonly string[]
}

export default exchangeFault<Attributes>({
  kind: 'http_headers',
  summary: 'Set, add or remove header fields of a request or an answer.',
  notes: [
    'First fields are removed, then set (all of that name are replaced, in the place of the first), then added. Case does not matter in names.',
    'Fields that frame the message (`content-length`, `transfer-encoding` and the like) are refused; `http_malformed` makes wrong ones.',
  ].join('\n'),
  fidelity: 'exact',
  attributes: closed({
    direction: choice('Which message.', ['request', 'response'], { default: 'response' }),
    set: list('Fields that take the place of all of their name.', field, { max: 50, default: [] as readonly Field[] }),
    add: list('Fields that come besides those of their name.', field, { max: 50, default: [] as readonly Field[] }),
    remove: list('Names of fields that go.', fieldName('A field name.'), { max: 50, default: [] as readonly string[] }),
  }),
  examples: [
    { title: 'A caller that lost its credentials', attributes: { direction: 'request', remove: ['authorization'] } },
    {
      title: 'Caching gone wrong',
      attributes: { set: [{ name: 'cache-control', value: 'public, max-age=31536000' }] },
    },
    { title: 'A second cookie', attributes: { add: [{ name: 'set-cookie', value: 'session=; Max-Age=0' }] } },
  ],
  check({ set, add, remove }) {
    if (set.length + add.length + remove.length === 0) return 'one of set, add and remove must name a field'
    const names = (fields: readonly Field[]): string[] => fields.map(({ name }) => name)
    return refuseFraming('set', names(set)) ?? refuseFraming('add', names(add)) ?? refuseFraming('remove', remove)
  },
  request: ({ attributes }) => (attributes.direction === 'request' ? change(attributes) : { do: 'go' }),
  response: ({ attributes }) => (attributes.direction === 'response' ? change(attributes) : { do: 'go' }),
})

function change({ set, add, remove }: Attributes): { do: 'change'; headers: HeaderEdit } {
  return { do: 'change', headers: { set: headerList(set), add: headerList(add), remove } }
}
