import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run, useBuiltCheckout } from './checkout.ts'

/** The commands of a document, in order, without the two that stand at its top. */
const commands = (markdown: string): string[] =>
  [...markdown.matchAll(/^```sh\n(.*?)^```/gms)]
    .map(([, block = '']) => block)
    .filter((block) => !block.startsWith('npm ci'))

test('the ten minutes of the README work, typed as they stand', () => {
  const checkout = useBuiltCheckout()
  const script = [
    'set -euo pipefail',
    'shopt -s expand_aliases',
    'unset FAULTLINE_TOKEN FAULTLINE_URL',
    "trap 'kill $(jobs -p)' EXIT",
    ...commands(readFileSync(join(checkout, 'README.md'), 'utf8')).map(
      (block, index) => `echo "--- ${index}"\n${block}`,
    ),
  ]
  writeFileSync(join(checkout, 'ten-minutes.sh'), script.join('\n'))
  const ran = run(checkout, 'bash', 'ten-minutes.sh')
  expect(ran, `${ran.out}\n${ran.err}`).toMatchObject({ code: 0 })
  const [calm = 9, slow = 0, healed = 9] = [...ran.out.matchAll(/^hello\n([\d.]+) s$/gm)].map(([, seconds]) =>
    Number(seconds),
  )
  expect(calm).toBeLessThan(0.2)
  expect(slow).toBeGreaterThanOrEqual(0.25)
  expect(healed).toBeLessThan(0.2)
  expect(ran.out).toContain('"name":"flaky"')
  expect(ran.out).toMatch(/completed, healed/)
  expect(ran.out).toContain('"first":3')
})
