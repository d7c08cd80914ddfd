import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseProfile } from '../../src/experiment/parse-profile.ts'

const TARGETS = 'targets: { db: { proxy: db }, cache: { proxy: cache }, api: { proxy: api } }'
const STAGES = 'stages: [{ name: s, duration: 1m, faults: [{ target: db, kind: noop }] }]'
const CHECKS = 'steady_state: [{ name: answers, tcp: { address: "127.0.0.1:9" }, expect: latency <= 1s }]'

const indent = (text: string): string => text.replaceAll(/^(?=.)/gm, '      ')

/** An example with what stands around it in a profile. */
function whole(example: string): string {
  if (/^name:/m.test(example)) return example
  const base = `name: example\n${TARGETS}\n`
  if (/^stages:/m.test(example)) return base + example
  if (/^matrix:/m.test(example)) return `${base}parameters: { latency: { default: 1 } }\n${example}${STAGES}\n`
  if (/^- \{ target:/m.test(example))
    return `${base}stages:\n  - name: s\n    duration: 1m\n    faults:\n${indent(example)}`
  return `${base}${CHECKS}\nstages:\n  - { name: s, duration: 1s, faults: [{ target: db, kind: noop }] }\n${example.replaceAll(/^(?=.)/gm, '  ')}`
}

describe('examples in docs/profiles.md', () => {
  const page = readFileSync(new URL('../../docs/profiles.md', import.meta.url), 'utf8')
  const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? '')

  test('there are some', () => {
    expect(examples.length).toBeGreaterThanOrEqual(6)
  })

  test.each(examples.map((example) => [example.split('\n').slice(0, 2).join(' ').trim(), example]))(
    '%s',
    (_, example) => {
      expect(parseProfile('docs/profiles.md', whole(example)).stages.length).toBeGreaterThan(0)
    },
  )
})
