import type { Fact, JournalEvent } from '../../contract/events.ts'
import type { EvidenceView, JournalHeader, JournalView, TrafficView } from '../../contract/journal.ts'
import type { Clock } from '../../kernel/clock.ts'
import { ObservedWindow } from '../checks/observed-traffic.ts'
import type { TrafficTap } from '../checks/traffic-tap.ts'
import type { JournalFile } from './journal-file.ts'

export interface RecordParts {
  readonly clock: Clock
  readonly traffic: Pick<TrafficTap, 'watch'>
  readonly connectionsOpen: (proxy: string) => number
}

/** What is kept in a view of a run; the journal has all of it. */
const MOST_EVIDENCE = 1000

/** Facts that concern every run. */
const OF_ALL: ReadonlySet<Fact['type']> = new Set(['halted', 'halt_lifted', 'observations_left_out'])

/** What is written down of one run while it goes on: its journal, what passed, and which events show what. */
export class RunRecord {
  readonly header: JournalHeader
  readonly #proxies: ReadonlySet<string>
  readonly #file: JournalFile | undefined
  readonly #http: boolean
  readonly #window: ObservedWindow
  readonly #unwatch: () => void
  readonly #run: { what: string; event: string }[] = []
  readonly #checks = new Map<string, EvidenceView['checks'][number]>()
  readonly #faults = new Map<string, EvidenceView['faults'][number]>()
  #events = 0
  #first: string | undefined
  #last: string | undefined
  #traffic: TrafficView | undefined
  /** On other planes nobody does. */
  readonly #seesTraffic: boolean

  constructor(header: JournalHeader, file: JournalFile | undefined, { clock, traffic, connectionsOpen }: RecordParts) {
    this.header = header
    this.#file = file
    this.#proxies = new Set(header.proxies.map(({ name }) => name))
    const http = header.proxies.filter(({ protocol }) => protocol === 'http')
    this.#http = http.length > 0
    const watched = (this.#http ? http : header.proxies).flatMap(({ name, plane }) => (plane === undefined ? name : []))
    this.#seesTraffic = watched.length > 0
    this.#window = new ObservedWindow({
      clock,
      // All that it sees.
      windowMs: Infinity,
      injected: 'included',
      protocol: this.#http ? 'http' : 'tcp',
      connectionsOpen: () => watched.reduce((sum, proxy) => sum + connectionsOpen(proxy), 0),
    })
    this.#unwatch = traffic.watch(watched, (fact) => this.#window.see(fact))
  }

  /** Why facts are missing from it. */
  get incomplete(): string | undefined {
    return this.#file?.incomplete
  }

  /** The id that the live journal is to be read after to find its events. */
  get before(): string | undefined {
    if (this.#first === undefined) return undefined
    const { boot, seq } = split(this.#first)
    return `${boot}-${seq - 1}`
  }

  /** Whether an event that concerns it came while it was written down. */
  covers({ id }: JournalEvent): boolean {
    if (this.#first === undefined || this.#last === undefined) return false
    const { seq } = split(id)
    return seq >= split(this.#first).seq && seq <= split(this.#last).seq
  }

  concerns(event: JournalEvent): boolean {
    const { run } = this.header
    if ('run' in event) return event.run === run
    if ('owner' in event && event.owner === `run:${run}`) return true
    if ('proxy' in event && event.proxy !== undefined) return this.#proxies.has(event.proxy)
    if ('partition' in event) return event.partition === `run:${run}`
    return OF_ALL.has(event.type)
  }

  add(event: JournalEvent): void {
    this.#first ??= event.id
    this.#last = event.id
    this.#events++
    this.#note(event)
    this.#file?.add(event)
    if (event.type === 'stage_ended') this.#file?.sync()
  }

  #note(event: JournalEvent): void {
    const { id } = event
    switch (event.type) {
      case 'run_started':
      case 'run_healed':
      case 'run_ended':
        this.#run.push({ what: event.type, event: id })
        return
      case 'check': {
        const { check, phase, outcome, detail } = event
        const key = `${check}\n${phase}\n${outcome}`
        const why = detail === undefined ? {} : { detail }
        if (this.#checks.size < MOST_EVIDENCE) this.#checks.set(key, { check, phase, outcome, event: id, ...why })
        return
      }
      case 'decision': {
        const { proxy, fault, outcome } = event
        const key = `${proxy}\n${fault}`
        if (outcome !== 'applied' || this.#faults.size >= MOST_EVIDENCE || this.#faults.has(key)) return
        this.#faults.set(key, { proxy, fault, event: id })
        return
      }
      default:
    }
  }

  /** @param live the run goes on */
  view(live: boolean): {
    readonly journal: JournalView
    readonly traffic?: TrafficView
    readonly evidence: EvidenceView
  } {
    return {
      journal: {
        state: live ? 'open' : this.incomplete === undefined ? 'complete' : 'incomplete',
        ...(this.#file === undefined ? { events: this.#events, left_out: 0 } : this.#file.view),
      },
      ...(this.#seesTraffic ? { traffic: this.#traffic ?? this.#readTraffic() } : {}),
      evidence: { run: [...this.#run], checks: [...this.#checks.values()], faults: [...this.#faults.values()] },
    }
  }

  #readTraffic(): TrafficView {
    const { count, success_ratio: ratio, p50, p95, p99 } = this.#window.read()
    const told = (value: number | undefined): number | null =>
      value === undefined ? null : Math.round(value * 1000) / 1000
    return {
      of: this.#http ? 'exchanges' : 'connections',
      count,
      success_ratio: ratio === undefined ? null : Math.round(ratio * 1e6) / 1e6,
      p50_ms: told(p50),
      p95_ms: told(p95),
      p99_ms: told(p99),
    }
  }

  /** Nothing more comes. */
  end(): void {
    this.#traffic ??= this.#readTraffic()
    this.#unwatch()
  }

  flush(): Promise<void> {
    return this.#file?.flush() ?? Promise.resolve()
  }

  /** Settles when its journal is on the disk. */
  async close(): Promise<void> {
    this.end()
    await this.#file?.close()
  }
}

/** `<boot>-<seq>` */
function split(id: string): { readonly boot: string; readonly seq: number } {
  const at = id.lastIndexOf('-')
  return { boot: id.slice(0, at), seq: Number(id.slice(at + 1)) }
}
