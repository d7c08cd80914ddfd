// The load generator: does one job at a time, told over the IPC channel by the bench.
import type { Socket } from 'node:net'
import { accept } from './load-messages.ts'
import { download, paced, upload } from './load-bulk.ts'
import { hold, release, setUp, stall } from './load-connections.ts'
import { delays, pingPong } from './load-exchanges.ts'
import { differingRequests, requests, requestsBehindEntry } from './load-requests.ts'

export interface Job {
  readonly do: keyof typeof JOBS
  readonly port: number
  readonly connections: number
  readonly ms: number
  readonly bytes: number
  /** How long answers are under way. */
  readonly delay: number
}

const held: Socket[] = []

const JOBS = {
  download: (job: Job) => download(job),
  upload: (job: Job) => upload(job),
  /** Bytes a second between the first arrival and the last. */
  paced: (job: Job) => paced(job),
  pingPong: (job: Job) => pingPong(job),
  /** HTTP requests on connections that stay, by wrk. */
  requests: (job: Job) => requests(job),
  requestsBehindEntry: (job: Job) => requestsBehindEntry(job),
  differingRequests: (job: Job) => differingRequests(job),
  /** Delays of answers beyond the moment they were written, in ms. */
  delays: (job: Job) => delays(job),
  /** Connections a second. */
  setUp: (job: Job) => setUp(job),
  hold: (job: Job) => hold(job, held),
  stall: (job: Job) => stall(job, held),
  release: () => release(held),
}

accept((job) => JOBS[job.do](job))
