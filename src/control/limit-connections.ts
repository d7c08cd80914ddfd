import type { FastifyInstance } from 'fastify'
import type { ControlDeps } from './deps.ts'

/** A flood of callers would be a flood of log lines. */
const TELL_EVERY_MS = 10_000

/** Node drops connections above the limit without an answer; the log says so. */
export function limitConnections(app: FastifyInstance, most: number, { clock, log }: ControlDeps): void {
  let told = Number.NEGATIVE_INFINITY
  app.server.maxConnections = most
  app.server.on('drop', () => {
    if (clock.now() - told < TELL_EVERY_MS) return
    told = clock.now()
    log.warn({ limit: most }, 'callers of the control API were dropped: too many connections to it are open')
  })
}
