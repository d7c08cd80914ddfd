import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'

/** A server of somebody else's that tests talk to through faultline. */
export interface Service {
  readonly name: string
  /** Environment variable with its host:port. */
  readonly env: string
  readonly port: number
}

export interface ServiceAddress {
  readonly host: string
  readonly port: number
}

export function addressOf({ env, port }: Service): ServiceAddress {
  const [host = '127.0.0.1', given] = (process.env[env] ?? `127.0.0.1:${port}`).split(':')
  return { host, port: Number(given ?? port) }
}

const answers = ({ host, port }: ServiceAddress): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2000 })
    const settle = (up: boolean): void => {
      socket.destroy()
      resolve(up)
    }
    socket.once('connect', () => settle(true))
    socket.once('error', () => settle(false))
    socket.once('timeout', () => settle(false))
  })

/**
 * The tests of one server. Where it is absent they are skipped by its name; with FAULTLINE_REQUIRE_SERVICES=1
 * that is a failure.
 */
export async function describeService(service: Service, tests: (upstream: string) => void): Promise<void> {
  const address = addressOf(service)
  const where = `${address.host}:${address.port}`
  const up = await answers(address)
  if (!up && process.env['FAULTLINE_REQUIRE_SERVICES'] === '1') {
    test(`${service.name} is there`, () => {
      expect.fail(`nothing answers at ${where} (set ${service.env}), and FAULTLINE_REQUIRE_SERVICES=1 requires it`)
    })
    return
  }
  describe.skipIf(!up)(
    up ? service.name : `${service.name} (nothing answers at ${where}; ${service.env} sets another)`,
    () => {
      tests(where)
    },
  )
}
