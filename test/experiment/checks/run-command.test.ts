import { readFileSync } from 'node:fs'
import { mkdtemp, rm, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createCommandRunner } from '../../../src/host/run-command.ts'
import { RealClock } from '../../../src/kernel/clock.ts'

const runner = createCommandRunner(new RealClock(), { PATH: process.env['PATH'] ?? '', KNOWN: 'yes' })
const limits = (timeoutMs = 10_000, signal = new AbortController().signal) => ({ timeoutMs, signal })
const node = (code: string, ...args: string[]): string[] => [process.execPath, '-e', code, ...args]

async function useFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'command-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

/** One that is dead and not yet waited for still has its number. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

test('a program is carried out by its words: nothing in them means anything', async () => {
  const words = ['$HOME', '; echo no', '`id`', '*', 'a b']
  const answer = await runner.run(node('console.log(JSON.stringify(process.argv.slice(1)))', ...words), limits())
  expect(answer).toMatchObject({ answered: true, exitCode: 0, stderr: '' })
  expect(answer.answered && JSON.parse(answer.stdout)).toEqual(words)
})

test('of the environment it has only what it is given', async () => {
  const answer = await runner.run(node('console.log(Object.keys(process.env).sort().join())'), limits())
  expect(answer).toMatchObject({ stdout: 'KNOWN,PATH\n' })
})

test('its exit code is told, and a signal as a shell tells it', async () => {
  expect(await runner.run(node('console.error("bad"); process.exit(7)'), limits())).toMatchObject({
    answered: true,
    exitCode: 7,
    stderr: 'bad\n',
  })
  expect(await runner.run(node('process.kill(process.pid, "SIGKILL")'), limits())).toMatchObject({ exitCode: 137 })
})

test('a program that is not there is no answer', async () => {
  expect(await runner.run(['no-such-program-here'], limits())).toMatchObject({
    answered: false,
    why: 'no-such-program-here could not be started: ENOENT',
  })
})

test('of much output the first 64 KiB are kept, and the program does not stall', async () => {
  const answer = await runner.run(node('process.stdout.write("x".repeat(5_000_000), () => process.exit(3))'), limits())
  expect(answer).toMatchObject({ answered: true, exitCode: 3 })
  expect(answer.answered && answer.stdout.length).toBe(64 * 1024)
})

test('one that takes too long is killed, with all that it started', async () => {
  const folder = await useFolder()
  const file = join(folder, 'pids')
  const code = `
    const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })
    require('node:fs').writeFileSync(${JSON.stringify(file)}, process.pid + ' ' + child.pid)
    setInterval(() => {}, 1000)`
  const control = new AbortController()
  const running = runner.run(node(code), limits(60_000, control.signal))
  const written = async (): Promise<string> => readFile(file, 'utf8').catch(() => '')
  await expect.poll(written, { timeout: 9000 }).toMatch(/^\d+ \d+$/)
  const pids = (await written()).split(' ').map(Number)
  control.abort()
  expect(await running).toMatchObject({ answered: false, why: 'given up' })
  for (const pid of pids) await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false)
})

test('the time limit ends it', async () => {
  expect(await runner.run(node('setInterval(() => {}, 1000)'), limits(150))).toMatchObject({
    answered: false,
    why: 'still running after 150 ms, and killed',
  })
})

test('what it leaves in the background goes with it, and does not hold up the answer', async () => {
  const code = `
    const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })
    child.unref()
    process.stdout.write(String(child.pid), () => process.exit(0))`
  const answer = await runner.run(node(code), limits(60_000))
  expect(answer).toMatchObject({ answered: true, exitCode: 0 })
  const pid = Number(answer.answered ? answer.stdout : NaN)
  expect(pid).toBeGreaterThan(0)
  await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false)
})

test('a script runs by its path', async () => {
  const script = join(await useFolder(), 'check')
  await writeFile(script, '#!/bin/sh\necho fine\n', { mode: 0o755 })
  expect(await runner.run([script], limits())).toMatchObject({ answered: true, exitCode: 0, stdout: 'fine\n' })
})
