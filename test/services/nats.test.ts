import { randomUUID } from 'node:crypto'
import { connect } from '@nats-io/transport-node'
import { describeHarm } from './harm.ts'
import { CLIENT_LIMIT_MS, closeQuietly } from './session.ts'

await describeHarm({
  name: 'NATS through @nats-io/transport-node',
  env: 'FAULTLINE_TEST_NATS',
  port: 4222,
  // It buffers what is asked while it reconnects, so a lost connection and silence are the same to its user.
  broken: /timeout|disconnect|closed|ECONNRESET/i,
  late: /timeout/i,
  async open({ host, port }) {
    const nats = await connect({
      servers: `${host}:${port}`,
      timeout: CLIENT_LIMIT_MS,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 50,
      pingInterval: CLIENT_LIMIT_MS,
      maxPingOut: 1,
    })
    const subject = `faultline.${randomUUID()}`
    nats.subscribe(subject, { callback: (_, message) => void message.respond(message.data) })
    await nats.flush()
    return {
      ask: () => nats.request(subject, new Uint8Array(), { timeout: CLIENT_LIMIT_MS }),
      carry: async (bytes) => Buffer.from((await nats.request(subject, bytes, { timeout: 4 * CLIENT_LIMIT_MS })).data),
      close: () => closeQuietly(() => nats.close()),
    }
  },
})
