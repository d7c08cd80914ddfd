import { connect } from 'amqplib'
import { describeHarm } from './harm.ts'
import { CLIENT_LIMIT_MS, closeQuietly } from './session.ts'

/** amqplib does not reconnect by itself: its users dial again, as `channel` does. */
await describeHarm({
  name: 'RabbitMQ through amqplib',
  env: 'FAULTLINE_TEST_RABBITMQ',
  port: 5672,
  broken: /Unexpected close|closed|closing|ECONNRESET|EPIPE|ended/i,
  // It has no time limit for a reply; a dead peer shows by missed heartbeats.
  late: /heartbeat|timeout|ETIMEDOUT/i,
  async open({ host, port }) {
    const dial = async () => {
      const connection = await connect(`amqp://guest:guest@${host}:${port}?heartbeat=1`, { timeout: CLIENT_LIMIT_MS })
      let failure: Error | undefined
      let fail: (error: Error) => void = () => undefined
      const broken = new Promise<never>((_, reject) => {
        fail = reject
      })
      broken.catch(() => undefined)
      connection.on('error', (error: Error) => {
        failure ??= error
      })
      connection.on('close', () => {
        failure ??= new Error('Connection closed')
        fail(failure)
      })
      const channel = await connection.createConfirmChannel()
      channel.on('error', () => undefined)
      return { connection, channel, broken, dead: () => failure !== undefined }
    }
    let current = await dial()
    const link = async () => {
      if (current.dead()) current = await dial()
      return current
    }
    return {
      ask: async () => {
        const { channel, broken } = await link()
        await Promise.race([channel.assertQueue('', { exclusive: true, autoDelete: true }), broken])
      },
      carry: async (bytes) => {
        const { channel, broken } = await link()
        const trip = async (): Promise<Buffer> => {
          const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true })
          channel.sendToQueue(queue, bytes)
          await channel.waitForConfirms()
          const message = await channel.get(queue, { noAck: true })
          return message === false ? Buffer.alloc(0) : message.content
        }
        return Promise.race([trip(), broken])
      },
      close: () => closeQuietly(() => current.connection.close()),
    }
  },
})
