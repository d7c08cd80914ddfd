import type { Plan } from '../plan.ts'
import { faultsOfPlan } from '../compile.ts'
import type { RunParts } from '../run-parts.ts'
import { TrafficWatch } from './traffic-watch.ts'

/** What the checks of a run see of its traffic. */
export function trafficOf(plan: Plan, { clock, traffic, registry }: RunParts): TrafficWatch {
  const names = new Set([...faultsOfPlan(plan)].map(({ fault }) => fault.name))
  const inline = new Map(plan.inline.map(({ name, input }) => [name, input.protocol]))
  return new TrafficWatch(clock, traffic, {
    targets: plan.targets,
    isOurs: (fault) => names.has(fault),
    // Those made for the run are not there yet when it is asked.
    seesExchanges: (proxy) => (registry.find(proxy)?.spec.protocol ?? inline.get(proxy)) === 'http',
    connectionsOpen: (proxy) => registry.find(proxy)?.plane.status().connectionsOpen ?? 0,
  })
}
