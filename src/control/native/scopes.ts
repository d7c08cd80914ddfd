import type { ProxyChanged, ScopeList } from '../../contract/api.ts'
import type { AdvanceView, EndedScope, ScopeInput, ScopeView, ShareInput } from '../../contract/scope-wire.ts'
import { Answer, operation } from './operation.ts'
import type { AnyOperation } from './operation.ts'
import { PROXY, SCOPE } from './parameters.ts'
import { advanceBody, scopeBody, scopeRenewBody, shareBody } from './scope-bodies.ts'
import { answer } from './shape-ref.ts'
import { SCOPE_PATH } from './within-scope.ts'

const tag = 'scopes'
const shared = { tag, params: SCOPE, global: true } as const

export const scopeOperations: readonly AnyOperation[] = [
  operation({
    tag,
    global: true,
    method: 'GET',
    path: '/v1/scopes',
    id: 'listScopes',
    summary: 'Scopes that are open, in order of creation.',
    answers: { 200: answer('The scopes.', 'ScopeList') },
    errors: [],
    handle: ({ deps: { scopes } }): ScopeList => ({ scopes: scopes.list() }),
  }),
  operation<object, ScopeInput & { readonly ttl?: number }>({
    tag,
    global: true,
    method: 'POST',
    path: '/v1/scopes',
    id: 'createScope',
    summary: 'Open a scope: a place of its own for the proxies, faults, counts, draws, events and runs of one test.',
    notes:
      "All that is under /v1 is under /v1/scopes/{scope} as well, and Toxiproxy's API under /v1/scopes/{scope}/toxiproxy. " +
      'It ends with all it owns when it is deleted, when nobody renews it for `ttl`, when the last stream that held it ' +
      '(GET …/events?lease=true) closes, or with `process`.',
    body: scopeBody,
    answers: { 201: answer('Open.', 'ScopeView') },
    errors: ['limit_reached'],
    handle: ({ deps: { scopes }, body }) => new Answer(201, scopes.create(body) satisfies ScopeView),
  }),
  operation({
    ...shared,
    method: 'GET',
    path: SCOPE_PATH,
    id: 'getScope',
    summary: 'One scope: its lease, and what it owns.',
    answers: { 200: answer('The scope.', 'ScopeView') },
    errors: ['scope_not_found', 'scope_ended'],
    handle: ({ deps: { scopes }, params }): ScopeView => scopes.get(params['scope'] ?? '').view(),
  }),
  operation<object, ShareInput>({
    ...shared,
    params: { ...SCOPE, ...PROXY },
    method: 'PUT',
    path: `${SCOPE_PATH}/shared/{proxy}`,
    id: 'shareProxy',
    summary: 'Share the listener of an HTTP proxy of the default scope.',
    notes:
      'The scope then has a proxy of this name, under /v1/scopes/{scope}/proxies, that stands for that listener. Faults on it act only on requests of the scope: those that carry its id in x-faultline-scope, in baggage as faultline.scope, or in tracestate as faultline, or that carry none and come from one of `clients`. ' +
      'Requests without a mark are in no scope; so are those whose marks name no open scope or several, which are counted. Only faults on exchanges are taken. DELETE the proxy to share the listener no more.',
    body: shareBody,
    answers: { 200: answer('It is shared already.', 'ProxyChanged'), 201: answer('Shared.', 'ProxyChanged') },
    errors: ['scope_not_found', 'scope_ended', 'proxy_not_found', 'proxy_not_http', 'proxy_exists', 'limit_reached'],
    async handle({ deps: { scopes }, params, body: { clients = [] } }) {
      const { registry } = scopes.get(params['scope'] ?? '').world
      const { view, touched, created } = await registry.share(params['proxy'] ?? '', { clients }, 'api')
      return new Answer(created ? 201 : 200, { ...view, touched } satisfies ProxyChanged)
    },
  }),
  operation<object, { readonly ttl?: number }>({
    ...shared,
    method: 'POST',
    path: `${SCOPE_PATH}/renew`,
    id: 'renewScope',
    summary: 'Let its time to live begin anew, of the same length or another.',
    body: scopeRenewBody,
    answers: { 200: answer('Renewed.', 'ScopeView') },
    errors: ['scope_not_found', 'scope_ended'],
    handle({ deps: { scopes }, params, body }): ScopeView {
      const scope = scopes.get(params['scope'] ?? '')
      scope.lease.renew(body.ttl)
      return scope.view()
    },
  }),
  operation<object, { readonly by?: number; readonly to?: 'next' }>({
    ...shared,
    method: 'POST',
    path: `${SCOPE_PATH}/advance`,
    id: 'advanceScope',
    summary: 'Move the time of a scope whose clock is manual: windows, stages and delays follow, as if it had passed.',
    notes:
      'All that is due on the way is carried out in order of time, what comes to be due meanwhile included. When it ' +
      'answers, the bytes that were due have been given to the sockets. What an upstream answers to them comes in real ' +
      'time, and counts from where the time stands then. At most 100,000 timers and 20 s of real time a call; then ' +
      '429, and the time stands where it got to.',
    body: advanceBody,
    answers: { 200: answer('Moved.', 'AdvanceView') },
    errors: ['scope_not_found', 'scope_ended', 'clock_is_real', 'nothing_due', 'limit_reached'],
    handle: ({ deps: { scopes }, params, body: { by } }): Promise<AdvanceView> =>
      scopes.get(params['scope'] ?? '').advance(by ?? 'next'),
  }),
  operation({
    ...shared,
    method: 'DELETE',
    path: SCOPE_PATH,
    id: 'endScope',
    summary: 'End a scope: what it owns is healed and removed.',
    answers: { 200: answer('Ended; nothing of it is left.', 'EndedScope') },
    errors: ['scope_not_found', 'scope_ended'],
    handle: ({ deps: { scopes }, params }): Promise<EndedScope> => scopes.end(params['scope'] ?? ''),
  }),
]
