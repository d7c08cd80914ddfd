import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ProfileLibrary } from '../../src/experiment/profile-library.ts'

/** A folder of one's own beside the shipped profiles, with these files in it. */
async function useLibrary(
  files: Readonly<Record<string, string>>,
): Promise<{ library: ProfileLibrary; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'profiles-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return { library: new ProfileLibrary(folder), folder }
}

const text = (name: string): string =>
  `name: ${name}\ntargets: { a: { to: a } }\nstages: [{ name: s, duration: 1s, faults: [{ target: a, kind: noop }] }]\n`

test("one's own profiles stand beside the shipped ones, in the order of names", async () => {
  const { library } = await useLibrary({
    'a-mine.yaml': text('a-mine'),
    'z-mine.yml': text('z-mine'),
    'notes.txt': 'no profile',
  })
  const list = await library.list()
  expect(list.at(0)).toMatchObject({ name: 'a-mine', source: 'user', duration_ms: 1000, targets: ['a'] })
  expect(list.at(-1)).toMatchObject({
    name: 'z-mine',
    source: 'user',
    stages: [{ name: 's', duration_ms: 1000, faults: 1 }],
  })
  expect(list.find(({ name }) => name === 'slow-database')).toMatchObject({ source: 'shipped' })
  expect(list.map(({ name }) => name)).toEqual(list.map(({ name }) => name).toSorted())
})

test('a profile of the same name hides the shipped one', async () => {
  const { library } = await useLibrary({ 'slow-database.yaml': text('slow-database') })
  expect(await library.get('slow-database')).toMatchObject({ source: 'user', duration_ms: 1000 })
})

test('an edit counts at once', async () => {
  const { library, folder } = await useLibrary({})
  await expect(library.load('late')).rejects.toMatchObject({ code: 'profile_not_found' })
  await writeFile(join(folder, 'late.yaml'), text('late'))
  expect((await library.load('late')).name).toBe('late')
})

test('a profile that is not valid is listed with what is wrong, and cannot be started', async () => {
  const { library } = await useLibrary({ 'bad.yaml': text('bad').replace('noop', 'nop') })
  const view = (await library.list()).find(({ name }) => name === 'bad')
  expect(view?.problems).toEqual([
    {
      pointer: '/stages/0/faults/0/kind',
      message: expect.stringMatching(/^bad\.yaml:3:\d+: kind is "nop".*did you mean noop\?$/),
    },
  ])
  await expect(library.load('bad')).rejects.toMatchObject({ code: 'invalid_profile' })
})

test('a file that holds a profile of another name is not valid', async () => {
  const { library } = await useLibrary({ 'one.yaml': text('two') })
  await expect(library.load('one')).rejects.toThrow(/its name must be that of the file, "one"/)
})

test('what cannot be read as a file is a problem of that profile alone', async () => {
  const { library, folder } = await useLibrary({ 'good.yaml': text('good') })
  await mkdir(join(folder, 'folder.yaml'))
  await symlink(join(folder, 'nowhere'), join(folder, 'gone.yaml'))
  await symlink('/dev/zero', join(folder, 'endless.yaml'))
  const problems = new Map((await library.list()).map((view) => [view.name, view.problems?.[0]?.message]))
  expect(problems.get('good')).toBeUndefined()
  expect(problems.get('folder')).toMatch(/it is no file/)
  expect(problems.get('endless')).toMatch(/it is no file/)
  expect(problems.get('gone')).toMatch(/ENOENT/)
})

test('a folder that is not there is named', async () => {
  const { folder } = await useLibrary({})
  const library = new ProfileLibrary(join(folder, 'no-such'))
  await expect(library.list()).rejects.toMatchObject({
    code: 'invalid_config',
    message: expect.stringContaining('no-such'),
  })
})

test.each(['../package', '/etc/passwd', '', 'x'.repeat(10_000)])(
  'a name that is a path is simply not there: %j',
  async (name) => {
    const { library } = await useLibrary({})
    await expect(library.load(name)).rejects.toMatchObject({ code: 'profile_not_found' })
  },
)
