import type { MetricsText } from '../contract/metrics.ts'
import type { Halt } from '../contract/halt.ts'
import type { HostFaults } from '../contract/host.ts'
import type { RemotePlanes } from '../contract/planes.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { World } from '../experiment/world.ts'
import type { Scopes } from '../experiment/scopes/scopes.ts'

export interface ControlSettings {
  /** When set, native routes and /metrics want `Authorization: Bearer <token>`. */
  readonly token: string | undefined
  /** Whether Toxiproxy's routes, whose clients can send no token, are there and want one. */
  readonly toxiproxyApi: 'open' | 'token' | 'off'
  /** Whether the control API is bound to a loopback address: then only loopback names may call it. */
  readonly boundToLoopback: boolean
  /** Host names that may call besides. Bound elsewhere, none given means any. */
  readonly allowedHosts: readonly string[]
  /** Largest body, in bytes. */
  readonly bodyLimit: number
  /** Most event streams open at a time. */
  readonly eventReaders: number
  /** Requests a second over all callers, with bursts of as many; 0 sets no limit. */
  readonly requestRate: number
}

export interface ControlInfo {
  readonly version: string
  /** Letters and digits; the same as in event ids. */
  readonly bootId: string
  /** Wall time, ms since 1970. */
  readonly startedAt: number
  readonly node: string
  /** `process.platform` */
  readonly platform: string
}

/** The world that operations work on, and what is there once for all worlds. */
export interface ControlDeps extends Omit<World, 'close' | 'sink' | 'halt'> {
  readonly halt: Halt
  readonly hostFaults: HostFaults
  readonly scopes: Scopes
  /** Whose world it is; the default scope has no id. */
  readonly scope?: string
  /** Toxiproxy servers that are driven, where there are any. */
  readonly planes?: RemotePlanes | undefined
  readonly metrics: MetricsText
  readonly info: ControlInfo
  readonly settings: ControlSettings
  readonly clock: Clock
  readonly log: Log
  /** What the daemon still waits for before it is ready; none when it is. */
  readonly waitingFor: () => readonly string[]
}
