import type { JsonSchema } from '../contract/attributes.ts'
import { FaultlineError } from '../contract/errors.ts'
import type { HeaderList } from '../contract/exchange.ts'
import { fromText } from '../contract/from-text.ts'
import type { FaultSpec } from '../contract/model.ts'
import { show } from '../contract/validate.ts'
import { ENVOY_WISH, NO_KIND, WISH_FIELD } from '../contract/wishes.ts'
import type { RefusedWish, RequestFaults, WishLimit, WishReader, WishRefusal } from '../contract/wishes.ts'
import { parseFieldList } from '../kernel/structured-field.ts'
import type { BareItem, FieldItem } from '../kernel/structured-field.ts'
import { catalogue } from './catalogue.ts'
import { envoyWishes } from './envoy-wishes.ts'
import { resolveFault } from './resolve.ts'

type Attributes = Readonly<Record<string, unknown>>

export type Refused = RefusedWish<WishRefusal>

/** A wish as it was written, in whichever way, before it is judged. */
export interface Wish {
  readonly kind: string
  readonly attributes: Attributes
  /** Left out: the highest that is allowed. */
  readonly toxicity?: unknown
  /** The one proxy that is meant. */
  readonly proxy?: unknown
}

/** Of the field, all its lines together. */
const LONGEST = 4096
const MOST_WISHES = 8
/** More than any kind has attributes. */
const MOST_PARAMETERS = 16
/** A word that is far longer than any name is not looked for among them. */
const LONGEST_NAME = 64
/** Each goes into the journal. */
const LONGEST_DETAIL = 300
/** Parameters that say something of the fault and are none of its attributes. */
const OF_THE_FAULT = ['toxicity', 'proxy']

const NOTHING: RequestFaults = { kinds: {}, toxicity: 0, max_active: 0 }

export const wishReader: WishReader = {
  read(headers, allowed = NOTHING, proxy) {
    if (!headers.some(([name]) => isWish(name.toLowerCase()))) return undefined
    const refused: Refused[] = []
    const wishes = [...ownWishes(headers, refused), ...envoyWishes(headers, refused)]
    const faults: FaultSpec[] = []
    for (const wish of wishes) {
      const told = judge(wish, allowed, proxy)
      if ('reason' in told) refused.push(told)
      else faults.push(named(told, faults))
    }
    if (wishes.length === 0 && refused.length === 0) return undefined
    return { faults, refused: refused.map((one) => ({ ...one, detail: one.detail.slice(0, LONGEST_DETAIL) })) }
  },
}

const isWish = (name: string): boolean => name === WISH_FIELD || name.startsWith(ENVOY_WISH)

function ownWishes(headers: HeaderList, refused: Refused[]): readonly Wish[] {
  const text = headers
    .filter(([name]) => name.toLowerCase() === WISH_FIELD)
    .map(([, value]) => value)
    .join(', ')
  const malformed = (why: string): readonly Wish[] => {
    refused.push({ kind: NO_KIND, reason: 'malformed', detail: `${WISH_FIELD} cannot be read: ${why}` })
    return []
  }
  if (text.length > LONGEST) return malformed(`it has ${text.length} characters; allowed are ${LONGEST}`)
  try {
    const items = parseFieldList(text)
    return items.length > MOST_WISHES
      ? malformed(`it asks for ${items.length} faults; allowed are ${MOST_WISHES}`)
      : items.map(wishOf)
  } catch (error) {
    if (error instanceof SyntaxError) return malformed(error.message)
    throw error
  }
}

/** @throws SyntaxError */
function wishOf({ item, parameters }: FieldItem): Wish {
  if (item.is !== 'token' || item.value.length > LONGEST_NAME)
    throw new SyntaxError(`${show(item.value)} is no word that could be the name of a kind`)
  if (parameters.size > MOST_PARAMETERS)
    throw new SyntaxError(`${item.value} has ${parameters.size} parameters; allowed are ${MOST_PARAMETERS}`)
  const long = [...parameters.keys()].find((name) => name.length > LONGEST_NAME)
  if (long !== undefined) throw new SyntaxError(`${show(long)} is too long for a name`)
  const value = (name: string): unknown => {
    const given = parameters.get(name)
    return given === undefined ? undefined : plain(given)
  }
  const kind = catalogue.get(item.value)
  const schemas = (kind?.attributes.properties ?? {}) as Readonly<Record<string, JsonSchema>>
  const attributes = [...parameters.keys()]
    .filter((name) => !OF_THE_FAULT.includes(name))
    .map((name) => [name, meant(Object.hasOwn(schemas, name) ? schemas[name] : undefined, value(name))])
  return {
    kind: item.value,
    attributes: Object.fromEntries(attributes) as Attributes,
    toxicity: value('toxicity'),
    proxy: value('proxy'),
  }
}

/** @throws SyntaxError */
function plain(given: BareItem): string | number | boolean {
  if (given.is === 'date') throw new SyntaxError(`@${given.value} is a date, and no attribute takes one`)
  if (given.is !== 'bytes') return given.value
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(given.value)
  } catch {
    throw new SyntaxError('what stands in Base64 is no UTF-8 text')
  }
}

/** A text is read as on the command line: what is no single value is JSON, or has commas between its parts. */
const meant = (schema: JsonSchema | undefined, value: unknown): unknown =>
  schema !== undefined && typeof value === 'string' ? fromText(schema, value) : value

function judge(wish: Wish, allowed: RequestFaults, proxy: string): FaultSpec | Refused {
  const kind = catalogue.get(wish.kind)?.kind ?? NO_KIND
  const refuse = (reason: WishRefusal, detail: string): Refused => ({ kind, reason, detail })
  if (wish.proxy !== undefined && wish.proxy !== proxy)
    return refuse('other_proxy', `${wish.kind} is asked of proxy ${show(wish.proxy)}, and this is ${show(proxy)}`)
  const limits = Object.hasOwn(allowed.kinds, wish.kind) ? allowed.kinds[wish.kind] : undefined
  if (limits === undefined) {
    const kinds = Object.keys(allowed.kinds).join(', ') || 'no kind'
    return refuse('not_allowed', `${wish.kind} may not be asked for here; request_faults allows ${kinds}`)
  }
  try {
    const { kind: name, attributes, toxicity = allowed.toxicity } = wish
    const fault = resolveFault({ kind: name, attributes, toxicity }, { owner: 'request' })
    const beyond = limits === 'any' ? undefined : beyondLimits(wish.attributes, fault.attributes, limits)
    if (beyond !== undefined) return refuse('not_allowed', `${wish.kind}: ${beyond}`)
    return { ...fault, toxicity: Math.min(fault.toxicity, allowed.toxicity) }
  } catch (error) {
    if (error instanceof FaultlineError) return refuse('invalid', error.message)
    throw error
  }
}

/** What was left out is judged as well, by its default: an attribute that is not named is one, or not there. */
function beyondLimits(
  given: Attributes,
  complete: Attributes,
  limits: Readonly<Record<string, WishLimit>>,
): string | undefined {
  const strange = Object.keys(given).find((name) => !Object.hasOwn(limits, name))
  if (strange !== undefined) {
    const names = Object.keys(limits).join(', ') || 'no attribute'
    return `${strange} may not be given; request_faults allows ${names}`
  }
  for (const [name, limit] of Object.entries(limits)) {
    const value = complete[name]
    if (limit === 'any' || value === undefined) continue
    const least = typeof limit === 'number'
    if (least ? (value as number) <= limit : limit.includes(value as string)) continue
    const told = least ? `at most ${limit}` : `one of ${limit.map(String).join(', ')}`
    return `${name} is ${show(value)}, but request_faults allows ${told}`
  }
  return undefined
}

/** No attached fault of the native API has such a name; the second of a kind draws apart from the first. */
function named(fault: FaultSpec, before: readonly FaultSpec[]): FaultSpec {
  const nth = before.filter(({ kind }) => kind === fault.kind).length + 1
  return { ...fault, name: `request:${fault.kind}${nth === 1 ? '' : `.${nth}`}` }
}
