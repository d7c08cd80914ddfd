import { connect as dial } from 'node:net'
import { pathToFileURL } from 'node:url'

// A test process that dies in the middle: run by killed-client.test.ts, which kills it once it says that it is ready.
const [sdk, url, upstream, held] = process.argv.slice(2)
const { connect, hold } = await import(pathToFileURL(sdk).href)
const chaos = await connect(url)
const scope = await chaos.scope()
const db = await scope.proxy({ upstream, name: 'db' })
const gate = await db.add(hold({}, { stream: 'upstream' }))
for (let i = 0; i < Number(held); i++) {
  const socket = dial(db.port, db.host, () => socket.write('held'))
  socket.on('error', () => undefined)
}
await gate.waitHeld(Number(held), { timeout: '30s' })
await scope.client.beginHostFault({ kind: 'process_pause', attributes: { process: 'victim' }, duration: '60s' })
console.log(JSON.stringify({ scope: scope.id, listen: db.listen }))
