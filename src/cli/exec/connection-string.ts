/** The address in a connection string. */
export interface ConnectionString {
  readonly scheme: string
  readonly host: string
  readonly port: number
}

/** Ports that are meant where a connection string names none. */
const USUAL_PORTS: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
  postgres: 5432,
  postgresql: 5432,
  mysql: 3306,
  mariadb: 3306,
  redis: 6379,
  rediss: 6379,
  amqp: 5672,
  amqps: 5671,
  nats: 4222,
  mongodb: 27017,
}

/** @returns undefined for what is none, names several hosts, or has a port that cannot be known */
export function readConnectionString(text: string): ConnectionString | undefined {
  // As client/rewrite-url.ts sees it, which is to change what is found here.
  const found = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/?#]*@)?(\[[^\]/?#]+\]|[^:,/?#[\]]+)(?::(\d{1,5}))?(?:[/?#].*)?$/is.exec(
    text,
  )
  const scheme = found?.[1]?.toLowerCase()
  const host = found?.[2]
  if (scheme === undefined || host === undefined) return undefined
  // postgresql+asyncpg, redis+tls: the driver stands behind the plus.
  const port = found?.[3] === undefined ? USUAL_PORTS[scheme.split('+')[0] ?? ''] : Number(found[3])
  return port === undefined ? undefined : { scheme, host, port }
}

/** Whether both name the same place: loopback has several names. */
export const samePlace = (a: Place, b: Place): boolean => a.port === b.port && plainHost(a.host) === plainHost(b.host)

interface Place {
  readonly host: string
  readonly port: number
}

function plainHost(host: string): string {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  return bare === '127.0.0.1' || bare === '::1' ? 'localhost' : bare
}
