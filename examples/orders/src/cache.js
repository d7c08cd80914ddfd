import { Redis } from 'ioredis'

/** Never in the way: what it cannot say in time, it does not know. */
export function createCache({ url, prefix = '', timeoutMs = 2000 }) {
  const redis = new Redis(url, {
    keyPrefix: prefix,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(times * 10, 200),
  })
  redis.on('error', () => undefined)
  return {
    get: (key) => redis.get(key).catch(() => null),
    put: (key, value) => redis.set(key, value, 'EX', 60).catch(() => undefined),
    close: () => redis.disconnect(),
  }
}
