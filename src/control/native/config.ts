import { closed, flag } from '../../contract/attributes.ts'
import type { ConfigChanged, ConfigView } from '../../contract/api.ts'
import { configBody } from './bodies.ts'
import type { ConfigInput } from './bodies.ts'
import { operation } from './operation.ts'
import type { AnyOperation } from './operation.ts'
import { checkName } from './parameters.ts'
import { answer } from './shape-ref.ts'

const tag = 'config'

export const configOperations: readonly AnyOperation[] = [
  operation({
    method: 'GET',
    path: '/v1/config',
    id: 'getConfig',
    tag,
    summary: 'Desired state, in the shape that PUT and config files take.',
    answers: { 200: answer('The config.', 'ConfigView') },
    errors: [],
    handle: ({ deps: { registry } }): ConfigView => ({ proxies: registry.config(), revision: registry.revision }),
  }),
  operation<{ readonly dry_run: boolean }, ConfigInput>({
    method: 'PUT',
    path: '/v1/config',
    id: 'putConfig',
    tag,
    summary: 'Replace all proxies and faults that config and API own, whole or not at all.',
    notes: 'What is already as asked is not touched: its connections stay. Proxies and faults of runs stay too.',
    query: closed({ dry_run: flag('Only answer what would change.', { default: false }) }),
    body: configBody,
    answers: { 200: answer('What changed, or would.', 'ConfigChanged') },
    errors: [
      'invalid_config',
      'address_in_use',
      'address_not_available',
      'listen_failed',
      'upstream_not_allowed',
      'invalid_fault',
      'kind_not_found',
      'kind_unsupported',
      'fault_exists',
      'limit_reached',
      'halted',
      'target_not_allowed',
    ],
    async handle({ deps: { registry }, query, body }): Promise<ConfigChanged> {
      for (const name of Object.keys(body.proxies)) if (registry.find(name) === undefined) checkName('proxy', name)
      const diff = await registry.putConfig(body.proxies, { dryRun: query.dry_run })
      return { dry_run: query.dry_run, ...diff, revision: registry.revision }
    },
  }),
]
