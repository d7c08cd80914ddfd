import type { ConnectionView } from '../../contract/kind.ts'
import type { Connection } from './connection.ts'
import type { Subject } from './subject.ts'

/**
 * A connection, as the faults on whole connections see it. By a clock that a test moves its age counts from this call.
 */
export function subjectOf(connection: Connection): Subject {
  const { unit, shop } = connection
  const { clock, manual } = shop
  const acceptedAt = manual?.now() ?? 0
  return {
    unit,
    clock,
    view: viewOf(connection, connection.openedAt, () => connection.lastByteAt),
    manual: manual && {
      clock: manual,
      view: viewOf(connection, acceptedAt, () => manualLastByteAt(connection, acceptedAt)),
    },
    passed: (stage) => connection.passed(stage),
    bug: (error) => connection.bug(error),
    cut: (how, fault) => connection.finish(how, 'injected', fault),
    evictOldest: (fault) => shop.evictOldest(connection, fault),
    readEarly: () => connection.readEarly(),
  }
}

const manualLastByteAt = ({ up, down }: Connection, acceptedAt: number): number =>
  Math.max(acceptedAt, up?.lastManualAt ?? acceptedAt, down?.lastManualAt ?? acceptedAt)

const viewOf = (connection: Connection, acceptedAt: number, lastByteAt: () => number): ConnectionView => ({
  ordinal: connection.unit.ordinal,
  acceptedAt,
  get lastByteAt() {
    return lastByteAt()
  },
  get open() {
    return connection.shop.openCount - (connection.isAdmitted ? 1 : 0)
  },
})
