import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { factsOf, idSpace } from '../../src/host/identity.ts'
import { Intents } from '../../src/host/intents.ts'
import type { Intent } from '../../src/host/intents.ts'
import { recover } from '../../src/host/recover.ts'
import type { UndoStep } from '../../src/host/undo.ts'
import { fillerName, undoAll } from '../../src/host/undo.ts'
import { RealClock } from '../../src/kernel/clock.ts'
import { silentLog } from '../../src/kernel/log.ts'

const clock = new RealClock()
const ID = 'host_0123456789ab'

/** A folder with a filler, and the record of it. */
async function useRecord(more: Partial<Intent> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-records-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, fillerName(ID))
  writeFileSync(path, 'full')
  const intents = new Intents(join(folder, 'data'))
  const undo: UndoStep[] = [{ undo: 'remove_file', path }]
  const daemon = { pid: 2 ** 22 + 1, start: 1 }
  await intents.write({
    version: 1,
    id: ID,
    kind: 'disk_fill',
    owner: 'api',
    daemon,
    ids: await idSpace(),
    undo,
    ...more,
  })
  return {
    folder,
    intents,
    left: () => [...readdirSync(folder), ...readdirSync(intents.folder)].filter((name) => name !== 'data'),
    recover: () => recover(intents, clock, silentLog),
  }
}

test('what a daemon that is gone had taken is given back, once', async () => {
  const record = await useRecord()
  expect(await record.recover()).toMatchObject([{ intent: { id: ID }, problems: [] }])
  expect(record.left()).toEqual([])
  expect(await record.recover()).toEqual([])
})

test('what a daemon holds that lives is left alone', async () => {
  const { pid, start = 0 } = { pid: process.pid, ...(await factsOf(process.pid)) }
  const record = await useRecord({ daemon: { pid, start } })
  expect(await record.recover()).toEqual([])
  expect(record.left().length).toBe(2)
})

test('a process of the same id that started at another time is another one', async () => {
  const record = await useRecord({ daemon: { pid: process.pid, start: 1 } })
  await record.recover()
  expect(record.left()).toEqual([])
})

test('after a boot files are removed and processes let be, whoever has their ids now', async () => {
  const { start = 0 } = (await factsOf(process.pid)) ?? {}
  const self = { pid: process.pid, start }
  const path = join(mkdtempSync(join(tmpdir(), 'faultline-records-')), fillerName(ID))
  onTestFinished(() => rmSync(join(path, '..'), { recursive: true, force: true }))
  writeFileSync(path, '')
  const undo: UndoStep[] = [
    { undo: 'end_worker', fault: process.argv[0] ?? '', ...self },
    { undo: 'remove_file', path },
  ]
  const record = await useRecord({ ids: 'another boot', daemon: self, undo })
  expect(await record.recover()).toMatchObject([{ problems: [] }])
  expect(readdirSync(join(path, '..'))).toEqual([])
})

test('a worker is ended only where it carries the id of its fault', async () => {
  const { start = 0 } = (await factsOf(process.pid)) ?? {}
  expect(await undoAll([{ undo: 'end_worker', fault: ID, pid: process.pid, start }], clock)).toEqual([])
})

test('nothing is removed but plain files by the name of ours', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-records-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const [precious, directory, link] = ['precious', 'd', 'l'].map((name) => join(folder, name))
  writeFileSync(precious ?? '', 'mine')
  mkdirSync(join(directory ?? '', fillerName(ID)), { recursive: true })
  mkdirSync(link ?? '')
  symlinkSync(precious ?? '', join(link ?? '', fillerName(ID)))
  const paths = [precious ?? '', join(directory ?? '', fillerName(ID)), join(link ?? '', fillerName(ID))]
  const problems = await undoAll(
    paths.map((path) => ({ undo: 'remove_file', path })),
    clock,
  )
  expect(problems).toEqual(paths.map((path) => expect.stringContaining(`${path} is no`)))
})

test('a torn record is told, one that was never finished is forgotten, and neither stops the others', async () => {
  const record = await useRecord()
  writeFileSync(join(record.intents.folder, 'host_zzzzzzzzzzzz.json'), '{"version":1,"id":"host_zz')
  writeFileSync(join(record.intents.folder, 'host_yyyyyyyyyyyy.json.new'), '{')
  const told: object[] = []
  await recover(record.intents, clock, { ...silentLog, error: (fields) => void told.push(fields) })
  expect(told).toEqual([{ file: join(record.intents.folder, 'host_zzzzzzzzzzzz.json') }])
  expect(record.left()).toEqual(['host_zzzzzzzzzzzz.json'])
})

test('what cannot be given back stays on record, and the next time tries again', async () => {
  const record = await useRecord({ undo: [{ undo: 'remove_file', path: '/proc/self/status' }] })
  for (const _ of [1, 2]) expect(await record.recover()).toMatchObject([{ problems: [expect.any(String)] }])
  expect(record.left()).toContain(`${ID}.json`)
})
