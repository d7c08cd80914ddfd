import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { latency } from '../../../src/client/faults.gen.ts'
import { expecting, useFaultline } from '../../../src/runner/node-test.ts'

void describe('with a scope for each test', () => {
  const faultline = useFaultline()
  const scopes = new Set<string>()

  void it('green: has one', async () => {
    scopes.add(faultline.scope.id)
    const db = await faultline.scope.proxy({ upstream: '127.0.0.1:9', name: 'db' })
    await expecting.toHaveNoOpenConnections(db)
  })

  void it('green: has another', async () => {
    assert.ok(!scopes.has(faultline.scope.id))
    await faultline.scope.proxy({ upstream: '127.0.0.1:9', name: 'db' })
  })

  void it('red: a fault that nobody met', async () => {
    const db = await faultline.scope.proxy({ upstream: '127.0.0.1:9', name: 'db' })
    await db.add(latency({ latency: 1 }))
  })
})
