import { createServer } from 'node:http'

/** The partner's side: charges once for each key, however often it is asked. */
export async function startPartner() {
  const charges = new Map()
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    const key = request.headers['idempotency-key']
    let text = ''
    request.setEncoding('utf8').on('data', (chunk) => (text += chunk))
    request.on('end', () => {
      if (!charges.has(key)) charges.set(key, JSON.parse(text).amount)
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ key, amount: charges.get(key), status: 'charged' }))
    })
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `127.0.0.1:${server.address().port}`,
    /** How often it was asked. */
    get requests() {
      return requests
    },
    /** What was charged, by key. */
    get charges() {
      return Object.fromEntries(charges)
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
