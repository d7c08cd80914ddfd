import { posix } from 'node:path'
import { expect, test } from 'vitest'
import { linesWith } from './scan.ts'
import { allFiles, read } from './tree.ts'

const documents = allFiles().filter((path) => path.endsWith('.md'))

test('every relative link of the docs leads to a file', () => {
  const known = new Set(allFiles().flatMap((path) => [path, posix.dirname(path)]))
  const found = documents.flatMap((path) =>
    [...read(path).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map(([, target = '']) => posix.join(posix.dirname(path), target).replace(/\/$/, ''))
      .filter((target) => !known.has(target))
      .map((target) => `${path}: there is no ${target}`),
  )
  expect(found).toEqual([])
})

test('every npm script that the docs name exists', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const found = documents.flatMap((path) =>
    [...read(path).matchAll(/npm run (?:--silent )?([\w:]+)/g)]
      .map(([, name = '']) => name)
      .filter((name) => scripts[name] === undefined)
      .map((name) => `${path}: there is no script ${name}`),
  )
  expect(found).toEqual([])
})

test('no line of the docs is left empty-handed', () => {
  expect(
    documents.flatMap((path) =>
      linesWith(read(path), /\bTBD\b|lorem ipsum|coming soon/i).map((line) => `${path}:${line}`),
    ),
  ).toEqual([])
})
