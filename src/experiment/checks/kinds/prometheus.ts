import { closed } from '../../../contract/attributes.ts'
import type { Attribute } from '../../../contract/attributes.ts'
import type { HttpAnswer } from '../../../contract/probes.ts'
import { isObject, parseJson } from '../../../kernel/json.ts'
import type { Json } from '../../../kernel/json.ts'
import { checkKind } from '../check-kind.ts'
import type { Found } from '../check-kind.ts'
import { addressOf, HEADERS, plainUrl, URL_TEXT, urlProblems } from '../check-url.ts'

const QUERY: Attribute<string> = {
  type: 'string',
  minLength: 1,
  maxLength: 4000,
  description: 'PromQL that gives one number: a scalar, or a vector of one series.',
}

/** What a Prometheus server knows of the system. */
export const prometheusCheck = checkKind({
  kind: 'prometheus',
  summary: 'Ask a Prometheus server for the value of a query now (its `/api/v1/query`).',
  attributes: closed({ url: URL_TEXT, query: QUERY, headers: HEADERS }),
  measures: {
    answered: { is: 'truth', says: 'the server answered the query within the time limit' },
    value: { is: 'number', says: 'what the query gives; no data where that is no series, or not a number' },
  },
  every: 5000,
  example: { url: 'http://127.0.0.1:9090', query: 'sum(rate(orders_total[30s]))' },
  judge: ({ url }) => urlProblems(url),
  permit: ({ url }, { reaches }) =>
    reaches(addressOf(url))
      ? []
      : [{ pointer: '/url', message: `url is ${addressOf(url)}, which allowed_upstreams does not allow` }],
  describe: ({ url, query }) => `${query} at ${plainUrl(url)}`,
  async look({ url, query, headers }, { prober }, limits) {
    const target = new URL(url)
    target.pathname = `${target.pathname.replace(/\/$/, '')}/api/v1/query`
    target.searchParams.set('query', query)
    const probe = { method: 'GET', url: target.href, headers: Object.entries(headers), body: undefined }
    const answer = await prober.http(probe, limits)
    if (!answer.answered) return nothing(answer.why)
    return read(answer)
  },
})

const nothing = (why: string): Found => ({ values: { answered: false }, missing: { because: 'no_answer', why } })
const noData = (why: string): Found => ({ values: { answered: true }, missing: { because: 'no_data', why } })

function read({ status, body }: HttpAnswer): Found {
  const json = parseJson(body)?.value
  if (!isObject(json) || json['status'] !== 'success' || !isObject(json['data'] ?? null))
    return nothing(
      `the server answered ${status}${isObject(json) && typeof json['error'] === 'string' ? `: ${json['error'].slice(0, 200)}` : ''}`,
    )
  const { resultType, result } = json['data'] as Readonly<Record<string, Json>>
  if (resultType === 'scalar') return valueOf(result)
  if (resultType !== 'vector' || !Array.isArray(result))
    return nothing(`the query gives a ${String(resultType)}, not a number`)
  const series = result as readonly Json[]
  if (series.length > 1) return nothing(`the query gives ${series.length} series; make one number of them, as by sum()`)
  const [one] = series
  if (one === undefined) return noData('the query gives no series')
  return valueOf(isObject(one) ? one['value'] : undefined)
}

/** `[time, "value"]` */
function valueOf(sample: Json | undefined): Found {
  const text = Array.isArray(sample) ? (sample as readonly Json[])[1] : undefined
  // Number() does not know how Prometheus writes the infinite.
  const value = text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text)
  return typeof text !== 'string' || Number.isNaN(value)
    ? noData('the value is not a number')
    : { values: { answered: true, value } }
}
