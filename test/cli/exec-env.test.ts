import { describe, expect, test } from 'vitest'
import { readProxies } from '../../src/cli/exec/asked-proxy.ts'
import { commandEnv } from '../../src/cli/exec/command-env.ts'
import type { EnvRules } from '../../src/cli/exec/command-env.ts'
import { readConnectionString } from '../../src/cli/exec/connection-string.ts'

const LISTEN = '127.0.0.1:40001'

/** What the command of `exec --proxy <proxies[0]> --proxy ...` finds in its environment. */
const envOf = (proxies: readonly string[], env: Readonly<Record<string, string>> = {}, rules: Partial<EnvRules> = {}) =>
  commandEnv(
    readProxies(proxies).map((proxy) => ({ ...proxy, listen: LISTEN })),
    env,
    { set: [], rewrite: true, ...rules },
  )

describe('the environment of exec', () => {
  test('names host, port and URL of each proxy', () => {
    expect(envOf(['orders-db=localhost:5432']).env).toEqual({
      ORDERS_DB_HOST: '127.0.0.1',
      ORDERS_DB_PORT: '40001',
      ORDERS_DB_URL: `tcp://${LISTEN}`,
    })
    expect(envOf(['api=http://localhost:9000/v1']).env['API_URL']).toBe(`http://${LISTEN}/v1`)
    expect(envOf(['cache=redis://:p%40ss@localhost/3']).env['CACHE_URL']).toBe(`redis://:p%40ss@${LISTEN}/3`)
  })

  test('keeps user, password, path and query of <NAME>_URL, wherever it pointed', () => {
    const { env } = envOf(['db=localhost:5432'], { DB_URL: 'postgres://u:p@db.test:6543/orders?sslmode=disable' })
    expect(env['DB_URL']).toBe(`postgres://u:p@${LISTEN}/orders?sslmode=disable`)
  })

  test.each([
    ['postgres://u:p%2F@localhost:5432/x', `postgres://u:p%2F@${LISTEN}/x`],
    ['postgres://127.0.0.1/x', `postgres://${LISTEN}/x`],
    ['postgresql+asyncpg://[::1]/x', `postgresql+asyncpg://${LISTEN}/x`],
    ['LOCALHOST:5432', LISTEN],
  ])('points %s at the proxy', (before, after) => {
    expect(envOf(['db=localhost:5432'], { ANY: before })).toMatchObject({
      env: { ANY: after },
      variables: { db: ['ANY', 'DB_URL', 'DB_HOST', 'DB_PORT'] },
    })
  })

  test.each([
    'postgres://localhost:5433/x',
    'postgres://db.test:5432/x',
    'postgres://localhost:5432,other:5432/x',
    'see postgres://localhost:5432/x',
    'localhost',
    '5432',
    'any://localhost',
  ])('leaves %s alone', (value) => {
    expect(envOf(['db=localhost:5432'], { ANY: value, FAULTLINE_URL: 'http://localhost:5432' }).env).toMatchObject({
      ANY: value,
      FAULTLINE_URL: 'http://localhost:5432',
    })
  })

  test('rewrites nothing when it is told not to', () => {
    const { env } = envOf(['db=localhost:5432'], { ANY: 'localhost:5432' }, { rewrite: false })
    expect(env).toMatchObject({ ANY: 'localhost:5432', DB_HOST: '127.0.0.1' })
  })

  test('sets what the rules say, the later ones last', () => {
    const set = ['PGHOST={db.host}', 'PGPORT={db.port}', 'JSON={"at":"{db}"}', 'URL={db.url}/x', 'PLAIN=a=b']
    expect(envOf(['db=http://localhost:5432'], { PGPORT: '1' }, { set })).toMatchObject({
      env: {
        PGHOST: '127.0.0.1',
        PGPORT: '40001',
        JSON: `{"at":"${LISTEN}"}`,
        URL: `http://${LISTEN}/x`,
        PLAIN: 'a=b',
      },
      variables: { db: ['DB_URL', 'DB_HOST', 'DB_PORT', 'PGHOST', 'PGPORT', 'JSON', 'URL'] },
    })
  })

  test('refuses what it cannot mean, without quoting what may be a password', () => {
    expect(() => envOf(['db=localhost:5432'], {}, { set: ['X={dv.port}'] })).toThrow('did you mean {db.port}?')
    expect(() => envOf(['db=localhost:5432'], {}, { set: ['={db}'] })).toThrow('--env must be NAME=text')
    expect(() => envOf(['db'])).toThrow('--proxy must be name=upstream')
    expect(() => envOf(['db=localhost'])).toThrow('has no port')
    expect(() => envOf(['a-b=localhost:1', 'a_b=localhost:2'])).toThrow('proxies a-b and a_b would both set A_B_URL')
    expect(() => envOf(['db=strange://u:secret@localhost'])).toThrow(
      /^the upstream of --proxy db is no connection string with one host and a port$/,
    )
  })
})

test('the port of a connection string is the usual one of its scheme where it names none', () => {
  expect(readConnectionString('postgres://u:p@[::1]/x')).toEqual({ scheme: 'postgres', host: '[::1]', port: 5432 })
  expect(readConnectionString('HTTP://Example.test')).toEqual({ scheme: 'http', host: 'Example.test', port: 80 })
  expect(readConnectionString('mongodb://a:1,b:2/x')).toBeUndefined()
  expect(readConnectionString('unknown://host')).toBeUndefined()
})
