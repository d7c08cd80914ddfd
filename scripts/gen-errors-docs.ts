import { ERRORS } from '../src/contract/errors.ts'
import type { Generated } from './gen.ts'

/** The table of errors, from the one that the code reads. */
export function errorsDocs(): Generated {
  const rows = Object.entries(ERRORS).map(
    ([code, { status, title, remedy }]) => `| \`${code}\` | ${status} | ${title} | ${remedy} |`,
  )
  const text = `<!-- Made from src/contract/errors.ts by \`npm run gen\`; do not edit. -->

# Errors

Every mistake that a caller can make has a code; the native API answers it with the status, as [api.md](api.md#errors) shows.
Toxiproxy's routes answer in Toxiproxy's own words and statuses, see [toxiproxy.md](toxiproxy.md).

| code | status | what it means | what to do |
|---|---|---|---|
${rows.join('\n')}
`
  return { path: 'docs/errors.md', text }
}
