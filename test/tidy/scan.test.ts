import { expect, test } from 'vitest'
import { linesWith, scan } from './scan.ts'

const specifiers = (source: string): string[] => scan(source).imports.map(({ value }) => value)

test('every spelling of an import is seen', () => {
  expect(
    specifiers(`
      import a from 'one'
      import type { B } from "two"
      import {
        c,
        d,
      } from 'three'
      export * from 'four'
      import 'five'
      const e = await import('six')
      const f = require('seven')
      const g = process.getBuiltinModule('eight')
    `),
  ).toEqual(['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'])
})

test('a type-only import is told from one that runs', () => {
  const source = `import type { A } from 'one'\nimport { b } from 'two'\nexport type * from 'three'\nimport { type C } from 'four'`
  expect(scan(source).imports.map(({ typeOnly }) => typeOnly)).toEqual([true, false, true, false])
})

test('an import in a comment or a string is none', () => {
  expect(
    specifiers(`// import a from 'one'\n/* import 'two' */\nconst s = "import 'three'"; const t = \`import 'x'\``),
  ).toEqual([])
})

test('code within a template hole is code, the text around it is not', () => {
  const { code, strings } = scan('const s = `Date.now() ${fetch(`in ${Math.random()} ner`)} setTimeout`')
  expect(code).toContain('fetch(')
  expect(code).toContain('Math.random()')
  expect(code).not.toMatch(/Date|setTimeout|ner/)
  expect(strings.map(({ value }) => value)).toEqual(['Date.now() ', 'in ', ' ner', ' setTimeout'])
})

test('quotes within patterns and slashes that divide do not confuse it', () => {
  const { code } = scan(`const a = /["'\`/]/.test(x) ? 1 / 2 : b / c // Date\nconst d = Date.now() /* Math.random */`)
  expect(linesWith(code, /\bDate\b/)).toEqual([2])
  expect(code).not.toContain('Math')
  expect(code).toContain('1 / 2 : b / c')
})

test('lines stay where they were', () => {
  const { code, strings } = scan("/*\n\n*/\nconst a = `\n\n`\nconst b = 'here'")
  expect(linesWith(code, /\bb\b/)).toEqual([7])
  expect(strings.at(-1)).toEqual({ value: 'here', line: 7 })
})
