import { once } from 'node:events'
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { useDaemon, useEchoServer, useProgram, useSocket, saying } from '../cli/use-faultline.ts'

// Each starts programs, which takes seconds where the machine is busy.
vi.setConfig({ testTimeout: 30_000 })

function useFile(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

interface View {
  readonly listen: string
}

describe('the start', () => {
  test('says where, with which seed, in one JSON line', async () => {
    const daemon = await useDaemon(['--seed', '42'])
    expect(daemon.log().find(({ msg }) => msg === 'ready')).toMatchObject({
      level: 'info',
      seed: '42',
      proxies: 0,
      control: daemon.url,
    })
    expect((await fetch(`${daemon.url}/readyz`)).status).toBe(200)
  })

  test('draws a seed when none is given, another each time', async () => {
    const seeds = await Promise.all([useDaemon(), useDaemon()])
    const [a, b] = seeds.map((daemon) => String(daemon.log().find(({ msg }) => msg === 'ready')?.['seed']))
    expect(a).toMatch(/^\d{10,20}$/)
    expect(a).not.toBe(b)
  })

  test('on a port that is taken ends with code 1 and one line', async () => {
    const first = await useDaemon()
    const { code, stderr } = await useProgram(['serve', '--port', new URL(first.url).port]).finished
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^error: the control API cannot listen on http:\/\/127\.0\.0\.1:\d+: another program listens there; .*--port.*\n$/,
    )
  })

  test('elsewhere than on loopback needs a token or --insecure, else ends with code 2 and one line', async () => {
    const { code, stderr } = await useProgram(['serve', '--port', '0', '--host', '0.0.0.0']).finished
    expect(code).toBe(2)
    expect(stderr).toMatch(/^error: .*0\.0\.0\.0.*--insecure.*\n$/)
    const insecure = await useDaemon(['-host=0.0.0.0', '-insecure'])
    expect(insecure.log().filter(({ level }) => level === 'warn')).toEqual([
      expect.objectContaining({ msg: saying('no token') }),
    ])
  })

  test('with a token asks for it, and never says it', async () => {
    const daemon = await useDaemon(['--host', '0.0.0.0', '--log-level', 'trace'], { FAULTLINE_TOKEN: 'very-secret' })
    const url = daemon.url.replace('0.0.0.0', '127.0.0.1')
    expect((await fetch(`${url}/v1/proxies`)).status).toBe(401)
    expect((await fetch(`${url}/v1/proxies`, { headers: { authorization: 'Bearer very-secret' } })).status).toBe(200)
    expect(daemon.output.stdout + daemon.output.stderr).not.toContain('very-secret')
  })

  test('with a config that is wrong ends with code 2, each problem with its line, and opens nothing', async () => {
    const file = useFile(
      'bad.yaml',
      'port: 0\nproxies:\n  db: { upstream: 127.0.0.1:1, faults: [{ kind: latancy }] }\n',
    )
    const { code, stderr, stdout } = await useProgram(['serve', '--config', file]).finished
    expect(code).toBe(2)
    expect(stderr).toContain(`${file}:3:`)
    expect(stderr).toContain('did you mean latency?')
    expect(stdout).not.toContain('ready')
  })

  test('with a proxy whose port is taken ends with code 1 and names the line', async () => {
    const taken = await useEchoServer()
    const file = useFile('taken.yaml', `proxies:\n  db:\n    upstream: 127.0.0.1:1\n    listen: ${taken}\n`)
    const { code, stderr } = await useProgram(['serve', '--port', '0', '--config', file]).finished
    expect(code).toBe(1)
    expect(stderr).toContain(`${file}:4:`)
    expect(stderr).toContain(taken)
  })

  test("takes Toxiproxy's flags and its config file", async () => {
    const upstream = await useEchoServer()
    const toxics = [{ type: 'latency', attributes: { latency: 1 } }]
    const file = useFile('toxiproxy.json', JSON.stringify([{ name: 'db', listen: '127.0.0.1:0', upstream, toxics }]))
    const daemon = await useDaemon([
      '-host=localhost',
      '-config',
      file,
      '-seed',
      '-5',
      '-proxy-metrics',
      '-runtime-metrics',
    ])
    const proxies = (await (await fetch(`${daemon.url}/proxies`)).json()) as Record<
      string,
      { listen: string; toxics: unknown[] }
    >
    expect(proxies['db']?.toxics).toEqual([expect.objectContaining({ type: 'latency', name: 'latency_downstream' })])
    const socket = await useSocket(proxies['db']?.listen ?? '')
    socket.write('hello')
    expect(String((await once(socket, 'data'))[0])).toBe('hello')
    const metrics = await (await fetch(`${daemon.url}/metrics`)).text()
    expect(metrics).toContain('toxiproxy_proxy_sent_bytes_total')
    expect(metrics).toContain('process_resident_memory_bytes')
  })
})

describe('the end', () => {
  test('comes within a second of SIGTERM, with connections that hang and streams that are read', async () => {
    const upstream = await useEchoServer()
    const daemon = await useDaemon()
    await daemon.json('proxy', 'create', 'db', '--upstream', upstream)
    await daemon.json('fault', 'add', 'db', 'blackhole')
    const { listen } = await daemon.json<View>('proxy', 'show', 'db')
    const sockets = await Promise.all(Array.from({ length: 20 }, () => useSocket(listen)))
    for (const socket of sockets) socket.write('x'.repeat(100_000))
    const events = await fetch(`${daemon.url}/v1/events?follow=true`, { headers: { accept: 'text/event-stream' } })
    const half = await useSocket(new URL(daemon.url).host)
    half.write('GET /v1/info HTTP/1.1\r\nHost: 127')
    const start = performance.now()
    daemon.process.kill('SIGTERM')
    const { code } = await daemon.finished
    expect(performance.now() - start).toBeLessThan(1000)
    expect(code).toBe(0)
    await events.body?.cancel().catch(() => undefined)
    expect(daemon.log().at(-1)).toMatchObject({ msg: 'stopped' })
  })

  test('heals what runs, so that nothing of it is left in the journal without its end', async () => {
    const upstream = await useEchoServer()
    const daemon = await useDaemon(['--log-level', 'debug'])
    await daemon.json('proxy', 'create', 'db', '--upstream', upstream, '--to', 'db')
    await daemon.json('run', 'slow-database', '--detach')
    daemon.process.kill('SIGINT')
    expect((await daemon.finished).code).toBe(0)
    expect(daemon.log().at(-1)).toMatchObject({ msg: 'stopped' })
  })

  test('by SIGKILL leaves nothing that stops the next start, with the same ports and unix sockets', async () => {
    const upstream = await useEchoServer()
    const folder = mkdtempSync(join(tmpdir(), 'faultline-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const file = useFile(
      'f.yaml',
      `proxies:\n  a: { upstream: "${upstream}", listen: "unix:${join(folder, 'a.sock')}" }\n  b: { upstream: "${upstream}" }\n`,
    )
    const first = await useDaemon(['--config', file])
    const port = new URL(first.url).port
    first.process.kill('SIGKILL')
    await first.finished
    const second = useProgram(['serve', '--config', file, '--port', port])
    await second.until('"msg":"ready"')
    const socket = net.connect(join(folder, 'a.sock'))
    onTestFinished(() => void socket.destroy())
    socket.write('hello')
    expect(String((await once(socket, 'data'))[0])).toBe('hello')
  })

  test('comes within a second though nobody reads its log, which is full', async () => {
    const daemon = await useDaemon(['--log-level', 'debug'])
    daemon.process.stdout?.pause()
    const long = 'x'.repeat(8000)
    for (let i = 0; i < 60; i++) await (await fetch(`${daemon.url}/v1/${long}`)).text()
    const start = performance.now()
    daemon.process.kill('SIGTERM')
    const [code] = (await once(daemon.process, 'exit')) as [number]
    expect(performance.now() - start).toBeLessThan(1000)
    expect(code).toBe(0)
    daemon.process.stdout?.resume()
  })

  test('does not come when nobody reads its log any more', async () => {
    const daemon = await useDaemon(['--log-level', 'debug'])
    daemon.process.stdout?.destroy()
    for (let i = 0; i < 20; i++) await (await fetch(`${daemon.url}/v1/nothing`)).text()
    expect((await fetch(`${daemon.url}/readyz`)).status).toBe(200)
    expect(daemon.process.exitCode).toBe(null)
  })
})

describe('--watch', () => {
  const config = (upstream: string, latency: number): string =>
    `proxies:\n  db: { upstream: "${upstream}", faults: [{ kind: latency, attributes: { latency: ${latency} } }] }\n`

  test('applies a changed file, passes over one that is wrong, and keeps connections', async () => {
    const upstream = await useEchoServer()
    const file = useFile('f.yaml', config(upstream, 1))
    const daemon = await useDaemon(['--config', file, '--watch'])
    const { listen } = await daemon.json<View>('proxy', 'show', 'db')
    const socket = await useSocket(listen)
    writeFileSync(file, config(upstream, 1).replace('latency,', 'latancy,'))
    await daemon.until('config not applied')
    expect(daemon.output.stdout).toContain(`${file}:2:`)
    writeFileSync(file, `limits: { dial: 5s }\n${config(upstream, 2)}`)
    await daemon.until('settings changed')
    const [fault] = (await daemon.json<{ faults: { attributes: object }[] }>('fault', 'list', 'db')).faults
    expect(fault?.attributes).toEqual({ latency: 2, jitter: 0 })
    socket.write('still here')
    expect(String((await once(socket, 'data'))[0])).toBe('still here')
  })

  test('an emptied file, as a full disk leaves it, takes nothing away', async () => {
    const file = useFile('f.yaml', config(await useEchoServer(), 1))
    const daemon = await useDaemon(['--config', file, '--watch'])
    writeFileSync(file, '')
    await daemon.until('the config file is empty')
    expect((await daemon.json<View>('proxy', 'show', 'db')).listen).toMatch(/^127/)
    rmSync(file)
    await daemon.until('the config file is gone')
  })

  test('sees a file that is swapped by a link, as Kubernetes does with a mounted config map', async () => {
    const upstream = await useEchoServer()
    const folder = mkdtempSync(join(tmpdir(), 'faultline-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const swap = (version: number): void => {
      mkdirSync(join(folder, `v${version}`))
      writeFileSync(join(folder, `v${version}`, 'f.yaml'), config(upstream, version))
      symlinkSync(`v${version}`, join(folder, '..data_tmp'))
      renameSync(join(folder, '..data_tmp'), join(folder, '..data'))
    }
    swap(1)
    symlinkSync(join('..data', 'f.yaml'), join(folder, 'f.yaml'))
    const daemon = await useDaemon(['--config', join(folder, 'f.yaml'), '--watch'])
    for (const version of [2, 3]) {
      swap(version)
      await daemon.until(new RegExp(`(config applied again[^]*){${version - 1}}`))
      const { faults } = await daemon.json<{ faults: { attributes: object }[] }>('fault', 'list', 'db')
      expect(faults[0]?.attributes).toEqual({ latency: version, jitter: 0 })
    }
  })
})
