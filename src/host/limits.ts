/** What the config allows of the machine. Every number is a ceiling for all host faults together, unless it says otherwise. */
export interface HostLimits {
  readonly enabled: boolean
  /** Longest that one may last, ms. */
  readonly maxDurationMs: number
  /** How many at a time. */
  readonly faults: number
  readonly cpuWorkers: number
  /** Percent of a core that one worker may take. */
  readonly cpuLoad: number
  readonly memory: number
  /** Bytes that stay available whatever is asked. */
  readonly memoryReserve: number
  readonly disk: number
  /** Bytes of a filesystem that stay free. */
  readonly diskReserve: number
  /** Bytes a second. */
  readonly diskRate: number
  readonly connections: number
  /** Absolute paths. */
  readonly folders: readonly string[]
  /** Patterns such as db.test:5432. */
  readonly targets: readonly string[]
  /** `name`, or `name=text` for those whose command line has the text. */
  readonly processes: readonly string[]
  /** Services by what they share with us. */
  readonly services: {
    readonly own_cgroup: readonly string[]
    readonly machine: readonly string[]
    readonly filesystem: readonly string[]
  }
}
