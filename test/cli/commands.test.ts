import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { runHere, useDaemon, useEchoServer, useProgram, useSocket, saying } from './use-faultline.ts'

// Each starts programs, which takes seconds where the machine is busy.
vi.setConfig({ testTimeout: 30_000 })

function useFile(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

const nobody = { FAULTLINE_URL: 'http://127.0.0.1:1' }
const alone = (...args: string[]) => runHere(args, nobody)

describe('without a daemon', () => {
  test('a command ends with code 3, and says where it looked and what to do', async () => {
    const { code, stderr, stdout } = await alone('proxy', 'list')
    expect(code).toBe(3)
    expect(stdout).toBe('')
    expect(stderr).toContain('http://127.0.0.1:1')
    expect(stderr).toContain('faultline serve')
    const json = JSON.parse((await alone('health', '--json')).stderr) as { error: { url: string } }
    expect(json.error.url).toBe('http://127.0.0.1:1')
  })

  test('faultline and --help show what to do in ten minutes', async () => {
    const [none, help] = await Promise.all([alone(), alone('--help')])
    expect(none).toEqual(help)
    expect(help.code).toBe(0)
    expect(help.stdout).toContain('faultline serve ')
    expect(help.stdout).toContain('faultline fault add db latency --latency 300ms')
  })

  test('a misspelt command or flag ends with code 2 and the nearest name', async () => {
    const said = await Promise.all([
      alone('prxoy', 'list'),
      alone('proxy', 'lsit'),
      alone('proxy', 'list', '--jsno'),
      alone('proxy', 'show'),
      alone('proxy', 'list', '--url', 'ftp://x'),
    ])
    expect(said.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2])
    const [command, sub, flag, missing, url] = said.map(({ stderr }) => stderr)
    expect(command).toContain('did you mean proxy?')
    expect(sub).toContain('did you mean list?')
    expect(flag).toContain('did you mean --json?')
    expect(missing).toContain('faultline proxy show --help')
    expect(url).toContain('"ftp://x" is no URL of a daemon')
  })

  test('a flag that is missing or has a wrong word is named, with what is allowed', async () => {
    const [missing, wrong] = await Promise.all([
      alone('proxy', 'create', 'db'),
      alone('connections', 'kill', '--all', '--how', 'foo'),
    ])
    expect(missing).toMatchObject({ code: 2, stderr: saying('error: --upstream must be given') })
    expect(wrong).toMatchObject({ code: 2, stderr: saying('--how is "foo", but must be one of fin, rst') })
  })

  test('asking a shell to complete a command never carries the command out', async () => {
    const complete = (...words: string[]) =>
      useProgram(['--get-yargs-completions', 'faultline', ...words, ''], nobody).finished
    const [group, loose] = await Promise.all([complete('fault'), complete('fault', 'add', 'db')])
    expect(group).toMatchObject({ code: 0, stderr: '', stdout: saying('remove') })
    expect(loose).toMatchObject({ code: 0, stderr: '' })
  })

  test('files are checked, with line and column of what is wrong', async () => {
    const good = useFile('good.yaml', 'proxies: { db: { upstream: 127.0.0.1:5432 } }\n')
    const bad = useFile('bad.yaml', 'prot: 1\n')
    const profile = useFile(
      'mine.yaml',
      'name: mine\ntargets: { db: { proxy: db } }\nstages:\n  - { name: a, duraton: 1s }\n',
    )
    const [ok, wrong, missing, wrongProfile] = await Promise.all([
      alone('config', 'check', good),
      alone('config', 'check', bad),
      alone('config', 'check', `${good}.not`),
      alone('profile', 'validate', profile),
    ])
    expect(ok).toMatchObject({ code: 0, stdout: `${good}: valid, with 1 proxies and 0 settings\n` })
    expect(wrong.code).toBe(1)
    expect(wrong.stderr).toContain(`${bad}:1:1: prot is no setting; did you mean port?`)
    expect(missing.code).toBe(2)
    expect(wrongProfile.code).toBe(1)
    expect(wrongProfile.stderr).toMatch(new RegExp(`${profile}:4:\\d+: .*duraton`))
  })
})

interface Fault {
  readonly name: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly toxicity: number
  readonly trigger?: object
  readonly stream: string
}

test('the program as it is started speaks to a daemon, pipes its rows, and ends with a code that tells', async () => {
  const daemon = await useDaemon()
  await daemon.json('proxy', 'create', 'db', '--upstream', '127.0.0.1:1')
  const started = (...args: string[]) => useProgram(args, { FAULTLINE_URL: daemon.url }).finished
  const [fine, failed, misuse, serve, completion, unreachable] = await Promise.all([
    started('proxy', 'list'),
    started('proxy', 'show', 'x'),
    started('proxy', 'lsit'),
    started('serve', '--prot', '1'),
    started('completion'),
    useProgram(['health'], nobody).finished,
  ])
  expect(fine).toMatchObject({ code: 0, stderr: '', stdout: saying(/^db\t127/) })
  expect(failed).toMatchObject({ code: 1, stdout: '' })
  expect(misuse).toMatchObject({ code: 2, stdout: '' })
  expect(serve).toMatchObject({ code: 2, stderr: saying('did you mean --port?') })
  expect(unreachable.code).toBe(3)
  expect(completion.stdout).toContain('complete -o bashdefault')
})

describe('with a daemon', () => {
  test('a proxy is made, listed, changed, disabled, enabled and deleted', async () => {
    const upstream = await useEchoServer()
    const daemon = await useDaemon()
    const created = await daemon.cli('proxy', 'create', 'db', '--upstream', upstream, '--to', 'orders')
    expect(created.stdout).toMatch(/^created proxy db: 127\.0\.0\.1:\d+ -> 127\.0\.0\.1:\d+\n$/)
    const twice = await daemon.cli('proxy', 'create', 'db', '--upstream', upstream)
    expect(twice.code).toBe(1)
    expect(twice.stderr).toContain('--replace')
    const [line] = (await daemon.cli('proxy', 'list')).stdout.split('\n')
    expect(line?.split('\t')).toEqual(['db', saying(/^127/), upstream, 'listening', '0', '0', '0'])
    expect((await daemon.cli('proxy', 'disable', 'db')).stdout).toContain('is disabled')
    expect(await daemon.json('proxy', 'show', 'db')).toMatchObject({ enabled: false, to: 'orders' })
    expect((await daemon.cli('proxy', 'enable', 'db')).stdout).toContain('is listening')
    expect(await daemon.json('proxy', 'update', 'db', '--from', 'shop')).toMatchObject({
      enabled: true,
      from: 'shop',
      to: 'orders',
    })
    expect((await daemon.cli('proxy', 'delete', 'db')).code).toBe(0)
    const gone = await daemon.cli('proxy', 'show', 'db')
    expect(gone.code).toBe(1)
    expect(gone.stderr).toMatch(/refused with 404.*"db"[\s\S]*faultline proxy list[\s\S]*request id: \w+/)
  })

  test('a fault is added by flags of its kind, changed and removed, and acts', async () => {
    const upstream = await useEchoServer()
    const daemon = await useDaemon()
    const { listen } = await daemon.json<{ listen: string }>('proxy', 'create', 'db', '--upstream', upstream)
    const added = await daemon.json<Fault>(
      'fault',
      'add',
      'db',
      'latency',
      '--latency',
      '200ms',
      '--jitter=20',
      '--toxicity',
      '0.5',
      '--first',
      '3',
      '--for',
      '1m',
      '--stream',
      'upstream',
    )
    expect(added).toMatchObject({
      name: 'latency_upstream',
      stream: 'upstream',
      toxicity: 0.5,
      attributes: { latency: 200, jitter: 20 },
      trigger: { first: 3, for: 60_000 },
    })
    expect(await daemon.json<Fault>('fault', 'update', 'db', 'latency_upstream', '--latency', '1s')).toMatchObject({
      toxicity: 0.5,
      attributes: { latency: 1000, jitter: 20 },
    })
    const slicer = await daemon.json<Fault>(
      'fault',
      'add',
      'db',
      'slicer',
      '--average-size',
      '1KiB',
      '-a',
      'delay=5us',
      '--name',
      's',
    )
    expect(slicer.attributes).toMatchObject({ average_size: 1024, delay: 5 })
    await daemon.json('fault', 'remove', 'db', 'latency_upstream')
    const socket = await useSocket(listen)
    socket.write('hello')
    expect(String((await once(socket, 'data'))[0])).toBe('hello')
    const [row] = (await daemon.cli('fault', 'list', 'db')).stdout.split('\n')
    expect(row?.split('\t').slice(0, 7)).toEqual(['s', 'slicer', 'downstream', '1', 'active', '1', '1'])
    const connections = (await daemon.cli('connections')).stdout.split('\n')
    expect(connections[0]?.split('\t').at(1)).toBe('db')
    expect((await daemon.cli('connections', 'kill')).code).toBe(2)
    const killed = new Promise((resolve) => socket.once('close', resolve))
    expect(await daemon.json('connections', 'kill', '--proxy', 'db')).toEqual({ closed: 1, how: 'rst' })
    await killed
  })

  test('what is wrong with a fault is said with what is allowed', async () => {
    const daemon = await useDaemon()
    await daemon.json('proxy', 'create', 'db', '--upstream', '127.0.0.1:1')
    const [flag, value, kind, range, count, nothing] = await Promise.all([
      daemon.cli('fault', 'add', 'db', 'latency', '--latncy', '1'),
      daemon.cli('fault', 'add', 'db', 'latency', '--latency', 'soon'),
      daemon.cli('fault', 'add', 'db', 'latancy'),
      daemon.cli('fault', 'add', 'db', 'latency', '--toxicity', '5'),
      daemon.cli('fault', 'add', 'db', 'latency', '--first', 'some'),
      daemon.cli('fault', 'add', 'db', 'latency', '--latency'),
    ])
    expect(flag).toMatchObject({ code: 2, stderr: saying('did you mean --latency?') })
    expect(value).toMatchObject({ code: 1, stderr: saying(/"soon"[\s\S]*\/attributes\/latency/) })
    expect(kind).toMatchObject({ code: 1, stderr: saying('did you mean latency?') })
    expect(range).toMatchObject({ code: 1, stderr: saying(/toxicity is 5[\s\S]*0 to 1/) })
    expect(count).toMatchObject({ code: 1, stderr: saying(/first is "some"/) })
    expect(nothing).toMatchObject({ code: 2, stderr: saying('needs a value') })
    expect(await daemon.json('fault', 'list', 'db')).toEqual({ faults: [] })
  })

  test('a config is shown in the shape in which it can be applied again, and applying says what changed', async () => {
    const daemon = await useDaemon()
    await daemon.json('proxy', 'create', 'a', '--upstream', '127.0.0.1:1')
    await daemon.json('fault', 'add', 'a', 'latency', '--latency', '5')
    const shown = useFile('shown.yaml', (await daemon.cli('config', 'show')).stdout)
    expect((await daemon.cli('config', 'apply', shown)).stdout).toBe('a\tunchanged\t\n')
    const other = useFile('other.yaml', 'proxies:\n  b: { upstream: 127.0.0.1:1 }\n')
    const dry = (await daemon.cli('config', 'apply', other, '--dry-run')).stdout
    expect(dry).toBe('b\tcreated\t\na\tremoved\t\n')
    expect((await daemon.cli('proxy', 'list')).stdout).toMatch(/^a\t/)
    expect((await daemon.cli('config', 'apply', other)).stdout).toBe(dry)
    expect((await daemon.cli('proxy', 'list')).stdout).toMatch(/^b\t/)
    const taken = useFile(
      'taken.yaml',
      `proxies:\n  c:\n    upstream: 127.0.0.1:1\n    listen: ${new URL(daemon.url).host}\n`,
    )
    const refused = await daemon.cli('config', 'apply', taken)
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain(`${taken}:4:`)
  })

  test('kinds, profiles, events, health and info are there to read, and reset heals', async () => {
    const daemon = await useDaemon(['--seed', '7'])
    await daemon.json('proxy', 'create', 'db', '--upstream', '127.0.0.1:1')
    await daemon.json('fault', 'add', 'db', 'noop')
    const [kinds, kind, profiles, profile, health, info] = await Promise.all([
      daemon.cli('kinds'),
      daemon.cli('kinds', 'bandwidth'),
      daemon.cli('profile', 'list'),
      daemon.cli('profile', 'show', 'slow-database'),
      daemon.cli('health'),
      daemon.json('info'),
    ])
    expect(kinds.stdout).toMatch(/^latency\tstream\texact\t/m)
    expect(kind.stdout).toMatch(/^--rate\t/m)
    expect(profiles.stdout.trim().split('\n').length).toBeGreaterThanOrEqual(8)
    expect(profile.stdout).toMatch(/^targets\tdb$/m)
    expect(health).toMatchObject({ code: 0, stdout: 'ok\n' })
    expect(info).toMatchObject({ seed: '7', proxies: 1 })
    expect((await daemon.cli('reset')).stdout).toContain('1 faults removed from 1 proxies')
    const events = (await daemon.cli('events', '--type', 'command')).stdout.trim().split('\n')
    expect(events.map((line) => line.split('\t')[2])).toEqual(events.map(() => 'command'))
    expect(events[0]).toContain('proxy=db')
  })

  test('events --follow prints them as they happen until Ctrl-C', async () => {
    const daemon = await useDaemon()
    const reader = useProgram(['events', '--follow', '--json'], { FAULTLINE_URL: daemon.url })
    // The stream is open when an event comes through; until then proxies are made anew.
    const seen = reader.until('"proxy.create"')
    let made = 0
    const make = async (): Promise<void> => {
      await fetch(`${daemon.url}/v1/proxies/p${made++}`, {
        method: 'PUT',
        body: JSON.stringify({ upstream: '127.0.0.1:1' }),
      })
    }
    const done = seen.then(() => true)
    while (!(await Promise.race([done, make().then(() => false)])));
    reader.process.kill('SIGINT')
    const { code, stdout } = await reader.finished
    expect(code).toBe(0)
    for (const line of stdout.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('type')
  })

  test('a token is sent from the environment or the flag, and asked for when it is missing', async () => {
    const daemon = await useDaemon(['--token', 'sesame'])
    const without = await daemon.cli('info')
    expect(without).toMatchObject({ code: 1, stderr: saying('FAULTLINE_TOKEN') })
    expect((await daemon.cli('info', '--token', 'sesame')).code).toBe(0)
    expect((await runHere(['info'], { FAULTLINE_URL: daemon.url, FAULTLINE_TOKEN: 'sesame' })).code).toBe(0)
    expect((await daemon.cli('health')).code).toBe(0)
  })
})
