import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseProfile } from '../../../src/experiment/parse-profile.ts'
import { runHere } from '../../cli/use-faultline.ts'

const page = (name: string): string => readFileSync(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8')
const blocks = (name: string, language: string): string[] =>
  [...page(name).matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text]) => text ?? '')

const profiles = ['partitions', 'safety'].flatMap((name) => blocks(name, 'yaml').map((text) => [name, text] as const))

test.each(profiles)('docs/%s.md: its YAML is a profile or a config that is valid', (name, text) => {
  if (/^name:/m.test(text)) expect(parseProfile(`docs/${name}.md`, text).stages.length).toBeGreaterThan(0)
  else expect(Object.keys(parse(text) as object)).toEqual(['allowed_targets', 'allowed_upstreams'])
})

describe('docs/partitions.md and docs/safety.md', () => {
  const commands = ['partitions', 'safety'].flatMap((name) =>
    blocks(name, 'sh').flatMap((text) => text.split('\n').filter((line) => line.startsWith('faultline '))),
  )

  test('show commands', () => expect(commands.length).toBeGreaterThan(10))

  // A daemon that is not there is the only thing that stops them: misuse would be told before.
  test.each(commands)('%s', async (line) => {
    const words =
      line
        .replace(/ #.*$/, '')
        .trim()
        .match(/'[^']*'|\S+/g) ?? []
    const args = words.slice(1).map((word) => word.replaceAll("'", ''))
    expect((await runHere(args, { FAULTLINE_URL: 'http://127.0.0.1:1' })).code).toBe(3)
  })
})
