import type { ControlSettings } from '../control/deps.ts'
import { eventReaders } from './machine-limits.ts'
import type { Settings } from './settings.ts'

/** Of the settings, what the control API goes by. */
export const controlSettings = (settings: Settings, boundToLoopback: boolean): ControlSettings => ({
  token: settings.token,
  toxiproxyApi: settings.toxiproxy_api,
  boundToLoopback,
  allowedHosts: settings.allowed_hosts ?? [],
  bodyLimit: settings.limits.body,
  eventReaders: eventReaders(settings),
  requestRate: settings.limits.requests,
})
