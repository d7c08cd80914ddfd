import type { Site } from './client-cases.ts'
import { useHttpServer } from './use-http.ts'

const LONG = 3_000_000

/** A server of node:http with all that the clients ask for. */
export async function useSite(): Promise<Site> {
  const address = await useHttpServer((req, res) => {
    let sent = ''
    req.setEncoding('utf8')
    req.on('data', (text: string) => (sent += text))
    req.on('end', () => {
      if (req.url === '/broken') {
        res.writeHead(200, { 'content-length': '10' })
        return void res.write('half', () => res.destroy())
      }
      res.end(req.url === '/long' ? 'l'.repeat(LONG) : req.url === '/upload' ? `got ${sent}` : `${req.url}!`)
    })
  })
  return {
    address,
    short: [
      ['/hello', '/hello!'],
      ['/there?x=1', '/there?x=1!'],
    ],
    long: ['/long', LONG],
    upload: ['/upload', (sent) => `got ${sent}`],
    broken: '/broken',
  }
}
