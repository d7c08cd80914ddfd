import { FaultlineClient } from '../../client/client.ts'
import { Traffic } from '../../daemon/demo/traffic.ts'
import { startUpstreams } from '../../daemon/demo/upstreams.ts'
import type { Upstreams } from '../../daemon/demo/upstreams.ts'
import { loadSettings } from '../../daemon/load-settings.ts'
import { startDaemon } from '../../daemon/main.ts'
import type { Daemon } from '../../daemon/daemon.ts'
import { RealClock } from '../../kernel/clock.ts'
import { silentLog } from '../../kernel/log.ts'
import type { ProxyView } from '../../contract/wire.ts'
import type { RunView } from '../../contract/run-wire.ts'
import { EXIT } from '../misuse.ts'
import type { ExitCode } from '../misuse.ts'
import type { Terminal } from '../terminal.ts'
import { packageVersion } from '../../daemon/package-version.ts'
import { DemoRecord } from './demo-record.ts'
import { summaryLines } from './demo-summary.ts'
import type { StageRow } from './demo-table.ts'
import { demoView } from './demo-view.ts'
import { faultTexts } from './fault-text.ts'

export interface DemoOptions {
  /** Default: the seed of the demo's profile. */
  readonly seed: string | undefined
  readonly json: boolean
}

const PROFILE = 'demo'
const REDRAW_MS = 100
/** As impatient as a caller ought to be, and shorter than a stage. */
const TIMEOUT_MS = 1000

/**
 * The main job in fifteen seconds: a daemon, two small services behind it, a client in front of it, and a shipped
 * profile carried out between them. All in this process, on free ports; nothing is left when it ends.
 */
export async function demo(terminal: Terminal, options: DemoOptions): Promise<ExitCode> {
  const upstreams = await startUpstreams()
  const version = packageVersion()
  let daemon: Daemon | undefined
  try {
    // Not the environment's settings: the demo is the same everywhere.
    const flags = new Map([
      ['port', '0'],
      ['log_level', 'silent'],
    ])
    const { settings } = loadSettings({ flags })
    daemon = await startDaemon({ settings, log: silentLog, version, onFlood: () => process.exit(EXIT.failed) })
    return await carryOut(terminal, options, String(daemon.url), upstreams)
  } finally {
    upstreams.close()
    await daemon?.stop()
  }
}

async function carryOut(
  terminal: Terminal,
  { seed, json }: DemoOptions,
  url: string,
  upstreams: Upstreams,
): Promise<ExitCode> {
  const clock = new RealClock()
  const client = new FaultlineClient({ url })
  const [web, echo, { kinds }, { next: since }] = await Promise.all([
    client.createProxy('web', { upstream: upstreams.http, from: 'client', to: 'web' }),
    client.createProxy('echo', { upstream: upstreams.echo, from: 'client', to: 'echo' }),
    client.kinds(),
    client.events(),
  ])
  const run = await client.startRun({ profile: PROFILE, ...(seed === undefined ? {} : { seed }) })
  const record = new DemoRecord(run, [web.name, echo.name])
  const traffic = new Traffic({
    clock,
    http: { name: web.name, address: web.listen },
    echo: { name: echo.name, address: echo.listen },
    timeoutMs: TIMEOUT_MS,
    onSample: (sample) => record.sample(sample),
  })
  if (!json) for (const line of introduction(terminal, url, [web, echo], run)) terminal.out(line)
  const view = json ? undefined : demoView(terminal, record.services, process.stdout.rows)
  const show = (): void => view?.show(record.rows(clock.now()))
  const interrupted = (): void => {
    view?.end(record.rows(clock.now()))
    process.exit(EXIT.failed)
  }
  process.once('SIGINT', interrupted)
  traffic.start()
  const redraw = repeat(clock, REDRAW_MS, show)
  try {
    const known = new Map(kinds.map((kind) => [kind.kind, kind]))
    for await (const event of client.followEvents({ since, run: run.id })) {
      if ('gap' in event) continue
      record.event(event)
      if (event.type === 'run_ended') break
      if (event.type !== 'stage_started') continue
      const { proxies } = await client.proxies()
      record.faults(event.index, faultTexts(proxies, `run:${run.id}`, known))
    }
    await traffic.stop()
  } finally {
    redraw.stop()
    process.off('SIGINT', interrupted)
    view?.end(record.rows(clock.now()))
  }
  const ended = await client.run(run.id)
  const rows = record.rows(clock.now())
  if (json) terminal.out(JSON.stringify({ run: ended, client: rows.map(seen) }))
  else for (const line of summaryLines(terminal, ended)) terminal.out(line)
  return ended.status === 'completed' && ended.healed === true ? EXIT.fine : EXIT.failed
}

/** A stage as the client saw it, for machines. */
function seen({ name, stats, services }: StageRow): object {
  return {
    stage: name,
    ...stats,
    services: Object.fromEntries(services.map((service) => [service.name, service.stats])),
  }
}

function introduction({ paint }: Terminal, url: string, proxies: readonly ProxyView[], run: RunView): string[] {
  const seconds = run.stages.reduce((sum, stage) => sum + stage.duration_ms, 0) / 1000
  return [
    '',
    ` ${paint.bold('faultline')} breaks traffic on purpose. Profile ${paint.bold(run.profile)}, ${seconds} s, seed ${run.seed}, control API ${url}`,
    '',
    ...proxies.map(
      ({ name, listen, upstream }) =>
        `   client ${paint.dim('──▶')} ${paint.bold(name.padEnd(4))} ${paint.cyan(listen)} ${paint.dim('──▶')} upstream ${upstream}`,
    ),
    '',
  ]
}

function repeat(clock: RealClock, everyMs: number, fn: () => void): { stop(): void } {
  const tick = (): void => {
    fn()
    timer = clock.at(clock.now() + everyMs, tick)
  }
  let timer = clock.at(clock.now(), tick)
  return { stop: () => timer.cancel() }
}
