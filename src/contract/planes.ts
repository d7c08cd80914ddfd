import type { FaultSpec, ProxySpec } from './model.ts'
import type { PlaneProxy } from './ports.ts'

export const PLANE_STATES = ['waiting', 'up', 'down'] as const

/** `waiting`: it has not been looked at yet. */
export type PlaneState = (typeof PLANE_STATES)[number]

/** A Toxiproxy server whose proxies may be given faults, as the API shows it. */
export interface PlaneView {
  readonly name: string
  /** Where its API is. */
  readonly toxiproxy: string
  readonly state: PlaneState
  /** What it says it is. */
  readonly version: string | null
  /** Why it is down, or what went wrong last. */
  readonly error?: string
  /** When it last answered, ISO 8601. */
  readonly answered_at?: string
  /** How many of its proxies are to be seen here; of when it last answered. */
  readonly proxies: number
  /** How many toxics of ours are on them. Null while it does not answer: then nobody knows. */
  readonly toxics: number | null
}

/** `GET /v1/planes` */
export interface PlaneList {
  readonly planes: readonly PlaneView[]
}

/** Planes beside the embedded one. What is wanted on their proxies goes through the registry, as everything does. */
export interface RemotePlanes {
  list(): readonly PlaneView[]
  /**
   * Settles when the servers, asked after the call, had on these proxies what is wanted there, and nothing else of ours.
   * Proxies of other planes are passed over.
   * @throws FaultlineError plane_unreachable, plane_refused
   */
  agree(proxies: readonly string[]): Promise<void>
}

/** Where a plane shows the proxies that it found, and tells what became of them. */
export interface ForeignShelf {
  /** A proxy is there, or is another now; its faults stay. @throws FaultlineError limit_reached, proxy_exists */
  adopt(spec: ProxySpec, plane: PlaneProxy): void
  /** It is no longer there. */
  lose(proxy: string): void
  /** Somebody else took a fault of ours away, or changed it. */
  loseFault(proxy: string, fault: FaultSpec['name'], why: string): void
  /** What stands there cannot be answered for any longer: whoever owns it is told. */
  giveUp(proxy: string, why: string): void
}
