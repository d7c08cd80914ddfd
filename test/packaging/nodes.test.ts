import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { Toxiproxy } from 'toxiproxy-node-client'
import { expect, onTestFinished, test } from 'vitest'
import { succeed, useBuiltCheckout, useFolder } from './checkout.ts'
import { useDaemon } from '../support/use-daemon.ts'
import { roundTrip, useEcho } from './echo.ts'

/** Node itself, as an npm package. */
function useNode(line: number): string {
  const folder = useFolder()
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  succeed(folder, 'npm', 'install', `node@${line}`)
  return join(folder, 'node_modules', 'node', 'bin', 'node')
}

test.each([20, 22, 24])('Node %i serves, breaks and heals traffic, and ends, with no deprecated call', async (line) => {
  const node = useNode(line)
  expect(succeed('/', node, '--version').out).toMatch(new RegExp(`^v${line}\\.`))
  const checkout = useBuiltCheckout()
  const strict = ['--throw-deprecation', '--trace-warnings']
  const faultline = [...strict, join(checkout, 'dist', 'cli', 'bin.js')]

  const daemon = await useDaemon(node, [...faultline, 'serve', '--port', '0'])
  const cli = (...args: readonly string[]): string => succeed('/', node, ...faultline, ...args, '--url', daemon.url).out
  const echo = await useEcho()
  const proxy = await new Toxiproxy(daemon.url).createProxy({
    name: 'echo',
    listen: '127.0.0.1:0',
    upstream: echo.address,
  })
  expect(await roundTrip(proxy.listen)).toBeLessThan(200)

  cli('fault', 'add', 'echo', 'latency', '--latency', '300ms')
  expect(await roundTrip(proxy.listen)).toBeGreaterThanOrEqual(299.5)
  cli('reset')
  await proxy.addToxic({
    name: 'cut',
    type: 'reset_peer',
    stream: 'downstream',
    toxicity: 1,
    attributes: { timeout: 0 },
  })
  await expect(roundTrip(proxy.listen)).rejects.toThrow(/ECONNRESET|closed without an answer/)
  cli('reset')
  expect(await roundTrip(proxy.listen)).toBeLessThan(200)
  expect(cli('connections', '--json')).toContain('connections')
  expect(await (await fetch(`${daemon.url}/metrics`)).text()).toContain('faultline_')

  cli('fault', 'add', 'echo', 'blackhole')
  const [host = '', port] = proxy.listen.split(':')
  const hung = connect(Number(port), host).on('error', () => undefined)
  onTestFinished(() => void hung.destroy())
  await new Promise((resolve) => hung.once('connect', resolve))
  hung.write('never answered')
  const stopped = await daemon.stop()
  expect(stopped.code).toBe(0)
  expect(stopped.ms).toBeLessThan(1000)
  expect(daemon.output()).not.toMatch(/Warning|"level":"(error|fatal)"/)

  const demo = succeed(checkout, node, ...faultline, 'demo')
  expect(demo.err).not.toMatch(/Warning/)
})
