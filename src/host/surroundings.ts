import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import os from 'node:os'
import type { Surroundings } from '../contract/host.ts'

/** Where a file of the system says something: the text, or undefined. */
type ReadText = (path: string) => string | undefined

const readText: ReadText = (path) => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}

const FILES = {
  v2: { quota: 'cpu.max', limit: 'memory.max', usage: 'memory.current' },
  v1: { quota: 'cpu.cfs_quota_us', period: 'cpu.cfs_period_us', limit: 'memory.limit_in_bytes' },
} as const

/** A limit of version 1 that stands for none is the largest page-aligned number. */
const NO_LIMIT = 2 ** 60

/** What the control groups that we are in allow, the tightest of all above us; both versions. */
export function surroundings(read: ReadText = readText): Surroundings & { readonly memoryUsageFile?: string } {
  const groups = new Map<string, string>()
  for (const line of (read('/proc/self/cgroup') ?? '').split('\n')) {
    const [, controllers = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
    for (const controller of controllers.split(',')) groups.set(controller, path)
  }
  const cores: number[] = []
  const limits: { readonly bytes: number; readonly usageFile: string }[] = []
  const unified = groups.get('') ?? '/'
  for (const folder of upwards('/sys/fs/cgroup', unified)) {
    const [quota, period] = (read(`${folder}/${FILES.v2.quota}`) ?? '').split(' ').map(Number)
    if (isLimit(quota) && isLimit(period)) cores.push(quota / period)
    const bytes = Number(read(`${folder}/${FILES.v2.limit}`))
    if (isLimit(bytes)) limits.push({ bytes, usageFile: `${folder}/${FILES.v2.usage}` })
  }
  for (const folder of upwards('/sys/fs/cgroup/cpu', groups.get('cpu') ?? '/')) {
    const quota = Number(read(`${folder}/${FILES.v1.quota}`))
    const period = Number(read(`${folder}/${FILES.v1.period}`))
    if (isLimit(quota) && isLimit(period)) cores.push(quota / period)
  }
  for (const folder of upwards('/sys/fs/cgroup/memory', groups.get('memory') ?? '/')) {
    const bytes = Number(read(`${folder}/${FILES.v1.limit}`))
    if (isLimit(bytes)) limits.push({ bytes, usageFile: `${folder}/memory.usage_in_bytes` })
  }
  const tightest = limits.toSorted((a, b) => a.bytes - b.bytes)[0]
  return {
    cpuCores: cores.length === 0 ? undefined : Math.min(...cores),
    memory: tightest?.bytes,
    ...(tightest === undefined ? {} : { memoryUsageFile: tightest.usageFile }),
  }
}

const isLimit = (value: number | undefined): value is number => value !== undefined && value > 0 && value < NO_LIMIT

/** In a container the path is often that of the host and not there: then the root of what is mounted is ours. */
function upwards(root: string, path: string): readonly string[] {
  const steps = path.split('/').filter((step) => step !== '' && step !== '..')
  return Array.from({ length: steps.length + 1 }, (_, length) => [root, ...steps.slice(0, length)].join('/'))
}

export interface MemoryRoom {
  /** All there is to us. */
  readonly total: number
  readonly available: number
}

/** Memory that can still be taken: what the machine has left, and what the tightest limit above us leaves. */
export async function memoryRoom(): Promise<MemoryRoom> {
  const { memory: limit, memoryUsageFile } = surroundings()
  const machine = await readFile('/proc/meminfo', 'utf8')
  const available = Number(/^MemAvailable:\s+(\d+) kB/m.exec(machine)?.[1]) * 1024
  if (limit === undefined || memoryUsageFile === undefined) return { total: os.totalmem(), available }
  const used = Number((await readFile(memoryUsageFile, 'utf8')).trim())
  return { total: Math.min(os.totalmem(), limit), available: Math.min(available, limit - used) }
}
