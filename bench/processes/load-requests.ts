import { execFile } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ENTRY } from './messages.ts'
import type { Job } from './load.ts'

/** What a client of today sends with a plain request. */
const HEADERS = [
  'Accept: application/json',
  'Accept-Encoding: gzip, deflate',
  'User-Agent: faultline-bench/1.0',
  'Authorization: Bearer 0123456789abcdef0123456789abcdef',
  'X-Request-Id: 3f2b8c1e-7d64-4a8e-9a51-0c7d2e9b6f10',
]

export interface Requests {
  readonly perSecond: number
  readonly medianMs: number
  readonly p99Ms: number
  /** Requests in all. */
  readonly total: number
}

const MS: Readonly<Record<string, number>> = { us: 1e-3, ms: 1, s: 1e3, m: 6e4 }

/** The first requests ask for ENTRY, as many as there are connections and more; all others for the root. */
const BEHIND_ENTRY = `
local left = 256
local entry, root
function init()
  entry = wrk.format('GET', '${ENTRY}')
  root = wrk.format('GET', '/')
end
function request()
  if left == 0 then return root end
  left = left - 1
  return entry
end
`

/** Made beforehand: to make one takes longer than to send it. */
const DIFFERING = `
local many, at = {}, 0
function init()
  for i = 1, 8192 do
    wrk.headers['X-Request-Id'] = string.format('3f2b8c1e-7d64-4a8e-9a51-%012x', i * 7919)
    many[i] = wrk.format('GET', '/orders/' .. i)
  end
end
function request()
  at = at % 8192 + 1
  return many[at]
end
`

/** Plain requests on connections that stay. */
export const requests = (job: Job): Promise<Requests> => wrk(job, [])

/** The same, behind a request for ENTRY on each connection; wrk itself is slower then. */
export const requestsBehindEntry = (job: Job): Promise<Requests> => scripted(job, BEHIND_ENTRY)

/** No head comes again before thousands of others. */
export const differingRequests = (job: Job): Promise<Requests> => scripted(job, DIFFERING)

async function scripted(job: Job, lua: string): Promise<Requests> {
  const script = join(tmpdir(), `faultline-bench-${process.pid}.lua`)
  writeFileSync(script, lua)
  try {
    return await wrk(job, ['-s', script])
  } finally {
    rmSync(script)
  }
}

/** It knows whole seconds only. It inherits the processors that the load generator may use. */
async function wrk(job: Job, more: readonly string[]): Promise<Requests> {
  const seconds = Math.max(1, Math.round(job.ms / 1000))
  const args = [
    '-t1',
    `-c${job.connections}`,
    `-d${seconds}s`,
    ...more,
    '--latency',
    ...HEADERS.flatMap((one) => ['-H', one]),
  ]
  const { stdout } = await promisify(execFile)(process.env['WRK'] ?? 'wrk', [...args, `http://127.0.0.1:${job.port}/`])
  // A subject that fails requests must not win by it.
  const failure = /^\s*(?:Socket errors|Non-2xx).*$/m.exec(stdout)?.[0]
  if (failure !== undefined) throw new Error(`wrk: ${failure.trim()}`)
  return {
    perSecond: number(stdout, /Requests\/sec:\s+([\d.]+)/),
    medianMs: time(stdout, '50%'),
    p99Ms: time(stdout, '99%'),
    total: number(stdout, /(\d+) requests in/),
  }
}

function number(text: string, pattern: RegExp): number {
  const found = Number(pattern.exec(text)?.[1])
  if (!(found > 0)) throw new Error(`wrk said no ${pattern}: ${text.slice(0, 500)}`)
  return found
}

function time(text: string, share: string): number {
  const [, value, unit = ''] = new RegExp(`^\\s*${share}\\s+([\\d.]+)(us|ms|s|m)$`, 'm').exec(text) ?? []
  return Number(value) * (MS[unit] ?? Number.NaN)
}
