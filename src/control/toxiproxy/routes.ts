import { resetAll } from '../reset.ts'
import { populateRoute } from './populate.ts'
import { proxyRoutes } from './proxies.ts'
import type { ToxiproxyRoute } from './route.ts'
import { toxicRoutes } from './toxics.ts'

/** Toxiproxy's API, but for /version and /metrics, which are there even when this is switched off. */
export const TOXIPROXY_ROUTES: readonly ToxiproxyRoute[] = [
  ...proxyRoutes,
  ...toxicRoutes,
  populateRoute,
  {
    method: 'POST',
    path: '/reset',
    async handle({ deps }) {
      await resetAll(deps)
      return { status: 204 }
    },
  },
]
