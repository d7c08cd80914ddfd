import { choice, closed, optional } from '../../../contract/attributes.ts'
import type { Attribute } from '../../../contract/attributes.ts'
import type { HttpAnswer } from '../../../contract/probes.ts'
import { placesAt } from '../../../kernel/json-path.ts'
import type { Path } from '../../../kernel/json-path.ts'
import { parseJson } from '../../../kernel/json.ts'
import type { Json } from '../../../kernel/json.ts'
import { checkKind } from '../check-kind.ts'
import { addressOf, HEADERS, plainUrl, URL_TEXT, urlProblems } from '../check-url.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

const BODY = optional({
  type: 'string',
  maxLength: 65_536,
  'x-secret': true,
  description: 'Sent with the request.',
} as Attribute<string>)

/** One request, and what came back. */
export const httpCheck = checkKind({
  kind: 'http',
  summary: 'Send one HTTP request and look at the answer. Redirects are answers; of a body up to 1 MiB is read.',
  attributes: closed({
    url: URL_TEXT,
    method: choice('Method of the request.', METHODS, { default: 'GET' }),
    headers: HEADERS,
    body: BODY,
  }),
  measures: {
    answered: { is: 'truth', says: 'a whole answer came within the time limit' },
    status: { is: 'number', says: 'its status' },
    latency: { is: 'ms', says: 'from the start of the connect to the end of the answer' },
    body: { is: 'text', says: 'the body as text' },
  },
  parts: ['json', 'header'],
  expect: 'status in 200..299',
  every: 1000,
  varies: true,
  example: { url: 'http://127.0.0.1:8080/health' },
  judge: ({ url }) => urlProblems(url),
  permit: ({ url }, { reaches }) =>
    reaches(addressOf(url))
      ? []
      : [{ pointer: '/url', message: `url is ${addressOf(url)}, which allowed_upstreams does not allow` }],
  describe: ({ method, url }) => `${method} ${plainUrl(url)}`,
  async look({ url, method, headers, body }, { prober }, limits) {
    const answer = await prober.http({ method, url, headers: Object.entries(headers), body }, limits)
    if (!answer.answered) return { values: { answered: false }, missing: { because: 'no_answer', why: answer.why } }
    const { status, ms } = answer
    return {
      values: { answered: true, status, latency: ms, body: Buffer.from(answer.body).toString() },
      json: (path) => jsonAt(answer, path),
      header: (name) => answer.headers.get(name),
    }
  },
})

/** @returns what stands at the path, or why nothing does */
function jsonAt({ body, cut }: HttpAnswer, path: Path): readonly Json[] | string {
  const parsed = cut ? undefined : parseJson(body)
  if (parsed === undefined) return cut ? 'the body is longer than what is read of it' : 'the body is not JSON'
  const found = placesAt(parsed.value, path).map(
    ({ holder, key }) => (holder as Readonly<Record<string, Json>>)[key] ?? null,
  )
  return found.length === 0 ? 'nothing in the body is there' : found
}
