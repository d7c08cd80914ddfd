import pg from 'pg'

/** A connection that broke under a statement. All statements of this service may be carried out twice. */
const isLost = (error) => /Connection terminated unexpectedly|ECONNRESET|EPIPE/.test(`${error.message} ${error.code}`)

export function createDatabase({ url, timeoutMs = 2000, connections = 4 }) {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  })
  // What an idle connection runs into; the pool makes another for whoever comes next.
  pool.on('error', () => undefined)
  return {
    async query(text, values) {
      for (let lost = 0; ; lost++) {
        try {
          return (await pool.query(text, values)).rows
        } catch (error) {
          // Every connection of the pool may be broken, each seen only when it is used.
          if (!isLost(error) || lost >= connections) throw error
        }
      }
    },
    close: () => pool.end(),
  }
}
