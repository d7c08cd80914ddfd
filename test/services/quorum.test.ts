import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const there = spawnSync('nats-server', ['--version']).status === 0

if (!there && process.env['FAULTLINE_REQUIRE_SERVICES'] === '1') {
  test('nats-server is there', () => {
    expect.fail('there is no nats-server on the path, and FAULTLINE_REQUIRE_SERVICES=1 requires it')
  })
}

describe.skipIf(!there)(there ? 'a NATS cluster' : 'a NATS cluster (nats-server is not on the path)', () => {
  // Elections of JetStream alone take up to nine seconds, twice.
  test('loses its quorum and regains it, and goes on without its leader', { timeout: 180_000 }, async () => {
    const script = join(root, 'examples', 'partition', 'quorum.ts')
    const child = spawn(process.execPath, ['--import', 'tsx', script], { cwd: root, detached: true })
    // Its servers and its daemon are of its group: none outlives a test that was cut short.
    onTestFinished(() => {
      try {
        process.kill(-(child.pid ?? 0), 'SIGKILL')
      } catch {
        // All of them are gone, as they should be.
      }
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (bytes: Buffer) => (output += bytes.toString()))
    const [code] = (await once(child, 'close')) as [number | null]
    expect([code, ...output.trim().split('\n')]).toEqual([
      0,
      'whole: n1 stores, n2 stores, n3 stores',
      expect.stringMatching(/^cut 6 links, \d+ open connections; 0 not covered$/),
      'everybody alone: n1 does not, n2 does not, n3 does not',
      'healed: n1 stores, n2 stores, n3 stores',
      // One of them, whichever leads.
      expect.stringMatching(/^the leader alone: (?!.*does not.*does not).*does not/),
      'another leads',
      'healed: n1 stores, n2 stores, n3 stores',
      'every acknowledged message is there',
    ])
  })
})
