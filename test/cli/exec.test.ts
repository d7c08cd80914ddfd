import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { knock } from '../plane/use-peers.ts'
import { runHere, saying, useDaemon, useEchoServer, useProgram } from './use-faultline.ts'
import type { Program } from './use-faultline.ts'

// Each starts programs, which takes seconds where the machine is busy.
vi.setConfig({ testTimeout: 30_000 })

/** A script for `node`, which says `ready` and its environment, and goes on until it is told to end. */
function useScript(text: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'script.mjs')
  writeFileSync(file, text)
  return [process.execPath, file]
}

function useProfile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'slow.yaml')
  writeFileSync(
    file,
    `name: slow
targets: { db: { to: db } }
stages: [{ name: slow, duration: 1m, faults: [{ target: db, name: late, kind: latency, attributes: { latency: 20ms } }] }]
`,
  )
  return file
}

const exec = (
  upstream: string,
  flags: readonly string[],
  words: readonly string[],
  env?: Record<string, string>,
): Program => useProgram(['exec', '--proxy', `db=${upstream}`, ...flags, '--', ...words], env)

const TELL_ENV = `const kept = Object.entries(process.env).filter(([name]) => /^(FAULTLINE|DB_|DATABASE)/.test(name))
console.log('ready ' + JSON.stringify(Object.fromEntries(kept)))
`
const WAIT = `setInterval(() => {}, 1000)
`
const ASK = `import net from 'node:net'
const socket = net.connect(Number(process.env.DB_PORT), process.env.DB_HOST, () => socket.write('ping'))
socket.once('data', () => socket.end())
`

const envOf = ({ output }: Program): Record<string, string> =>
  JSON.parse(/^ready (.*)$/m.exec(output.stdout)?.[1] ?? '{}') as Record<string, string>

test('the program finds its proxies and its scope in its environment, and its exit code is passed on', async () => {
  const upstream = await useEchoServer()
  const words = [...useScript(`${TELL_ENV}process.exit(7)`), '007', '1e3', '--json']
  const program = exec(upstream, ['--seed', '7'], words, { DATABASE_URL: `postgres://u:p@${upstream}/orders` })
  const { code, stdout, stderr } = await program.finished
  expect(code).toBe(7)
  const env = envOf(program)
  const listen = `${env['DB_HOST']}:${env['DB_PORT']}`
  expect(env).toEqual({
    DATABASE_URL: `postgres://u:p@${listen}/orders`,
    DB_URL: `tcp://${listen}`,
    DB_HOST: '127.0.0.1',
    DB_PORT: saying(/^\d+$/),
    FAULTLINE_URL: saying(/^http:\/\/127\.0\.0\.1:\d+$/),
    FAULTLINE_SCOPE: saying(/^scope_/),
    FAULTLINE_TOXIPROXY_URL: `${env['FAULTLINE_URL']}/v1/scopes/${env['FAULTLINE_SCOPE']}/toxiproxy`,
    FAULTLINE_SEED: '7',
  })
  // Standard output is the program's own, and no value with a password in it is told.
  expect(stdout.trim().split('\n')).toHaveLength(1)
  expect(stderr).toContain(`proxy db: ${listen} -> ${upstream}, as DATABASE_URL, DB_URL, DB_HOST, DB_PORT`)
  expect(stderr).toContain('ended with code 7')
  expect(stderr).not.toContain('u:p')
})

test('a profile acts on the program, is ended with it, and the summary says what it did', async () => {
  const upstream = await useEchoServer()
  const { code, stderr } = await exec(upstream, ['--profile', useProfile()], useScript(ASK)).finished
  expect({ code, stderr }).toMatchObject({ code: 0 })
  expect(stderr).toMatch(/faultline: run run_\w+ of slow stopped, healed/)
  expect(stderr).toMatch(/faultline: db slow\.late \(latency\) acted 1 of 1 times/)
})

test('a run whose faults never acted fails it, unless it is told otherwise', async () => {
  const upstream = await useEchoServer()
  const words = useScript('')
  const flags = ['--profile', useProfile(), '--json']
  const [strict, lax, unfired] = await Promise.all([
    exec(upstream, flags, words).finished,
    exec(upstream, [...flags, '--fail-on', 'none'], words).finished,
    exec(upstream, [...flags, '--fail-on', 'unfired'], words).finished,
  ])
  expect([strict.code, lax.code, unfired.code]).toEqual([1, 0, 1])
  const failures = [strict, lax, unfired].map(({ stderr }) => (JSON.parse(stderr) as { failures: string[] }).failures)
  expect(failures).toEqual([
    ['run of slow proved nothing: no fault of it had acted when it was stopped, which was in its stage slow'],
    [],
    ['never acted: slow.late on proxy db'],
  ])
})

test('a program that fails, is not there, or dies of a signal is told as a shell would', async () => {
  const upstream = await useEchoServer()
  const [none, killed] = await Promise.all([
    exec(upstream, [], ['./there-is-none']).finished,
    exec(upstream, [], useScript("process.kill(process.pid, 'SIGKILL')")).finished,
  ])
  expect(none).toMatchObject({ code: 127, stderr: saying('could not be started: there is no program ./there-is-none') })
  expect(killed).toMatchObject({ code: 137, stderr: saying('ended by SIGKILL') })
})

test('signals are passed on to the program', async () => {
  const upstream = await useEchoServer()
  const program = exec(upstream, [], useScript(`process.on('SIGTERM', () => process.exit(9))\n${TELL_ENV}${WAIT}`))
  await program.until(/ready .*\n/)
  program.process.kill('SIGTERM')
  expect(await program.finished).toMatchObject({ code: 9, stderr: saying('ended with code 9') })
})

test('on a daemon it has a scope of its own, which its commands are about, and which ends with it', async () => {
  const upstream = await useEchoServer()
  const daemon = await useDaemon()
  const program = exec(upstream, ['--url', daemon.url], useScript(`${TELL_ENV}${WAIT}`))
  await program.until(/ready .*\n/)
  const env = envOf(program)
  expect(env['FAULTLINE_URL']).toBe(daemon.url)
  const there = async (...more: string[]): Promise<number> => {
    const { stdout } = await runHere(['proxy', 'list', '--json', ...more], env)
    return (JSON.parse(stdout) as { proxies: unknown[] }).proxies.length
  }
  expect([await there(), await there('--scope', 'default')]).toEqual([1, 0])
  program.process.kill('SIGTERM')
  expect((await program.finished).code).toBe(143)
  const ended = await daemon.json('events', '--type', 'scope_ended')
  expect(ended).toMatchObject({ scope: env['FAULTLINE_SCOPE'], reason: 'ended', proxies: 1 })
})

test('killed with SIGKILL, it leaves nothing on the daemon', async () => {
  const upstream = await useEchoServer()
  const daemon = await useDaemon()
  const program = exec(
    upstream,
    ['--url', daemon.url],
    useScript(`${TELL_ENV}process.stdout.on('error', () => process.exit())\nsetInterval(() => console.log('.'), 20)`),
  )
  await program.until(/ready .*\n/)
  const env = envOf(program)
  program.process.kill('SIGKILL')
  const waited = await daemon.cli('wait', 'event', 'scope_ended', '--field', 'reason=stream_closed', '--timeout', '10s')
  expect(waited).toMatchObject({ code: 0 })
  expect(await knock(`${env['DB_HOST']}:${env['DB_PORT']}`)).toBe('ECONNREFUSED')
  program.process.stdout?.destroy()
})

test('a daemon that dies under the program makes it fail, and nothing else', async () => {
  const upstream = await useEchoServer()
  const daemon = await useDaemon()
  const program = exec(
    upstream,
    ['--url', daemon.url],
    useScript(`process.on('SIGTERM', () => process.exit(0))\n${TELL_ENV}${WAIT}`),
  )
  await program.until(/ready .*\n/)
  daemon.process.kill('SIGKILL')
  await daemon.finished
  program.process.kill('SIGTERM')
  expect(await program.finished).toMatchObject({
    code: 1,
    stderr: saying('what the faults did is not known: no daemon answers'),
  })
})

test('what cannot be meant is refused before anything is started', async () => {
  const said = await Promise.all([
    runHere(['exec', 'npm', 'test'], {}),
    runHere(['exec', '--proxy', 'db=localhost:5432'], {}),
    runHere(['exec', '--target', 'db=db', '--', 'true'], {}),
    runHere(['exec', '--proxy', 'db=localhost', '--', 'true'], {}),
    runHere(['proxy', 'list', '--', 'true'], {}),
    runHere(['exec', '--proxy', 'db=localhost:5432', '--url', 'http://127.0.0.1:1', '--', 'true'], {}),
    runHere(['exec', '--proxy', 'db=localhost:5432', '--profile', 'slow-databse', '--', 'true'], {}),
  ])
  expect(said.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2, 3, 1])
  const [words, none, target, upstream, other, daemon, profile] = said.map(({ stderr }) => stderr)
  expect(words).toContain('Put the program that `exec` is to run behind --')
  expect(none).toContain('there is no program to run')
  expect(target).toContain('there is no --profile')
  expect(upstream).toContain('has no port')
  expect(other).toContain('only `exec` takes a program behind --')
  expect(daemon).toContain('no daemon answers')
  expect(profile).toContain('did you mean slow-database?')
})
