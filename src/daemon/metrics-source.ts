import type { Halt } from '../contract/halt.ts'
import type { MetricsSource } from '../contract/metrics.ts'
import type { CheckMeans } from '../experiment/checks/run-checks.ts'
import type { Scopes } from '../experiment/scopes/scopes.ts'
import type { MachineFaults } from '../host/host-faults.ts'
import type { LoopLagMeter } from '../kernel/loop-lag.ts'
import type { PlaneGround } from '../plane/embedded/plane-ground.ts'
import type { BugWatch } from './bug-watch.ts'
import type { OpenWorld } from './make-world.ts'
import { measuredProxies } from './measured-proxies.ts'

interface Measured {
  readonly world: OpenWorld
  readonly scopes: Scopes
  readonly ground: PlaneGround
  readonly checks: CheckMeans
  readonly halt: Halt
  readonly hostFaults: MachineFaults
  readonly lag: LoopLagMeter
  readonly bugs: BugWatch
}

/** @param of what is measured; asked at each scrape, since some of it is made after the metrics are */
export const metricsSource = (of: () => Measured, info: MetricsSource['info']): MetricsSource => ({
  proxies: () => measuredProxies(of().world.registry, of().scopes),
  totals: () => of().ground.totals(),
  runs: () => {
    const { running, ...ended } = of().world.runs.counts()
    return { running, ended }
  },
  checks: () => of().checks.counts,
  partitions: () => of().world.partitions.cut,
  halted: () => of().halt.state().halted,
  planes: () => of().world.planes?.list() ?? [],
  hostFaults: () => of().hostFaults.active(),
  scopes: () => of().scopes.counts(),
  loopLag: () => of().lag.read(),
  bugs: () => of().bugs.count,
  info,
})
