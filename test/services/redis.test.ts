import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { describeHarm } from './harm.ts'
import { CLIENT_LIMIT_MS, closeQuietly } from './session.ts'

await describeHarm({
  name: 'Redis through ioredis',
  env: 'FAULTLINE_TEST_REDIS',
  port: 6379,
  broken: /max retries per request|Connection is closed|ECONNRESET/,
  late: /timed out/,
  async open(address) {
    const limits = { commandTimeout: CLIENT_LIMIT_MS, connectTimeout: CLIENT_LIMIT_MS }
    const redis = new Redis({
      ...address,
      ...limits,
      lazyConnect: true,
      maxRetriesPerRequest: 0,
      retryStrategy: () => 50,
    })
    let last: Error | undefined
    redis.on('error', (error: Error) => {
      last = error
    })
    // connect() says only "Connection is closed"; the cause comes as an event.
    await redis.connect().catch((error: unknown) => {
      redis.disconnect()
      throw last ?? error
    })
    return {
      ask: () => redis.ping(),
      carry: async (bytes) => {
        const key = `faultline-${randomUUID()}`
        await redis.set(key, bytes, 'EX', 60)
        return (await redis.getBuffer(key)) ?? Buffer.alloc(0)
      },
      close: () => closeQuietly(() => redis.disconnect()),
    }
  },
})
