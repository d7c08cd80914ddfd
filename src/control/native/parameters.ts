import { optional } from '../../contract/attributes.ts'
import type { Attribute, JsonSchema } from '../../contract/attributes.ts'
import { FaultlineError } from '../../contract/errors.ts'

export const NAME_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$'

const name = (description: string): JsonSchema => ({ type: 'string', pattern: NAME_PATTERN, description })

export const PROXY = { proxy: name('Name of the proxy.') }
export const SCOPE = { scope: { type: 'string', description: 'Id of the scope.' } satisfies JsonSchema }
export const FAULT = { ...PROXY, fault: name('Name of the fault.') }

/** A query parameter that may be left out. */
export const text = (description: string): Attribute<string | undefined> =>
  optional<string>({ type: 'string', minLength: 1, maxLength: 1000, description })

/** For names that are about to be given. Toxiproxy's API gives wilder ones, which are found here all the same. @throws invalid_request */
export function checkName(what: 'proxy', given: string): void {
  if (new RegExp(NAME_PATTERN).test(given)) return
  const rule = 'a letter or digit, then at most 99 letters, digits, dots, dashes and underscores'
  throw new FaultlineError(
    'invalid_request',
    `${JSON.stringify(given.slice(0, 120))} is no name for a ${what}; allowed is ${rule}`,
    {
      remedy: 'Choose another name.',
    },
  )
}
