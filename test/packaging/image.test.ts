import { chmodSync, existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { writeBaseImage } from './base-image.ts'
import { run, succeed, useCheckout, useFolder, VERSION } from './checkout.ts'
import { useDaemon } from '../support/use-daemon.ts'
import { useEcho } from './echo.ts'

const isRoot = process.platform === 'linux' && process.getuid?.() === 0
const hasBuildah = isRoot && run('/', 'sh', '-c', 'command -v buildah').code === 0
const required = process.env['FAULTLINE_REQUIRE_BUILDAH'] === '1'

interface ImageConfig {
  readonly User: string
  readonly Env: readonly string[]
  readonly Entrypoint: readonly string[]
  readonly Cmd: readonly string[]
  readonly StopSignal: string
  readonly ExposedPorts: Readonly<Record<string, unknown>>
  readonly Healthcheck: { readonly Test: readonly string[] }
}

/** Images are kept in a folder of the test's own; chroot needs no namespace, so it works inside a container as well. */
function useBuildah(): (...args: readonly string[]) => string {
  const store = useFolder()
  const where = ['--root', join(store, 'root'), '--runroot', join(store, 'run'), '--storage-driver', 'vfs']
  const buildah = (...args: readonly string[]): string => succeed(store, 'buildah', ...where, ...args).out.trim()
  onTestFinished(() => void buildah('rm', '--all'))
  return buildah
}

describe.skipIf(!hasBuildah && !required)('the image (buildah, as root)', () => {
  test('holds no more than it needs, runs without root on a file system it cannot write to, and ends at once', async () => {
    const buildah = useBuildah()
    const base = buildah('from', 'scratch')
    writeBaseImage(buildah('mount', base))
    const authorities = process.env['NODE_EXTRA_CA_CERTS']
    if (authorities !== undefined) buildah('config', '--env', `NODE_EXTRA_CA_CERTS=${authorities}`, base)
    buildah('config', '--env', 'PATH=/usr/local/bin:/usr/bin', base)
    buildah('commit', '--quiet', base, 'localhost/node-of-this-machine')
    const options = ['--isolation', 'chroot', '--format', 'docker', '--pull-never', '--quiet']
    const node = ['--build-arg', 'NODE_IMAGE=localhost/node-of-this-machine']
    buildah('build', ...options, ...node, '--tag', 'localhost/faultline', useCheckout())

    const config = (
      JSON.parse(buildah('inspect', '--type', 'image', 'localhost/faultline')) as { Docker: { config: ImageConfig } }
    ).Docker.config
    expect(config).toMatchObject({
      User: '1000:1000',
      Entrypoint: ['faultline', 'serve'],
      Cmd: ['--host', '0.0.0.0', '--insecure'],
      StopSignal: 'SIGTERM',
      ExposedPorts: { '8474/tcp': {} },
      Healthcheck: { Test: ['CMD', 'faultline', 'health'] },
    })

    const root = buildah('mount', buildah('from', '--pull-never', 'localhost/faultline'))
    expect(existsSync(join(root, 'app/node_modules/typescript'))).toBe(false)
    expect(existsSync(join(root, 'app/src'))).toBe(false)
    chmodSync(join(root, 'tmp'), 0o755)
    const inside = ['--userspec=1000:1000', root, 'env', '-i', ...config.Env]
    expect(succeed('/', 'chroot', ...inside, 'faultline', '--version').out.trim()).toBe(VERSION)

    const daemon = await useDaemon('chroot', [...inside, ...config.Entrypoint, ...config.Cmd, '--port', '0'])
    expect(daemon.output()).toMatch(/insecure|without a token/i)
    expect(succeed('/', 'chroot', ...inside, 'faultline', 'health', '--url', daemon.url).code).toBe(0)
    const echo = await useEcho()
    const body = JSON.stringify({ listen: '127.0.0.1:0', upstream: echo.address, faults: [{ kind: 'blackhole' }] })
    const made = await fetch(`${daemon.url}/v1/proxies/echo`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body,
    })
    expect(made.status).toBe(201)
    const { listen } = (await made.json()) as { listen: string }
    const hung = connect(Number(listen.split(':').at(-1)), '127.0.0.1').on('error', () => undefined)
    onTestFinished(() => void hung.destroy())
    await new Promise((resolve) => hung.once('connect', resolve))
    hung.write('never answered')
    const stopped = await daemon.stop()
    expect(stopped.code).toBe(0)
    expect(stopped.ms).toBeLessThan(1000)

    // Arguments written for Toxiproxy's image: they know no token and no --insecure.
    const standIn = await useDaemon('chroot', [...inside, ...config.Entrypoint, '-host=0.0.0.0', '-port=0'])
    expect(await (await fetch(`${standIn.url}/version`)).text()).toBe('{"version": "2.12.0"}\n')
    expect((await standIn.stop()).code).toBe(0)
  })
})
