import type { Prober } from '../../contract/probes.ts'
import type { Clock } from '../../kernel/clock.ts'
import { NameBook } from '../embedded/name-book.ts'
import { connectProbe } from './connect-probe.ts'
import { httpProbe } from './http-probe.ts'

/** Probes over real sockets. They share one book of names, as the connections of proxies do. */
export function createProber(clock: Clock, names = new NameBook(clock)): Prober {
  return {
    http: (probe, limits) => httpProbe({ clock, names }, probe, limits),
    connect: (address, limits) => connectProbe({ clock, names }, address, limits),
  }
}
