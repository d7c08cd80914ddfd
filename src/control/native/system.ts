import type { HealthView, InfoView, ResetDone } from '../../contract/api.ts'
import { isoTime } from '../../kernel/iso-time.ts'
import { resetAll } from '../reset.ts'
import { TOXIPROXY_VERSION, VERSION_BODY, VERSION_TYPE } from '../toxiproxy-version.ts'
import { Answer, operation } from './operation.ts'
import type { AnyOperation } from './operation.ts'
import { answer } from './shape-ref.ts'

const tag = 'daemon'

export const systemOperations: readonly AnyOperation[] = [
  operation({
    method: 'POST',
    path: '/v1/reset',
    id: 'reset',
    tag,
    summary: 'Enable every proxy, remove every fault, end every run, and start counting anew.',
    answers: { 200: answer('What it did.', 'ResetDone') },
    errors: ['address_in_use', 'listen_failed'],
    handle: ({ deps }): Promise<ResetDone> => resetAll(deps),
  }),
  operation({
    method: 'GET',
    path: '/v1/info',
    id: 'getInfo',
    global: true,
    tag,
    summary: 'Version, seed, limits and totals.',
    answers: { 200: answer('About this daemon.', 'InfoView') },
    errors: [],
    handle({ deps: { info, registry, plane, runs, clock } }): InfoView {
      const totals = plane.totals()
      return {
        version: info.version,
        toxiproxy_version: TOXIPROXY_VERSION,
        boot_id: info.bootId,
        started_at: isoTime(info.startedAt),
        uptime_ms: Math.max(0, Math.round(clock.wall() - info.startedAt)),
        node: info.node,
        platform: info.platform,
        seed: registry.seed,
        revision: registry.revision,
        proxies: registry.list().length,
        runs_live: runs.list().filter(({ status }) => status === 'running').length,
        connections: { open: totals.connectionsOpen, limit: totals.connectionsLimit },
        held_bytes: { now: totals.heldBytes, limit: totals.heldBytesLimit },
      }
    },
  }),
  operation({
    method: 'GET',
    path: '/healthz',
    id: 'health',
    tag,
    summary: 'Whether the process answers.',
    open: true,
    head: true,
    answers: { 200: answer('It does.', 'HealthView') },
    errors: [],
    handle: (): HealthView => ({ status: 'ok' }),
  }),
  operation({
    method: 'GET',
    path: '/readyz',
    id: 'ready',
    tag,
    summary: 'Whether the proxies of the config are up.',
    open: true,
    head: true,
    answers: { 200: answer('Ready.', 'HealthView'), 503: answer('Not yet, or no longer.', 'HealthView') },
    errors: [],
    handle({ deps: { waitingFor } }) {
      const waiting = waitingFor()
      if (waiting.length === 0) return { status: 'ok' } satisfies HealthView
      return new Answer(503, { status: 'not_ready', waiting_for: waiting } satisfies HealthView)
    },
  }),
  operation({
    method: 'GET',
    path: '/metrics',
    id: 'metrics',
    tag,
    summary: 'Metrics for Prometheus.',
    answers: { 200: { is: 'The metrics.', type: 'text/plain', schema: { type: 'string' } } },
    errors: [],
    async handle({ deps: { metrics }, reply }) {
      const text = await metrics.text()
      return reply.type(metrics.contentType).send(text)
    },
  }),
  operation({
    method: 'GET',
    path: '/openapi.json',
    id: 'openapi',
    tag,
    summary: 'This document.',
    open: true,
    answers: { 200: { is: 'OpenAPI 3.1.', schema: { type: 'object', additionalProperties: true } } },
    errors: [],
    async handle({ deps: { info } }) {
      const { OPENAPI } = await import('../openapi.gen.ts')
      return { ...OPENAPI, info: { ...(OPENAPI['info'] as object), version: info.version } }
    },
  }),
  operation({
    method: 'GET',
    path: '/version',
    id: 'toxiproxyVersion',
    tag,
    summary: 'The Toxiproxy version that this is compatible with; our own is in /v1/info.',
    open: true,
    answers: { 200: answer('The version.', 'VersionView') },
    errors: [],
    handle: ({ reply }) => reply.type(VERSION_TYPE).send(Buffer.from(VERSION_BODY)),
  }),
]
