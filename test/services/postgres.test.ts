import pg from 'pg'
import { describeHarm } from './harm.ts'
import { CLIENT_LIMIT_MS, closeQuietly } from './session.ts'

await describeHarm({
  name: 'PostgreSQL through pg',
  env: 'FAULTLINE_TEST_POSTGRES',
  port: 5432,
  broken: /Connection terminated|ECONNRESET|EPIPE/,
  late: /timeout/i,
  async open(address) {
    const limits = { connectionTimeoutMillis: CLIENT_LIMIT_MS, query_timeout: CLIENT_LIMIT_MS }
    const pool = new pg.Pool({ ...address, user: 'postgres', max: 1, ...limits })
    // What an idle connection runs into is reported here; the pool replaces it.
    pool.on('error', () => undefined)
    await pool.query('select 1')
    return {
      ask: () => pool.query('select 1'),
      carry: async (bytes) => {
        const { rows } = await pool.query<{ back: Buffer }>('select $1::bytea as back', [bytes])
        return rows[0]?.back ?? Buffer.alloc(0)
      },
      close: () => closeQuietly(() => pool.end()),
    }
  },
})
