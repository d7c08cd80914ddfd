/** One that passes and one that must not. */
const testsWith = (assertion: string): string => `
    const faultline = useFaultline()
    test('green: has a scope', async () => {
      const db = await faultline.scope.proxy({ upstream: '127.0.0.1:9' })
      await ${assertion}
    })
    test('red: a fault that nobody met', async () => {
      await (await faultline.scope.proxy({ upstream: '127.0.0.1:9', name: 'db' })).add(latency({ latency: 5 }))
    })`

const NODE_TESTS = testsWith('expecting.toHaveNoOpenConnections(db)')

/** What a user writes, by file name: each entry of the package in each way of loading it. */
export const SOURCES: Readonly<Record<string, string>> = {
  'esm.mjs': `
    import { startFaultline } from 'faultline'
    import { connect, latency } from 'faultline/client'
    import { expecting } from 'faultline/node-test'
    const local = await startFaultline({ port: 0 })
    const chaos = await connect(local.address)
    const scope = await chaos.scope()
    const db = await scope.proxy({ upstream: '127.0.0.1:9', name: 'db' })
    const slow = await db.add(latency({ latency: '5ms' }))
    console.log((await slow.verify({ never: true })).holds, typeof expecting.toHaveFired)
    await scope.end()
    await local.stop()`,
  'commonjs.cjs': `
    const { startFaultline } = require('faultline')
    const { connect, latency } = require('faultline/client')
    const { expecting } = require('faultline/node-test')
    const main = async () => {
      const local = await startFaultline({ port: 0 })
      const scope = await (await connect(local.address)).scope()
      const slow = await (await scope.proxy({ upstream: '127.0.0.1:9' })).add(latency({ latency: '5ms' }))
      console.log((await slow.verify({ never: true })).holds, typeof expecting.toHaveFired)
      await scope.end()
      await local.stop()
    }
    main()`,
  'typed.ts': `
    import { startFaultline, type LocalFaultline } from 'faultline'
    import { connect, latency, httpAbort, type Scope } from 'faultline/client'
    import { useFaultline as inJest } from 'faultline/jest'
    import { useFaultline as inNode } from 'faultline/node-test'
    import type { FaultlineFixtures } from 'faultline/vitest'
    export type Fixtures = FaultlineFixtures
    export const runners = [inJest, inNode]
    const local: LocalFaultline = await startFaultline({ port: 0 })
    const scope: Scope = await (await connect(local.address)).scope()
    const web = await scope.proxy({ upstream: '127.0.0.1:9', protocol: 'http' })
    const slow = await web.add(latency({ latency: '5ms' }, { trigger: { first: 3 } }))
    await web.add(httpAbort({ status: 503 }))
    // @ts-expect-error a misspelt attribute
    latency({ latncy: 5 })
    // @ts-expect-error a unit that there is not
    latency({ latency: '5 parsecs' })
    // @ts-expect-error a field of the answer that there is not
    void (await slow.verify()).applyed
    console.log((await slow.verify({ never: true })).holds)
    await scope.end()
    await local.stop()`,
  'typed-commonjs.cts': `
    import { startFaultline, type LocalFaultline } from 'faultline'
    import { connect, latency } from 'faultline/client'
    import { useFaultline } from 'faultline/jest'
    import { useFaultline as inNode } from 'faultline/node-test'
    export const runners = [useFaultline, inNode]
    // @ts-expect-error a misspelt attribute
    latency({ latncy: 5 })
    // @ts-expect-error an option that there is not
    export const wrong = () => startFaultline({ prot: 0 })
    export const local = (): Promise<LocalFaultline> => startFaultline({ port: 0 })
    console.log(typeof connect, latency({ latency: 5 }).kind, typeof useFaultline)`,
  'vitest-commonjs.cts': `
    import { test } from 'faultline/vitest'
    test('typed', async ({ scope }) => {
      // @ts-expect-error a scope makes proxies from objects
      await scope.proxy(5)
    })`,
  'small.mjs': `
    import { latency } from 'faultline/client'
    console.log(JSON.stringify(latency({ latency: 5 })))`,
  'commonjs.test.js': `
    const { latency } = require('faultline/client')
    const { useFaultline } = require('faultline/jest')${testsWith('expect(db).toHaveNoOpenConnections()')}`,
  'esm.test.mjs': `
    import { latency } from 'faultline/client'
    import { useFaultline } from 'faultline/jest'${testsWith('expect(db).toHaveNoOpenConnections()')}`,
  'node-test.cjs': `
    const { test } = require('node:test')
    const { latency } = require('faultline/client')
    const { useFaultline, expecting } = require('faultline/node-test')${NODE_TESTS}`,
  'node-test.mjs': `
    import { test } from 'node:test'
    import { latency } from 'faultline/client'
    import { useFaultline, expecting } from 'faultline/node-test'${NODE_TESTS}`,
  'suite.vitest.ts': `
    import { expect } from 'vitest'
    import { latency } from 'faultline/client'
    import { test } from 'faultline/vitest'
    test('green: has a scope', async ({ scope }) => {
      const db = await scope.proxy({ upstream: '127.0.0.1:9' })
      await expect(db).toHaveNoOpenConnections()
    })
    test('red: a fault that nobody met', async ({ scope }) => {
      await (await scope.proxy({ upstream: '127.0.0.1:9', name: 'db' })).add(latency({ latency: 5 }))
    })`,
  'vitest.config.mjs': `export default { test: { include: ['*.vitest.ts'], reporters: ['tap-flat'] } }`,
  'jest.config.json': `{ "testMatch": ["**/*.test.js", "**/*.test.mjs"], "verbose": true }`,
}
