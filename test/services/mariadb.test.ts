import mysql from 'mysql2/promise'
import type { RowDataPacket } from 'mysql2/promise'
import { describeHarm } from './harm.ts'
import { CLIENT_LIMIT_MS, closeQuietly } from './session.ts'

await describeHarm({
  name: 'MariaDB through mysql2',
  env: 'FAULTLINE_TEST_MARIADB',
  port: 3306,
  broken: /Connection lost|ECONNRESET|EPIPE|closed state/,
  late: /timeout|ETIMEDOUT/i,
  async open(address) {
    const pool = mysql.createPool({ ...address, user: 'root', connectionLimit: 1, connectTimeout: CLIENT_LIMIT_MS })
    const ask = (): Promise<unknown> => pool.query({ sql: 'select 1', timeout: CLIENT_LIMIT_MS })
    await ask()
    return {
      ask,
      carry: async (bytes) => {
        const [rows] = await pool.query<RowDataPacket[]>({ sql: 'select ? as back', values: [bytes] })
        return rows[0]?.['back'] as Buffer
      },
      close: () => closeQuietly(() => pool.end()),
    }
  },
})
