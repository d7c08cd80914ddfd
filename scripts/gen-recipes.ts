import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Generated } from './gen.ts'

const TESTS = join(import.meta.dirname, '..', 'examples', 'orders', 'test')

interface Recipe {
  readonly title: string
  readonly prose: string
  readonly code: string
}

/** docs/recipes.md: the tests of the example, each with the comment above it. What is read there has been run. */
export async function recipesDocs(): Promise<Generated> {
  const [payments, storage, shop] = await Promise.all(
    ['payments.test.js', 'storage.test.js', 'use-shop.js'].map((name) => readFile(join(TESTS, name), 'utf8')),
  )
  const recipes = [...recipesOf(payments ?? ''), ...recipesOf(storage ?? '')]
  const sections = recipes.map(
    ({ title, prose, code }, i) => `## ${i + 1}. ${sentence(title)}\n\n${prose}\n\n\`\`\`js\n${code}\n\`\`\``,
  )
  return { path: 'docs/recipes.md', text: `${INTRODUCTION}\n\n${fixture(shop ?? '')}\n\n${sections.join('\n\n')}\n` }
}

/** @throws Error where a test has no comment, which would be a recipe that says nothing */
function recipesOf(text: string): Recipe[] {
  const found = [...text.matchAll(/\/\*\*([^/]*(?:\/(?!\*)[^/]*)*?)\*\/\n(test\('([^']+)'.*?^}\))/gms)]
  const tests = [...text.matchAll(/^test\(/gm)].length
  if (found.length !== tests) throw new Error(`${tests - found.length} of ${tests} recipes have no comment above them`)
  return found.map(([, comment = '', code = '', title = '']) => ({
    title,
    code,
    prose: comment.replaceAll(/^\s*\* ?/gm, '').trim(),
  }))
}

const sentence = (title: string): string => title.charAt(0).toUpperCase() + title.slice(1)

function fixture(text: string): string {
  const code = /^export const test = .*?^}\)/ms.exec(text)?.[0]
  if (code === undefined) throw new Error('use-shop.js has no fixture that begins with "export const test"')
  return `\`\`\`js\n${code}\n\`\`\``
}

const INTRODUCTION = `<!-- Made of examples/orders/test by \`npm run gen\`; do not edit. -->

# Ten recipes

Ten ways in which a service breaks that nobody tested, and the tests that find them. They are those of
[examples/orders](../examples/orders): a small service that keeps orders in PostgreSQL, reads them through Redis and has a
partner charge for them over HTTP. They run in CI, with real servers; none of them sleeps.

\`\`\`sh
cd examples/orders
npm install && npm test     # PostgreSQL and Redis on their usual ports, or DATABASE_URL and REDIS_URL
\`\`\`

- Every test has a scope of its own, so the files run in parallel and all of them call their database \`db\`.
- A fault that never acted turns its test red, with the seed and the line that repeats it ([testing.md](testing.md)).
- The makers (\`httpLostResponse\`, ...) are typed from the [kinds](kinds.md).

A fixture opens the service with a proxy before each thing it needs:`
